use std::fs;

use axum::response::IntoResponse;
use http::StatusCode;

use crate::server::files::sample::{Sample, path_of};
use crate::server::live::*;
use crate::server::served::{Sent, Served};
use crate::support::{self, CONFIG, leak};

fn serve(sample: &Sample, unbuilt: Unbuilt) -> Served {
    Served::start(sample.site, &sample.out(), unbuilt)
}

#[track_caller]
fn answers(served: &Served, path: &str, status: u16, text: &str) {
    let sent = served.send("GET", path, &[]);
    assert_eq!((sent.status.as_u16(), &*sent.bytes), (status, text.as_bytes()), "{path}");
}

fn public(sample: &Sample) -> std::path::PathBuf {
    sample.site.folder().join("public")
}

#[cfg(feature = "precompress")]
#[test]
fn a_file_that_lost_its_variants_is_sent_as_it_is() {
    use crate::config::{Config, Encoding};
    use crate::site::Site;

    let mut sample = Sample::new(Config { precompress: &[Encoding::Gzip], ..CONFIG });
    let served = serve(&sample, Unbuilt::Nothing);
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
    let (served, pages) = (serve(&sample, Unbuilt::Nothing), serve(&sample, Unbuilt::Pages));
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
        answers(&pages, "/", 200, "home");
    }
    sample.build();
    for served in [&served, &pages] {
        answers(served, "/", 200, "home");
        answers(served, "/assets/a.css", 200, "a{}");
        answers(served, "/nowhere", 404, "nothing here");
    }
}

#[test]
fn files_are_asked_for_again_unless_something_says_otherwise() {
    let sample = Sample::new(CONFIG);
    let served = serve(&sample, Unbuilt::Nothing);
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

#[tokio::test]
async fn a_path_is_revalidated_however_it_is_written() {
    let site = leak(support::site(&[], CONFIG));
    let (live, _) = Live::open(site, "/nowhere/at/all".as_ref(), Unbuilt::Pages);
    let (path, count) = (path_of("posts/caf\u{e9}"), Arc::new(AtomicU64::new(0)));
    for (revalidated, expected) in [
        ("/other", "1"),
        ("/posts/caf%C3%A9", "2"),
        ("/posts/caf\u{e9}", "3"),
        ("//", "3"),
        ("/other", "3"),
    ] {
        revalidate(revalidated);
        let count = Arc::clone(&count);
        let render = move || {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            Box::pin(async move { Ok(number.to_string().into_response()) }) as _
        };
        let answer = live.cache().answer(&path, 60, None, Box::new(render), |_| ()).await;
        let sent = Sent::new(answer.expect("a page").expect("no file")).await;
        assert_eq!(sent.bytes, expected, "{revalidated}");
    }
}
