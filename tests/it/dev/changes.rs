//! What changes lead to.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{DevServer, EditedSite};

const INDEX: &str = "src/pages/index.rs";

#[test]
fn a_site_is_edited() {
    let site = EditedSite::new("changes");
    let mut server = DevServer::start(&site, &["--port", "0"]);

    pages_are_rendered_on_request(&server);
    content_is_read_again(&site, &server);
    rust_is_compiled(&site, &server);
    a_page_fails_in_its_place(&server);
    the_last_site_answers_while_the_newest_does_not_compile(&site, &server);
    files_that_nobody_saves_change_nothing(&site, &server);
    a_page_that_ends_the_process_is_shown(&server);

    let children = server.children();
    assert_eq!(children.len(), 1, "{children:?}");
    assert_eq!(server.interrupt(), Some(0));
    assert!(!is_running(&children[0]), "the site still runs");
    assert!(!site.path("dist").exists());
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
    let length = 100_000;
    let head = format!(
        "POST /api.json HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncontent-length: {length}\r\n\r\n"
    );
    assert_eq!(server.send(&(head + &"a".repeat(length))).text(), length.to_string());
}

fn content_is_read_again(site: &EditedSite, server: &DevServer) {
    site.write("content/text.md", "the second text\n");
    server.until("/", "the second text");
    assert!(server.line("content/text.md: reloaded in").ends_with(" ms"));
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
    site.write("src/pages/added.rs", "pub fn get() -> &'static str {\n    \"added\"\n}\n");
    server.until("/added", "added");
    fs::remove_file(site.path("src/pages/added.rs")).expect("a file to remove");
    server.until("/added", "No page at");
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
}

fn the_last_site_answers_while_the_newest_does_not_compile(site: &EditedSite, server: &DevServer) {
    site.edit(INDEX, "pub fn get", "pub fn gett");
    server.line("does not compile");
    assert!(server.get("/").text().contains("second version"));
    let events = first_event(server);
    assert!(
        events.contains("\"type\":\"problem\"") && events.contains("src/pages/index.rs:"),
        "{events}"
    );
    site.edit(INDEX, "pub fn gett", "pub fn get");
    server.line("index.rs: reloaded in");
    site.edit(INDEX, "second version", "third version");
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
    let before = server.log();
    for name in [
        "content/.text.md.swp",
        "content/4913",
        "content/text.md~",
        "content/#text.md#",
        "notes/a.md",
        ".git/index",
        "dist/index.html",
    ] {
        site.write(name, "nothing");
    }
    thread::sleep(Duration::from_millis(500));
    assert_eq!(server.log(), before);
    fs::remove_dir_all(site.path("dist")).expect("a folder to remove");
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
    assert!(page.text().contains("kiln.toml:1:1"), "{}", page.text());
    site.edit("kiln.toml", "bsae = \"/x\"\n", "");
    server.until("/", "mismatched types");
    site.edit("src/main.rs", " fn broken() -> u8 { \"text\" }", "");
    assert_eq!(server.until("/", "first version").status, 200);
}

#[test]
fn many_changes_leave_nothing_behind() {
    let site = EditedSite::new("many");
    let server = DevServer::start(&site, &["--port", "0"]);
    let change = |number: usize| {
        site.write("content/text.md", &format!("text number {number}."));
        server.until("/", &format!("text number {number}."));
    };
    (0..5).for_each(change);
    let before = open_files(server.id());
    (5..45).for_each(change);
    // The last change may be reported twice, and then another process replaces the last one.
    let end = Instant::now() + Duration::from_secs(20);
    while server.children().len() > 1 {
        assert!(Instant::now() < end, "{:?}", server.children());
        thread::sleep(Duration::from_millis(50));
    }
    assert!(open_files(server.id()) <= before + 2, "{before} and then {}", open_files(server.id()));
}

#[test]
fn the_site_ends_with_a_server_that_is_killed() {
    let site = EditedSite::new("killed");
    let server = DevServer::start(&site, &["--port", "0"]);
    let children = server.children();
    drop(server);
    let end = Instant::now() + Duration::from_secs(5);
    while is_running(&children[0]) {
        assert!(Instant::now() < end, "the site still runs");
        thread::sleep(Duration::from_millis(20));
    }
}

fn open_files(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count)
}

fn is_running(process: &str) -> bool {
    let state = fs::read_to_string(Path::new("/proc").join(process).join("stat"));
    state.is_ok_and(|state| !state.contains(") Z "))
}
