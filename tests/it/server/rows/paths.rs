//! Paths: section 3.1.

use super::row::Row;

pub(crate) const LEFT_OUT: &[(&str, &str)] =
    &[("V-URL-36", "of file systems: the tests of builds and of files have links")];

/// Targets that are invalid or have no page.
const PLAIN: &[(&str, u16, &[&str])] = &[
    (
        "V-URL-03",
        404,
        &[
            "/%2561dmin",
            "/%252561dmin",
            "/api/%25252525252525252561dmin",
            "/api/%2525252525252525252561dmin",
        ],
    ),
    ("V-URL-06", 400, &["/users\\admin", "/admin\\"]),
    ("V-URL-07", 400, &["/admin%2Fsecret.html", "/%2Fadmin", "/admin%2f"]),
    ("V-URL-09", 404, &["/Admin/dashboard", "/ADMIN", "/ABOUT", "/Style.css"]),
    ("V-URL-10", 404, &["/admin;x=1", "/;/admin", "/about;x=1"]),
    // A segment of two dots is invalid anywhere.
    ("V-URL-10", 400, &["/admin;/.."]),
    ("V-URL-12", 400, &["/../../../../etc/passwd", "/../secret", "/..", "/./about", "/about/."]),
    ("V-URL-13", 400, &["/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e%2fetc"]),
    ("V-URL-15", 404, &["//etc/passwd", "///etc/passwd", "/about//"]),
    ("V-URL-15", 400, &["/%2Fetc%2Fpasswd"]),
    ("V-URL-16", 400, &["/../dist-private/x", "/../built/served/index.html"]),
    ("V-URL-18", 400, &["/..\\..\\Windows\\system.ini", "/%5c%5chost%5cshare%5cx"]),
    ("V-URL-19", 404, &["/.env::$DATA", "/index.html::$DATA", "/TLS~1.PEM", "/style.css::$DATA"]),
    ("V-URL-21", 400, &["/a%00b", "/index.html%00.png", "/a\0b", "/style.css%00"]),
    ("V-URL-21", 400, &["/a\x01b", "/a\x7fb", "/caf\u{e9}", "/a b", "/a\tb", "/?\\evil"]),
    ("V-URL-22", 400, &["/%", "/%2", "/%zz", "/%c0%ae%c0%ae/", "/%ff", "/%ed%a0%80"]),
    ("V-URL-25", 400, &["admin", "evil:80", "*", "ftp://good.example/admin"]),
    ("V-URL-28", 400, &["/echo/a/../../b", "/echo/%2e%2e/b", "/files/../style.css"]),
    (
        "V-URL-30",
        404,
        &[
            "/.git/config",
            "/.env",
            "/.kiln/manifest.json",
            "/.kiln-files",
            "/.kiln-sent",
            "/Cargo.toml",
            "/kiln.toml",
            "/src/pages/index.rs",
            "/target/debug/x",
        ],
    ),
    ("V-URL-31", 404, &["/.env/", "//.env", "/.env%20", "/.env.", "/.eNv", "/style.css."]),
    ("V-URL-31", 400, &["/.env/."]),
    ("V-URL-34", 404, &["/administrator", "/admin.html", "/admin%20", "/about.html", "/adm"]),
];

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (id, status, targets) in PLAIN {
        for target in *targets {
            let row = Row::get(id, target, "", *status).hasnt("location: ");
            rows.push(match status {
                404 => row.has("<p>Nothing here</p>"),
                _ => row.hasnt("<p>").hasnt("admin"),
            });
        }
    }
    rows.push(Row::get("V-URL-21", b"/\xff", "", 400));
    let deep = format!("/%{}61dmin", "25".repeat(50));
    rows.push(Row::get("V-URL-03", deep, "", 404));
    let segments = Row::get("V-URL-27", "/a".repeat(10_000), "", 414);
    rows.push(segments.hasnt("a/a/a"));
    for long in ["a".repeat(100 << 10), "%2e".repeat(350_000)] {
        let row = Row::get("V-URL-27", format!("/{long}"), "", 431).hasnt("aaa");
        rows.push(row.hasnt("%2e%2e").may_close());
    }
    rows.push(Row::get("V-URL-27", format!("/{}", "a".repeat(8191)), "", 404));
    rows.push(Row::get("V-URL-27", format!("/{}", "a".repeat(8192)), "", 414));
    // Beside `Host` and `Connection`.
    for (more, status) in [(62, 200), (63, 431)] {
        rows.push(Row::get("V-URL-27", "/about", &"A: b\r\n".repeat(more), status));
    }
    for length in [33 << 10, 1 << 20] {
        let header = format!("A: {}\r\n", "a".repeat(length));
        rows.push(Row::get("V-URL-27", "/about", &header, 431).may_close());
    }
    // hyper drops the fragment.
    rows.push(Row::get("V-URL-24", "/#/../../etc/passwd", "", 200).has("<p>Home</p>"));
    rows.push(Row::get("V-URL-24", "/about#top", "", 200).has("<p>About</p>"));
    rows.push(Row::get("V-URL-24", "/?a#evil", "", 200).has("<p>Home</p>"));
    rows.push(Row::get("V-URL-24", "/#", "", 200).has("<p>Home</p>"));
    rows.extend(guarded());
    rows.extend(data());
    rows.extend(whole());
    rows.extend(methods());
    rows
}

/// The guard of `/admin` sees the path that the page would have.
fn guarded() -> Vec<Row> {
    let guarded = ["/%61dmin", "/admin", "/%61%64%6d%69%6e", "/admin?x", "/admin?a=/about"];
    guarded
        .map(|target| {
            let row = Row::get("V-URL-01", target, "", 403).has("x-seen: /admin\n");
            row.has("nobody comes in here").preview(404)
        })
        .into()
}

/// Text stays text, and is decoded once.
fn data() -> Vec<Row> {
    let echo = |id, target: &str, seen: &'static str| {
        Row::get(id, target, "", 200).has(seen).preview(404).may_have("evil")
    };
    let mut rows = vec![
        echo("V-URL-01", "/echo/%61dmin", "path=admin shown=/echo/admin url=/echo/admin "),
        echo(
            "V-URL-03",
            "/echo/%2561dmin",
            "path=%61dmin shown=/echo/%61dmin url=/echo/%2561dmin ",
        ),
        echo(
            "V-URL-04",
            "/echo/again/%252561dmin",
            "path=again/%2561dmin shown=/echo/again/%2561dmin ",
        ),
        echo("V-URL-04", "/echo/again/%2e%2561", "path=again/.%61 "),
        echo("V-URL-10", "/echo/a;x=1/;/b", "path=a;x=1/;/b "),
        echo("V-URL-19", "/echo/a::$DATA", "path=a::$DATA "),
        echo("V-URL-22", "/echo/%E6%97%A5", "url=/echo/%E6%97%A5 "),
        echo("V-URL-28", "/echo/.../..b", "path=.../..b "),
        echo(
            "V-URL-33",
            "/echo/a?path=b&slug=c",
            "path=a shown=/echo/a url=/echo/a query=path=b&slug=c",
        ),
        echo("V-URL-33", "/echo/?/admin", "path=(none) shown=/echo/ url=/echo query=/admin"),
        echo("V-URL-34", "/echo/guarded%20", "path=guarded "),
    ];
    for query in
        ["/_payload.json", "x=.html", "__pathname=/admin", "x_astro_path=/admin", "nxtPslug=admin"]
    {
        let row = Row::get("V-URL-33", format!("/?{query}"), "", 200).has("<p>Home</p>");
        rows.push(row.has("content-type: text/html; charset=utf-8"));
        let row = Row::get("V-URL-33", format!("/users/7?{query}&id=8"), "", 200);
        rows.push(row.has("user 7").has("content-type: text/plain; charset=utf-8").preview(404));
    }
    rows
}

/// Targets that are URLs.
fn whole() -> Vec<Row> {
    let get = |target: &str, status| Row::get("V-URL-25", target, "", status);
    vec![
        get("http://evil/admin", 421),
        get("http://evil@good.example/admin", 400),
        get("http://good.example/admin", 403).has("x-seen: /admin\n").preview(404),
        get("http://good.example/%61dmin", 403).has("x-seen: /admin\n").preview(404),
        get("http://good.example/../admin", 400),
        get("http://good.example//admin", 404),
        get("http://good.example/about", 200).has("<p>About</p>"),
        get("http://good.example", 200).has("<p>Home</p>"),
        get("http://good.example?a", 200).has("<p>Home</p>"),
        Row::of("CONNECT", "V-URL-25", "evil:80", "", 400),
        Row::raw("V-URL-25", "GET http://good.example/about HTTP/1.1\r\n\r\n", 400),
        Row::raw(
            "V-URL-25",
            "GET http://GOOD.example/where HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n",
            200,
        )
        .has("http://good.example/where\n")
        .preview(404),
        Row::raw(
            "V-URL-25",
            "GET http://good.example/echo/a HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n",
            200,
        )
        .has("path=a ")
        .preview(404),
    ]
}

/// Requests that name another method.
fn methods() -> Vec<Row> {
    let of = |method, target, headers, status| Row::of(method, "V-URL-37", target, headers, status);
    let own = "Origin: http://good.example\r\n";
    vec![
        of("GET", "/users/7", "X-HTTP-Method-Override: DELETE\r\n", 200).has("user 7").preview(404),
        of("GET", "/users/7?_method=PUT", "", 200).has("user 7\n").preview(404),
        of("GET", "/users/7", "X-Method-Override: PUT\r\n", 200).has("user 7\n").preview(404),
        of("HEAD", "/admin", "", 403).has("x-seen: /admin\n").preview(404),
        of("get", "/users/7", own, 405).has("allow: GET, HEAD, OPTIONS, PUT\n").preview(404),
        of("TRACE", "/users/7", own, 405).has("allow: ").hasnt("Origin").preview(404),
        of("get", "/about", own, 405).has("allow: GET, HEAD, OPTIONS\n"),
        of("GET\t", "/about", own, 400),
    ]
}
