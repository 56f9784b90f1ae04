use kiln::prelude::*;

use crate::{layout, routes};

const PAGE: &str = r#"```rust title="src/pages/api/[id].json.rs"
use kiln::prelude::*;

const USERS: [&str; 4] = ["Sarah", "Chris", "Yan", "Elian"];

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..USERS.len()).map(|id| StaticPath::new([("id", id)]))
}

pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let id: usize = ctx.params.parse("id")?;
    Ok(Json(json!({ "name": USERS[id] })))
}
```"#;

const OUTPUT: &str = r#"```text title="cargo run --release"
dist/api/0.json  {"name":"Sarah"}
dist/api/1.json  {"name":"Chris"}
dist/api/2.json  {"name":"Yan"}
dist/api/3.json  {"name":"Elian"}
```"#;

const MISTAKE: &str = r#"```text title="a link to a page that was removed"
error[E0425]: cannot find function `about`
              in module `routes`
 --> src/pages/index.rs:5:54
```"#;

const FEATURES: [(&str, &str); 9] = [
    (
        "The compiler checks what you write",
        "Params, props and internal links have types. A link to a page that you removed does not compile.",
    ),
    (
        "A page returns any response",
        "HTML, JSON, XML, an image or a redirect: whatever implements axum’s IntoResponse becomes a file.",
    ),
    (
        "Content is typed data",
        "Front matter is your own struct. A wrong value, a broken link and a missing picture are errors at their line.",
    ),
    (
        "dist/ is never half-written",
        "If a page fails or the disk fills up, the previous site stays, byte for byte. Unchanged files are not touched.",
    ),
    (
        "Static first, a server when you want it",
        "One line renders a page on request, with cookies, forms and middleware. A static site compiles no web server.",
    ),
    (
        "Each change is in the browser",
        "Edit Markdown, and the page reloads without compiling. Mistakes appear as an overlay, with file and line.",
    ),
    (
        "Files and images by request",
        "ctx.asset and ctx.image return hashed URLs, follow references in CSS, and make the widths that a page needs.",
    ),
    (
        "Small sites and huge ones",
        "A million pages build in 12 MB of memory, and many machines can share one build.",
    ),
    (
        "Ready for your host",
        "Redirects and headers are written for Netlify, Cloudflare, Vercel, Azure, Firebase, GitHub, nginx, Caddy and S3.",
    ),
];

/// From benches/README.md: the rows of `writing` on ext4.
const FIGURES: [(&str, &str); 4] = [
    ("0.84 s", "for 100,000 JSON pages, written for the first time"),
    ("0.40 s", "for 10,000 Markdown posts, their lists and a feed"),
    ("12 MB", "of memory at most, for a million pages"),
    ("2.3 ms", "for a site of one page, from start to end"),
];

pub fn get(ctx: &Context) -> Result<Markup> {
    let content = html! {
        main.landing #_main data-pagefind-ignore="" {
            div.hero {
                h1 { "Static sites, checked by the Rust compiler" }
                p.lead {
                    "kiln turns Rust functions and Markdown into plain files. One file in "
                    code { "src/pages" }
                    " is one route: a page, a data API, a feed or a picture. A mistake is a compile error, not a broken site."
                }
                ul.actions {
                    li { a.first href=(routes::path("get-started")) { "Get started" } }
                    li { a href=(routes::path("tutorial")) { "Write a blog" } }
                    li { a href=(routes::path("comparison")) { "Compare" } }
                }
            }
            div.pair {
                div { (kiln::content::render(ctx, PAGE)?) }
                div {
                    (kiln::content::render(ctx, OUTPUT)?)
                    (kiln::content::render(ctx, MISTAKE)?)
                }
            }
            ul.features {
                @for (title, text) in FEATURES {
                    li { h2 { (title) } p { (text) } }
                }
            }
            dl.figures {
                @for (figure, what) in FIGURES {
                    div { dt { (figure) } dd { (what) } }
                }
            }
            p.edit {
                "Measured on two cores, on ext4 in memory; the last one on tmpfs. "
                a href=(routes::path("comparison")) { "How to repeat it" } "."
            }
        }
    };
    let description = "kiln is a static site generator for Rust: one file is one route, and the compiler checks params, \
        content and links.";
    let title = "kiln: static sites, checked by the Rust compiler";
    layout::page(ctx, title, description, &routes::index(), &content)
}
