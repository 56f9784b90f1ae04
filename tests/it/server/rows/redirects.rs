//! Redirects and rewrites: the part of section 3.3 that requests can test.

use super::row::Row;

pub(crate) const LEFT_OUT: &[(&str, &str)] = &[
    ("V-RED-04", "of builds: targets are checked when the site is compiled"),
    ("V-RED-06", "of builds: the file of a redirect"),
    ("V-RED-07", "of builds: the file of a redirect"),
    ("V-RED-10", "kiln has no helper that redirects back"),
    ("V-RED-12", "of the files for hosts"),
    ("V-RED-13", "of the files for hosts"),
    ("V-RED-15", "of the files for hosts"),
    ("V-RED-16", "of builds: statuses are checked when the site is compiled"),
];

pub(crate) fn rows() -> Vec<Row> {
    [elsewhere(), params(), queries(), rewrites()].concat()
}

/// Paths that would lead a browser to another site if they were redirected to.
fn elsewhere() -> Vec<Row> {
    let mut rows = Vec::new();
    for site in ["served", "based", "slashless"] {
        for (target, status) in [
            ("//evil.com/", 404),
            ("//evil.com", 404),
            ("//evil.com/%2e%2e", 404),
            ("///evil.com", 404),
            ("/%2f%2fevil.com/", 400),
            ("/\\evil.com", 400),
            ("/%5cevil.com/", 400),
            ("/https://evil.com//?x", 404),
            ("/app//evil.com", 404),
            ("/.//evil.com/", 400),
        ] {
            rows.push(Row::get("V-RED-01", target, "", status).hasnt("location: ").at(site));
        }
    }
    for target in ["/app/posts//evil.com", "/app//evil.com/", "/app/%2Fevil.com"] {
        let status = if target.contains("%2F") { 400 } else { 404 };
        rows.push(Row::get("V-RED-01", target, "", status).hasnt("location: ").at("based"));
    }
    rows
}

/// A param is a segment of the target, and never its host.
fn params() -> Vec<Row> {
    let out =
        |x: &str, to| Row::get("V-RED-03", format!("/out/{x}"), "", 301).has(to).may_have("evil");
    vec![
        out("@evil.com", "location: https://example.org/@evil.com/\n"),
        out(".evil.com", "location: https://example.org/.evil.com/\n"),
        out("%3Fa", "location: https://example.org/%3Fa/\n"),
        out("%23a", "location: https://example.org/%23a/\n"),
        out("%2561", "location: https://example.org/%2561/\n"),
        Row::get("V-RED-03", "/out/%0d%0aSet-Cookie:a=b", "", 400).hasnt("location: "),
        Row::get("V-RED-03", "/out/..", "", 400).hasnt("location: "),
        Row::get("V-RED-03", "/posts/%2f%2fevil.com", "", 400).hasnt("location: "),
    ]
}

fn queries() -> Vec<Row> {
    let get = |target: &str, to| Row::get("V-RED-09", target, "", 301).has(to).may_have("evil");
    vec![
        get("/old?next=//evil", "location: /about?next=//evil\n"),
        get("/old?a=%0d%0ab&c=%zz", "location: /about?a=%0d%0ab&c=%zz\n"),
        get("/queried?next=//evil", "location: /about?from=queried\n"),
        get("/posts/a?https://evil/", "location: /echo/a?https://evil/\n"),
        // Only this site can interpret it.
        get("/out/a?token=secret", "location: https://example.org/a/\n").hasnt("token"),
    ]
}

fn rewrites() -> Vec<Row> {
    let mut rows = Vec::new();
    for (to, status) in [
        ("https://evil.example/", 500),
        ("http://good.example/users/7", 500),
        ("//evil.example", 404),
        ("/nowhere", 404),
        ("/../about", 404),
        ("/%2e%2e/about", 404),
        ("users/7", 500),
    ] {
        let row = Row::get("V-RED-18", format!("/rewrite?{to}"), "", status);
        rows.push(row.hasnt("user 7").hasnt("location: ").preview(404));
        let row = Row::get("V-RED-18", format!("/around?to={to}"), "", status);
        rows.push(row.hasnt("user 7").hasnt("location: ").preview(404));
    }
    for target in ["/round/a", "/round/b", "/round/self", "/rewrite?/round/a"] {
        rows.push(Row::get("V-RED-19", target, "", 508).has("no-store").preview(404));
    }
    let row = Row::get("V-RED-19", "/around?to=/around", "", 404).preview(404);
    rows.push(row.has("Nothing here"));
    rows.push(Row::get("V-RED-19", "/empty-404", "", 404).has("Nothing here").preview(404));
    rows
}
