use std::fs;

use http::StatusCode;

use crate::config::{Config, Format, Host};
use crate::server::files::sample::{Sample, path_of};
use crate::server::files::{Files, Form};
use crate::server::served;
use crate::site::Site;
use crate::support::{CONFIG, leak};

#[track_caller]
fn finds(files: &Files, path: &str, expected: Option<(&str, Form)>) {
    let path = path_of(path);
    let found = files.find(&path).map(|file| (file.name, file.form));
    assert_eq!(found, expected, "{path:?}");
}

#[test]
fn a_path_has_the_file_of_its_name_or_of_its_page() {
    use Form::{Exact, Page};
    let sample = Sample::of(Site { hosts: &[Host::Netlify], ..Site::EMPTY });
    let files = sample.files();
    for (path, expected) in [
        ("", Some(("index.html", Page))),
        ("index.html", Some(("index.html", Exact))),
        ("about", Some(("about/index.html", Page))),
        ("about/index.html", Some(("about/index.html", Exact))),
        ("about.html", None),
        ("About", None),
        ("about/index", None),
        ("api", None),
        ("api/users", Some(("api/users", Exact))),
        ("404", None),
        ("404.html", None),
        ("assets/a.css", Some(("assets/a.css", Exact))),
        ("assets", None),
        ("caf\u{e9}.txt", Some(("cafe\u{301}.txt", Exact))),
        (".kiln-files", None),
        (".kiln-sent", None),
        ("_redirects", None),
        ("_headers", None),
        ("a\tb", None),
    ] {
        finds(&files, path, expected);
    }
    assert!(sample.out().join("_headers").is_file() && sample.out().join(".kiln-sent").is_file());
    let page = files.error_page("404", StatusCode::NOT_FOUND).expect("a page");
    assert_eq!((page.name, page.status), ("404.html", StatusCode::NOT_FOUND));
    assert!(files.error_page("500", StatusCode::INTERNAL_SERVER_ERROR).is_none());
    assert!(files.error_page("404", StatusCode::INTERNAL_SERVER_ERROR).is_none());
    assert!(files.error_page("about", StatusCode::NOT_FOUND).is_none());
}

#[test]
fn the_files_of_pages_follow_the_format() {
    for format in [Format::File, Format::Preserve] {
        let sample = Sample::new(Config { format, ..CONFIG });
        let files = sample.files();
        finds(&files, "", Some(("index.html", Form::Page)));
        finds(&files, "about", Some(("about.html", Form::Page)));
        finds(&files, "about/index.html", None);
    }
}

#[test]
fn what_kiln_did_not_record_is_not_there() {
    let sample = Sample::new(CONFIG);
    fs::write(sample.out().join("foreign.txt"), "secret").expect("a file to write");
    fs::create_dir(sample.out().join("foreign")).expect("a folder to make");
    fs::write(sample.out().join("foreign/index.html"), "secret").expect("a file to write");
    for path in ["foreign.txt", "foreign", "foreign/index.html"] {
        finds(&sample.files(), path, None);
    }
    // A record that somebody has changed gives access to none of kiln's own files, and to nothing outside of the folder.
    let record = sample.out().join(".kiln-files");
    let text = fs::read_to_string(&record).expect("a record");
    let evil = format!(".kiln-sent\n../site/public/a\n/etc/passwd\n{text}");
    fs::write(&record, evil).expect("a record to write");
    let files = sample.files();
    for path in [".kiln-sent", "../site/public/a", "/etc/passwd"] {
        assert_eq!(files.name(path), None, "{path}");
    }
    finds(&files, "", Some(("index.html", Form::Page)));
}

#[test]
fn a_site_that_sends_nothing_more_has_no_list_of_it() {
    let mut sample = Sample::new(CONFIG);
    let list = sample.out().join(".kiln-sent");
    let before = fs::read(&list).expect("a list");
    sample.build();
    assert_eq!(fs::read(&list).expect("a list"), before);
    let routes = &sample.site.routes[..1];
    sample.site = leak(Site { routes, middleware: None, ..*sample.site });
    sample.build();
    assert!(!list.exists());
    assert_eq!(sample.send("GET", "", &[]).bytes, "home");
}

#[track_caller]
fn refuses(sample: &Sample, message: &str) {
    let (_, opened) = Files::open(sample.site, &sample.out());
    let error = opened.expect_err("no site");
    assert!(format!("{error:#}").contains(message), "{error:#}");
}

#[test]
fn a_folder_without_a_whole_record_is_refused() {
    let sample = Sample::new(CONFIG);
    let change = |name: &str, change: &dyn Fn(&str) -> String| {
        let text = fs::read_to_string(sample.out().join(name)).expect("a file to read");
        fs::write(sample.out().join(name), change(&text)).expect("a file to write");
    };
    for damage in [
        |text: &str| text.trim_end().to_owned(),
        |text: &str| text.split_inclusive('\n').skip(1).collect(),
        |text: &str| text.replace("[[", "["),
    ] {
        change(".kiln-sent", &damage);
        refuses(&sample, ".kiln-sent is damaged, so the headers of pages are unknown");
        fs::remove_file(sample.out().join(".kiln-sent")).expect("a file to remove");
        sample.build();
    }
    change(".kiln-files", &|text| text.replace("./", ""));
    refuses(&sample, ".kiln-files is damaged, so kiln cannot tell which files it wrote");
    fs::remove_file(sample.out().join(".kiln-files")).expect("a record to remove");
    refuses(&sample, "does not contain a site built by kiln\n  hint: build it first: `cargo run");
    fs::remove_dir_all(sample.out()).expect("a folder to remove");
    refuses(&sample, "does not contain a site built by kiln");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use crate::server::files::sample::put_link;

    let sample = Sample::new(CONFIG);
    let secret = sample.out().with_file_name("secret");
    fs::create_dir(&secret).expect("a folder to make");
    for name in ["index.html", "a.css"] {
        fs::write(secret.join(name), "secret").expect("a file to write");
    }
    put_link(&sample.out().join("index.html"), &secret.join("index.html"));
    put_link(&sample.out().join("about"), &secret);
    put_link(&sample.out().join("assets"), &secret);
    let (head, ()) = http::Request::new(()).into_parts();
    let runtime = served::runtime();
    let files = sample.files();
    for path in ["", "about", "about/index.html", "assets/a.css"] {
        let path = path_of(path);
        let file = files.find(&path).expect("a name of the record");
        let response = runtime.block_on(file.respond(&head));
        assert!(response.is_err(), "{path:?}: {response:?}");
    }
}
