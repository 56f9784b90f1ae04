use super::*;

#[track_caller]
fn accepts(text: &str) -> Config {
    let (config, diagnostics) = parse(text);
    assert_eq!(diagnostics, [], "{text}");
    config
}

#[test]
fn every_key_is_optional() {
    assert_eq!(accepts(""), Config::default());
}

#[test]
fn values_take_one_form() {
    assert_eq!(accepts("base = '/'").base, "");
    assert_eq!(accepts("base = '/docs'").base, "/docs");
    assert_eq!(accepts("base = '/a/b/'").base, "/a/b");
    assert_eq!(accepts("site = 'https://a.de/'").site.as_deref(), Some("https://a.de"));
    assert_eq!(
        accepts("site = 'http://localhost:80'").site.as_deref(),
        Some("http://localhost:80")
    );
    assert_eq!(accepts("output = 'server'").output, Output::Server);
    assert_eq!(accepts("format = 'preserve'").format, Format::Preserve);
    assert_eq!(accepts("trailing-slash = 'never'").trailing_slash, TrailingSlash::Never);
    assert!(accepts("atomic = true").atomic && !accepts("atomic = false").atomic);
    assert_eq!(accepts("hosts = []").hosts, []);
    assert_eq!(accepts("hosts = ['s3', 'azure']").hosts, [Host::S3, Host::Azure]);
    assert_eq!(accepts("precompress = []").precompress, []);
    let both = [Encoding::Zstd, Encoding::Brotli];
    assert_eq!(accepts("precompress = ['zstd', 'br']").precompress, both);
}

#[test]
fn the_server_has_its_own_settings() {
    assert_eq!(accepts("server = {}").server, Server::default());
    let server = |text: &str| accepts(&format!("[server]\n{text}")).server;
    assert!(server("").check_origin);
    assert!(!server("check-origin = false").check_origin);
    for (size, bytes) in
        [("1", 1), ("1_000", 1_000), ("0x10", 16), ("'2 KiB'", 2_048), ("1073741824", 1 << 30)]
    {
        assert_eq!(server(&format!("body-limit = {size}")).body_limit, bytes, "{size}");
    }
    let hosts = server("allowed-hosts = ['B.de', 'a.de:80', '[::1]']").allowed_hosts;
    assert_eq!(hosts, ["b.de", "a.de:80", "[::1]"]);
    let networks = server("trusted-proxies = ['10.0.0.0/8', '::1']").trusted_proxies;
    let prefixes: Vec<u8> = networks.iter().map(|network| network.prefix).collect();
    assert_eq!(prefixes, [8, 128]);
}

#[test]
fn invalid_sizes_are_refused() {
    let example = "write a whole number and a unit, for example \"512 KiB\"";
    refuses("server.body-limit = -1", "1:21: `-1` is not a valid size", example);
    refuses("server.body-limit = 1.5", "1:21: `1.5` is not a valid size", example);
    let much = "is too large: the whole body of a request is kept in memory";
    for number in ["1073741825", "0xFFFFFFFFFF", "99999999999999999999999"] {
        let text = format!("server.body-limit = {number}");
        refuses(&text, &format!("1:21: `{number}` {much}"), "write \"1 GiB\" at most");
    }
}

#[track_caller]
fn refuses(text: &str, head: &str, hint: &str) {
    let shown: Vec<String> = parse(text).1.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 1, "{text}: {shown:?}");
    assert!(shown[0].starts_with(&format!("kiln.toml:{head}\n")), "{}", shown[0]);
    assert!(shown[0].ends_with(&format!("\nhint: {hint}")), "{}", shown[0]);
}

#[test]
fn mistakes_have_a_place_and_a_hint() {
    refuses("\nsiet = ''", "2:1: unknown key `siet`", "write `site`");
    refuses("atomc = true", "1:1: unknown key `atomc`", "write `atomic`");
    refuses(
        "atomic = 'yes'",
        "1:10: expected `true` or `false`, found a string",
        "write, for example, atomic = true",
    );
    refuses(
        "trailing_slash = 'never'",
        "1:1: unknown key `trailing_slash`",
        "write `trailing-slash`",
    );
    refuses(
        "theme = 1",
        "1:1: unknown key `theme`",
        "the keys are `site`, `base`, `output`, `format`, `trailing-slash`, `out`, `atomic`, `hosts`, `precompress`, `sitemap`, `redirects`, `headers`, `server`, `markdown`",
    );
    refuses(
        "out = 1",
        "1:7: expected a string, found a number",
        "write, for example, out = \"dist\"",
    );
    refuses(
        "format = 'dir'",
        "1:10: `dir` is not one of `directory`, `file`, `preserve`",
        "write one of `directory`, `file`, `preserve`",
    );
    refuses(
        "format = 'files'",
        "1:10: `files` is not one of `directory`, `file`, `preserve`",
        "write \"file\"",
    );
    refuses(
        "hosts = 's3'",
        "1:9: expected an array, found a string",
        "write, for example, hosts = [\"netlify\"]",
    );
    refuses("hosts = ['s3', 's3']", "1:16: `s3` is listed twice", "write it once");
}

#[test]
fn paths_and_origins_are_checked() {
    refuses("base = 'docs'", "1:8: `base` must start with `/`", "write \"/docs\"");
    refuses(
        "base = '/a/../b'",
        "1:8: `/a/../b` is not a valid base path",
        "write segments of ASCII letters, digits and `-._~`, for example \"/team/docs\"",
    );
    refuses(
        "site = 'https://a.de/docs'",
        "1:8: `site` is an origin, which has no path",
        "write site = \"https://a.de\" and base = \"/docs\"",
    );
    refuses(
        "site = 'a.de'",
        "1:8: `a.de` is not an origin",
        "write the scheme too: \"https://a.de\"",
    );
}

#[test]
fn a_mistake_in_the_syntax_has_a_place() {
    let shown = parse("site = \n").1[0].to_string();
    assert!(shown.starts_with("kiln.toml:1:"), "{shown}");
}

#[test]
fn a_target_without_a_scheme_may_be_a_path_or_another_site() {
    let message = "2:9: a redirect leads to a path with a leading slash, or to an absolute URL";
    for (target, hint) in [
        ("example.com/x", "\"https://example.com/x\""),
        ("docs.rs", "\"https://docs.rs\""),
        ("page.html", "\"/page.html\""),
        ("docs/v1.2", "\"/docs/v1.2\""),
        ("v1.2/docs", "\"/v1.2/docs\""),
    ] {
        refuses(&format!("[redirects]\n'/a' = '{target}'"), message, &format!("write {hint}"));
    }
}

#[test]
fn redirects_in_the_syntax_of_another_tool_are_refused_once() {
    let is_no_param =
        |written: &str| format!("`{written}` is not how kiln writes a param in a redirect");
    for (rule, place, written, line) in [
        ("'/blog/*' = '/docs/:splat'", "2:8", "*", r#""/blog/[...splat]" = "/docs/[...splat]""#),
        ("'/news/:slug' = '/docs/:slug'", "2:8", ":slug", r#""/news/[slug]" = "/docs/[slug]""#),
        ("'/a/[x]' = '/b/:x'", "2:16", ":x", r#""/a/[x]" = "/b/[x]""#),
        (
            "'/a/{x}' = { to = '/b/{x}', status = 302 }",
            "2:5",
            "{x}",
            r#""/a/[x]" = { to = "/b/[x]", status = 302 }"#,
        ),
        (
            r#""/a/:id(\\d+)" = "https://a.de/:id""#,
            "2:1",
            r":id(\d+)",
            r#""/a/[id]" = "https://a.de/[id]""#,
        ),
        (
            "'/old-*' = '/new-*'",
            "2:7",
            "*",
            r#""/old-[...splat]" = "/new-[...splat]", or `%2A` for the character `*`"#,
        ),
        (
            "'/blog/*' = '/news'",
            "2:8",
            "*",
            r#""/blog/[...splat]" = "/news/[...splat]", with the param in the path of the target, whose pages say which values it has; or a line for each path"#,
        ),
        (
            "'/ok' = '/docs/*'",
            "2:16",
            "*",
            r#""/ok/[...splat]" = "/docs/[...splat]", with the param in the path of the source as well; or a line for each path"#,
        ),
    ] {
        let head = format!("{place}: {}", is_no_param(written));
        refuses(&format!("[redirects]\n{rule}"), &head, &format!("write {line}"));
        let shown =
            line.split_once(", ").filter(|_| !line.contains('{')).map_or(line, |(rule, _)| rule);
        accepts(&format!("[redirects]\n{shown}"));
    }
    let text = "[redirects]\n'/a/*' = { to = '/b/*', statsu = 302 }";
    assert_eq!(parse(text).1.len(), 2, "the other mistakes of a rule are found as well");
    accepts("[redirects]\n'/wiki/Talk:Main' = '/a(b)'\n'/%2A' = '/x'");
}
