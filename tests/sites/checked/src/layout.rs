//! The layout of all pages. Its mistakes are on each of them.

/// Whether pages have the mistakes that fail a check. Without them, warnings remain.
pub fn has_mistakes() -> bool {
    std::env::var_os("MISTAKES").is_none_or(|value| value != "0")
}

pub fn page(title: &str, content: &str) -> String {
    let mistakes = match has_mistakes() {
        true => {
            r##"<a href="/docs/abuot/">About us</a> <a href="img/logo.png">A relative link</a> <i id="menu"></i>"##
        }
        false => "",
    };
    format!(
        r##"<!DOCTYPE html>
<html lang="en">
<head>
<title>{title}</title>
<link rel="canonical" href="https://example.com/docs/">
<link rel="preconnect" href="/fonts">
<link rel="alternate" href="https://example.org/gone">
</head>
<body>
<nav id="menu">
<a href="/docs/">Home</a> <a href="/docs/about">About</a> <a href="/docs/posts/a/#end">The end</a> <a href="#menu">Menu</a>
<a href="#">Top</a> <a href="#top">Top</a> <a href="mailto:a@b.de">Mail</a> <a href="https://example.org/gone">Elsewhere</a>
{mistakes}
</nav>
{content}
</body>
</html>
"##
    )
}
