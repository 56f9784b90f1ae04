use kiln::prelude::*;

const TARGETS: [(&str, &str); 10] = [
    ("script", "javascript:alert(1)"),
    ("data", "data:text/html,x"),
    ("host", "//evil.example"),
    ("backslash", "/\\evil.example"),
    ("user", "https://user@evil.example"),
    ("empty", ""),
    ("query", "?q"),
    ("relative", "../posts/a"),
    ("nowhere", "/posts/zzz"),
    ("dots", "/posts/../posts/a"),
];

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    TARGETS.map(|(name, _)| StaticPath::new([("target", name)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let target = TARGETS.iter().find(|(name, _)| *name == &ctx.params["target"]);
    ctx.redirect(target.map(|(_, target)| *target).unwrap_or_default())
}
