use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<Html<String>> {
    let files = [
        "app.css",
        "images/logo.svg",
        // The same name in another folder.
        "icons/logo.svg",
        // The same name and the same bytes.
        "icons/größe ✓.svg",
        "images/größe ✓.svg",
        "images/a b#%.svg",
        "LICENSE",
    ];
    let urls = files.iter().map(|file| Ok(format!("{file}: {}\n", ctx.asset(file)?)));
    Ok(Html(urls.collect::<Result<String>>()?))
}
