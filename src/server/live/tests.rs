use std::fs;

use axum::body::Body;
use http::{Request, StatusCode};

use crate::page::response::body;
use crate::server::app::App;
use crate::server::files::sample::{Sample, Sent};
use crate::server::forwarded::Forwarded;
use crate::server::live::*;
use crate::support::CONFIG;
#[cfg(feature = "precompress")]
use crate::support::leak;

/// A server of a sample that is built again.
struct Served {
    app: App,
    runtime: tokio::runtime::Runtime,
}

impl Served {
    fn start(sample: &Sample, unbuilt: Unbuilt) -> Self {
        let (live, _) = Live::open(sample.site, &sample.out(), unbuilt);
        let origins = Forwarded::of(sample.site.config, None);
        let app = App::new(sample.site, live, unbuilt == Unbuilt::Pages, origins);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Served { app, runtime: runtime.expect("a runtime") }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Sent {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.runtime.block_on(async {
            let request = request.body(Body::empty()).expect("a request");
            let (head, body) = self.app.answer(request.into()).await.into_parts();
            let bytes = body::bytes(body).await.expect("a body");
            Sent { status: head.status, headers: head.headers, bytes }
        })
    }

    #[track_caller]
    fn answers(&self, path: &str, status: u16, text: &str) {
        let sent = self.send("GET", path, &[]);
        assert_eq!((sent.status.as_u16(), &*sent.bytes), (status, text.as_bytes()), "{path}");
    }
}

fn public(sample: &Sample) -> std::path::PathBuf {
    sample.site.folder().join("public")
}

#[test]
fn a_build_that_has_finished_is_answered_at_once() {
    let sample = Sample::new(CONFIG);
    let served = Served::start(&sample, Unbuilt::Nothing);
    served.answers("/assets/a.css", 200, "a{}");
    for round in 0..6 {
        // A folder with other permissions is changed file by file.
        #[cfg(unix)]
        if round == 3 {
            use std::os::unix::fs::PermissionsExt;
            let own = sample.out().join("own");
            fs::create_dir(&own).expect("a folder to make");
            fs::set_permissions(own, fs::Permissions::from_mode(0o700)).expect("a folder");
        }
        let (text, added) = (format!("a{round}"), format!("new-{round}.txt"));
        fs::write(public(&sample).join("assets/a.css"), &text).expect("a file to write");
        fs::write(public(&sample).join(&added), "new").expect("a file to write");
        served.answers(&format!("/{added}"), 404, "nothing here");
        sample.build();
        served.answers(&format!("/{added}"), 200, "new");
        served.answers("/assets/a.css", 200, &text);
        fs::remove_file(public(&sample).join(&added)).expect("a file to remove");
        sample.build();
        served.answers(&format!("/{added}"), 404, "nothing here");
        assert_eq!(served.send("DELETE", &format!("/{added}"), &[]).status, StatusCode::NOT_FOUND);
    }
}

#[cfg(feature = "precompress")]
#[test]
fn a_file_that_lost_its_variants_is_sent_as_it_is() {
    use crate::config::{Config, Encoding};
    use crate::site::Site;

    let mut sample = Sample::new(Config { precompress: &[Encoding::Gzip], ..CONFIG });
    let served = Served::start(&sample, Unbuilt::Nothing);
    let taken = [("accept-encoding", "gzip")];
    assert_eq!(served.send("GET", "/about", &taken).header("content-encoding"), "gzip");
    sample.site = leak(Site { config: leak(CONFIG), middleware: None, ..*sample.site });
    sample.build();
    let sent = served.send("GET", "/about", &taken);
    assert_eq!((sent.status, sent.header("content-encoding")), (StatusCode::OK, ""));
    assert_eq!(sent.bytes, "about ".repeat(200));
}

#[test]
fn a_site_that_is_removed_is_unavailable_until_it_is_built() {
    let sample = Sample::new(CONFIG);
    let (served, pages) =
        (Served::start(&sample, Unbuilt::Nothing), Served::start(&sample, Unbuilt::Pages));
    fs::remove_file(sample.out().join("assets/a.css")).expect("a file to remove");
    assert_eq!(served.send("GET", "/assets/a.css", &[]).status, StatusCode::SERVICE_UNAVAILABLE);
    let record = sample.out().join(".kiln-files");
    let text = fs::read_to_string(&record).expect("a record");
    for damage in [true, false] {
        match damage {
            true => fs::write(&record, &text[..text.len() / 2]).expect("a record to write"),
            false => fs::remove_dir_all(sample.out()).expect("a folder to remove"),
        }
        for path in ["/", "/assets/a.css", "/nowhere"] {
            let sent = served.send("GET", path, &[]);
            assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert_eq!(
                (sent.header("retry-after"), sent.header("cache-control")),
                ("1", "no-store")
            );
        }
        // With `Unbuilt::Pages`, they are called.
        pages.answers("/", 200, "home");
    }
    sample.build();
    for served in [&served, &pages] {
        served.answers("/", 200, "home");
        served.answers("/assets/a.css", 200, "a{}");
        served.answers("/nowhere", 404, "nothing here");
    }
}

#[test]
fn files_are_asked_for_again_unless_something_says_otherwise() {
    let sample = Sample::new(CONFIG);
    let served = Served::start(&sample, Unbuilt::Nothing);
    let known = [("if-none-match", "*")];
    let default = "public, max-age=0, must-revalidate";
    for (path, headers, status, expected) in [
        ("/", &[][..], 200, default),
        ("/", &known, 304, default),
        ("/", &[("range", "bytes=0-0")], 206, default),
        ("/assets/a.css", &[], 200, default),
        ("/api/users", &[], 200, default),
        ("/about", &[], 200, "no-cache"),
        ("/nowhere", &[], 404, "no-store"),
        ("/", &[("if-match", "\"x\"")], 412, "no-store"),
    ] {
        let sent = served.send("GET", path, headers);
        assert_eq!(
            (sent.status.as_u16(), sent.header("cache-control")),
            (status, expected),
            "{path}"
        );
        let sends_date = sent.headers.contains_key("last-modified");
        assert!(!sends_date, "{path}");
    }
    assert_eq!(served.send("POST", "/", &[]).header("cache-control"), "no-store");
}

#[test]
fn what_is_kept_does_not_outlive_a_build() {
    let sample = Sample::new(CONFIG);
    let (live, _) = Live::open(sample.site, &sample.out(), Unbuilt::Nothing);
    let before = live.files().expect("files");
    sample.build();
    live.refresh();
    assert!(Arc::ptr_eq(&before, &live.files().expect("files")), "nothing has changed");
    fs::write(public(&sample).join("assets/a.css"), "b").expect("a file to write");
    sample.build();
    assert!(!before.are_current());
    live.refresh();
    let now = live.files().expect("files");
    assert!(now.are_current() && !now.are_those_of(&before));
}
