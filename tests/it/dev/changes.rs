//! What changes lead to.

use std::env;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::{DevServer, EditedSite, PATIENCE, library, wait_for_end};

const INDEX: &str = "src/pages/index.rs";

#[test]
fn a_site_is_edited() {
    let site = EditedSite::new("changes");
    site.write("dist/index.html", "built before");
    let mut server = DevServer::start(&site, &["--port", "0"]);

    pages_are_rendered_on_request(&server);
    content_is_read_again(&site, &server);
    rust_is_compiled(&site, &server);
    library::kiln_is_linked_again_where_it_must_be(&site, &server);
    a_page_fails_in_its_place(&server);
    the_last_site_answers_while_the_newest_does_not_compile(&site, &server);
    files_that_nobody_saves_change_nothing(&site, &server);
    a_page_that_ends_the_process_is_shown(&server);

    let children = server.idle();
    assert_eq!(server.interrupt(), Some(0));
    wait_for_end(&children);
    let built: Vec<_> = fs::read_dir(site.path("dist")).expect("a folder").flatten().collect();
    assert_eq!(built.len(), 1, "{built:?}");
    assert_eq!(site.read("dist/index.html"), "built before");
    // No stream is a terminal.
    assert!(!server.log().contains('\x1b'), "{}", server.log());
}

fn pages_are_rendered_on_request(server: &DevServer) {
    let page = server.get("/");
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("the first text") && text.contains("development: true"), "{text}");
    assert!(text.contains("<script src=\"/_kiln/dev.js\" data-build="), "{text}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("cross-origin-resource-policy"), Some("same-origin"));
    // A prerendered page sees no headers, as in a build.
    assert!(server.get("/list/one").text().contains("<p>one, 0 headers"));
    assert_eq!(server.get("/list/three").status, 404);
    assert_eq!(server.get("/style.css").text(), "body { color: black }\n");
    let json = server.get("/api.json");
    assert_eq!(json.text(), "{\"client\":\"127.0.0.1\"}");
}

fn content_is_read_again(site: &EditedSite, server: &DevServer) {
    site.write("content/text.md", "the second text\n");
    server.until("/", "the second text");
    assert!(server.line("content/text.md: reloaded in").ends_with('s'));
    // As editors save: another file takes the name.
    site.write("content/text.md.tmp", "the third text\n");
    fs::rename(site.path("content/text.md.tmp"), site.path("content/text.md")).expect("a rename");
    server.until("/", "the third text");
    fs::rename(site.path("content"), site.path("texts")).expect("a rename");
    let failed = server.until("/", "cannot read the text");
    assert_eq!(failed.status, 500);
    fs::rename(site.path("texts"), site.path("content")).expect("a rename");
    server.until("/", "the third text");
    // The folder is watched again.
    site.write("content/text.md", "the fourth text\n");
    server.until("/", "the fourth text");
    site.write("public/new/file.txt", "new");
    server.until("/new/file.txt", "new");
}

fn rust_is_compiled(site: &EditedSite, server: &DevServer) {
    site.edit(INDEX, "first version", "second version");
    server.until("/", "second version");
    library::wait_until_kiln_is_linked(server);
    // A file of `include_str!` is a source, wherever it is.
    site.write("content/included.txt", "from a file");
    let page = |value: &str| format!("pub fn get() -> &'static str {{\n    {value}\n}}\n");
    let included = "include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/content/included.txt\"))";
    site.write("src/pages/added.rs", &page(included));
    site.write("src/pages/404.rs", &page("\"our own page\""));
    server.until("/added", "from a file");
    library::check_that_it_is_used(server);
    let missing = server.get("/missing");
    assert_eq!((missing.status, &*missing.text()), (404, "our own page"));
    site.write("content/included.txt", "from the file as it is now");
    server.until("/added", "as it is now");
    for name in ["src/pages/added.rs", "src/pages/404.rs"] {
        fs::remove_file(site.path(name)).expect("a file to remove");
    }
    server.until("/added", "No page at");
    a_dependency_is_compiled(site, server);
    a_newer_change_stops_a_compilation(site, server);
}

fn a_dependency_is_compiled(site: &EditedSite, server: &DevServer) {
    let manifest = "[package]\nname = \"edited-lib\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    site.write("lib/Cargo.toml", manifest);
    site.write("lib/src/lib.rs", "pub const NAME: &str = \"a dependency\";\n");
    let page = "pub fn get() -> &'static str {\n    edited_lib::NAME\n}\n";
    site.write("src/pages/depends.rs", page);
    server.line("does not compile");
    let dependency = "edited-lib = { path = \"lib\" }\n\n[build-dependencies]";
    site.edit("Cargo.toml", "\n[build-dependencies]", dependency);
    server.until("/depends", "a dependency");
    site.edit("lib/src/lib.rs", "a dependency", "another one");
    server.until("/depends", "another one");
}

fn a_newer_change_stops_a_compilation(site: &EditedSite, server: &DevServer) {
    let mut version = "second version".to_owned();
    let is_stopped = (0..5).any(|_| {
        // All lines of the last change are printed by then.
        server.idle();
        let before = server.log().len();
        site.edit(INDEX, "second version", "2nd version");
        thread::sleep(Duration::from_millis(100));
        // The site before answers meanwhile.
        assert_eq!(server.get("/").status, 200);
        site.edit(INDEX, "2nd version", "second version, again");
        version.push_str(", again");
        server.until("/", &version);
        server.idle();
        let log = server.log();
        assert!(log[before..].contains("src/pages/index.rs: reloaded in"), "{log}");
        // On a busy machine, this thread may sleep until the first compilation has ended.
        log[before..].lines().count() == 1
    });
    assert!(is_stopped, "{}", server.log());
}

fn a_page_fails_in_its_place(server: &DevServer) {
    let failed = server.get("/fails");
    assert_eq!(failed.status, 500);
    let text = failed.text();
    for part in [
        "cannot read the post",
        "&lt;b&gt;no title&lt;/b&gt;",
        "content/text.md:1",
        "src/pages/fails.rs",
        "/_kiln/dev.js",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        failed
            .header("content-security-policy")
            .is_some_and(|it| it.contains("default-src 'none'"))
    );
    let panicked = server.get("/panics");
    assert_eq!(panicked.status, 500);
    for part in ["index out of bounds", "src/pages/panics.rs:5:10", "Html(posts["] {
        assert!(panicked.text().contains(part), "{part}: {}", panicked.text());
    }
    let missing = server.get("/pancis/%3Cscript%3E");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("&lt;script&gt;") || missing.text().contains("%3Cscript%3E"));
    let missing = server.get("/pancis");
    assert!(missing.text().contains("<a href=\"/panics\">/panics</a>"), "{}", missing.text());
    for route in ["/", "/events", "/fails", "/panics"] {
        let link = format!("<a href=\"{route}\">{route}</a>");
        assert!(missing.text().contains(&link), "{route}: {}", missing.text());
    }
    let example = "/list/[slug], such as <a href=\"/list/one\">/list/one</a>";
    assert!(missing.text().contains(example), "{}", missing.text());
    // Of several 404 pages, the nearest one answers.
    let of_language = server.get("/de/fehlt");
    let (status, text) = (of_language.status, of_language.text());
    assert!(status == 404 && text.contains("Die Seite /de/fehlt gibt es nicht"), "{text}");
    assert!(text.contains("/_kiln/dev.js"), "{text}");
    let near = server.get("/list/oen").text();
    assert!(
        near.contains("<a href=\"/list/one\">/list/one</a> <code>src/pages/list/[slug].rs"),
        "{near}"
    );
}

fn the_last_site_answers_while_the_newest_does_not_compile(site: &EditedSite, server: &DevServer) {
    site.edit(INDEX, "pub fn get", "pub fn gett");
    server.line("does not compile");
    server.logged("error: src/pages/index.rs:");
    assert!(server.get("/").text().contains("second version"));
    let events = first_event(server);
    assert!(
        events.contains("\"type\":\"problem\"") && events.contains("src/pages/index.rs:"),
        "{events}"
    );
    let text = site.read(INDEX).replace("pub fn gett", "pub fn get");
    site.write(INDEX, &text.replace("second version", "third version"));
    server.line("index.rs: reloaded in");
    server.until("/", "third version");
}

/// What a page that has another build hears first.
fn first_event(server: &DevServer) -> String {
    let mut client = crate::server::client::Client::connect(server.address).expect("a connection");
    client.write(b"GET /_kiln/events HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("a request");
    let head = client.head().expect("a head");
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    let mut events = String::new();
    while !events.contains("\"problem\"") {
        let chunk = client.chunk().expect("a chunk").expect("an event");
        events.push_str(&String::from_utf8_lossy(&chunk));
    }
    events
}

fn files_that_nobody_saves_change_nothing(site: &EditedSite, server: &DevServer) {
    server.idle();
    let before = server.log();
    for name in [
        "content/.text.md.swp",
        "content/4913",
        "content/text.md~",
        "content/#text.md#",
        "notes/a.md",
        ".git/index",
        "dist/new.html",
    ] {
        site.write(name, "nothing");
    }
    thread::sleep(Duration::from_millis(500));
    assert_eq!(server.log(), before);
    fs::remove_file(site.path("dist/new.html")).expect("a file to remove");
}

fn a_page_that_ends_the_process_is_shown(server: &DevServer) {
    let ended = server.get("/stops");
    assert_eq!(ended.status, 500);
    assert!(ended.text().contains("the process of the site"), "{}", ended.text());
    server.until("/", "third version");
}

#[test]
fn a_site_that_does_not_compile_is_explained_until_it_does() {
    let site = EditedSite::new("broken");
    site.edit("src/main.rs", "kiln::site!();", "kiln::site!(); fn broken() -> u8 { \"text\" }");
    site.edit("kiln.toml", "[server]", "bsae = \"/x\"\n[server]");
    let server = DevServer::start(&site, &["--port", "0"]);
    let page = server.get("/");
    assert_eq!(page.status, 503);
    assert!(page.text().contains("unknown key `bsae`"), "{}", page.text());
    assert!(page.text().contains("kiln.toml:4:1"), "{}", page.text());
    site.edit("kiln.toml", "bsae = \"/x\"\n", "");
    server.until("/", "mismatched types");
    site.edit("src/main.rs", " fn broken() -> u8 { \"text\" }", "");
    assert_eq!(server.until("/", "first version").status, 200);
}

/// `KILN_CHANGES=1000` makes a thousand changes.
#[test]
fn many_changes_leave_nothing_behind() {
    let changes = env::var("KILN_CHANGES").map_or(40, |text| text.parse().expect("a number"));
    let site = EditedSite::new("many");
    let server = DevServer::start(&site, &["--port", "0"]);
    let change = |number: usize| {
        site.write("content/text.md", &format!("text number {number}."));
        server.until("/", &format!("text number {number}."));
    };
    // What is made once, such as buffers, is there by then.
    (0..10).for_each(change);
    server.idle();
    let (memory, files) = server.resources();
    (10..10 + changes).for_each(change);
    // The last change may be reported twice, and then another process replaces the last one: its files are counted at the end.
    let end = Instant::now() + PATIENCE;
    while server.children().len() != 2 || server.resources().1 > files + 2 {
        assert!(Instant::now() < end, "{:?}, {:?}", server.children(), server.resources());
        thread::sleep(Duration::from_millis(50));
    }
    let (memory_after, files_after) = server.resources();
    println!(
        "{changes} changes: {memory} and then {memory_after} KB, {files} and then {files_after} files"
    );
    assert!(memory_after <= memory + 4096, "{memory} and then {memory_after} KB");
}
