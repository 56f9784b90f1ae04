use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::StatusCode;

use super::page::{LARGEST, Rendering};
use crate::page::response::body;
use crate::server::cache::*;
use crate::server::files::sample::path_of;

type Repeated = Arc<dyn Fn() -> Rendering + Send + Sync>;

fn once(render: &Repeated) -> Render {
    let render = Arc::clone(render);
    Box::new(move || render())
}

/// Renders a page with the number of calls. Each call takes a moment.
fn counter() -> (Repeated, Arc<AtomicUsize>) {
    counting(|number| Ok(Response::new(Body::from(number.to_string()))))
}

/// Renders a page that depends on the number of calls.
fn counting(
    page: impl Fn(usize) -> Result<Response> + Send + Sync + 'static,
) -> (Repeated, Arc<AtomicUsize>) {
    let (count, page) = (Arc::new(AtomicUsize::new(0)), Arc::new(page));
    let counted = Arc::clone(&count);
    let render: Repeated = Arc::new(move || {
        let (counted, page) = (Arc::clone(&counted), Arc::clone(&page));
        Box::pin(async move {
            let number = counted.fetch_add(1, SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            page(number)
        })
    });
    (render, count)
}

fn cache() -> Arc<PageCache> {
    Arc::new(PageCache::new())
}

async fn ask(cache: &Arc<PageCache>, path: &str, seconds: u64, render: &Repeated) -> String {
    let path = path_of(path);
    shown(cache.answer(&path, seconds, None, once(render), |_| ()).await).await
}

/// Requests a page with a file of this age, in seconds.
async fn ask_file(cache: &Arc<PageCache>, path: &str, age: u64, render: &Repeated) -> String {
    let file = Some(Duration::from_secs(age));
    let path = path_of(path);
    shown(cache.answer(&path, 60, file, once(render), |_| ()).await).await
}

async fn shown(answer: Result<Option<Response>>) -> String {
    match answer {
        Ok(Some(response)) => {
            let bytes = body::bytes(response.into_body()).await.expect("a body");
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Ok(None) => "file".to_owned(),
        Err(error) => format!("{error:#}"),
    }
}

/// Waits for a condition.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_mins(2), "it is never so");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_page_is_asked_about_once() {
    let cache = cache();
    let (render, count) = counting(|_| Err(NoPage.into()));
    for _ in 0..3 {
        assert_eq!(ask_file(&cache, "robots.txt", 3_600, &render).await, "file");
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    until(async || count.load(SeqCst) > 0).await;
    assert_eq!(count.load(SeqCst), 1);
    // After `revalidate`, it is rendered once more.
    cache.expire(&path_of("robots.txt"), true);
    for _ in 0..3 {
        assert_eq!(ask_file(&cache, "robots.txt", 3_600, &render).await, "file");
    }
    assert_eq!(count.load(SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_leaves_the_page_to_the_next() {
    let (cache, count) = (cache(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    let render: Repeated = Arc::new(move || {
        let counted = Arc::clone(&counted);
        Box::pin(async move {
            let number = counted.fetch_add(1, SeqCst) + 1;
            if number < 4 {
                std::future::pending::<()>().await;
            }
            Ok(Response::new(Body::from(number.to_string())))
        })
    });
    for _ in 0..3 {
        assert_eq!(ask(&cache, "a", 60, &render).now_or_never(), None, "it is gone");
    }
    assert_eq!(ask(&cache, "a", 60, &render).await, "4");
    assert_eq!((count.load(SeqCst), cache.entries.len()), (4, 1));
}

/// It may have been rendered from old data.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_revalidated_while_it_is_rendered_is_not_kept() {
    let (cache, (render, count)) = (cache(), counter());
    let first = {
        let (cache, render) = (Arc::clone(&cache), Arc::clone(&render));
        tokio::spawn(async move { ask(&cache, "a", 60, &render).await })
    };
    until(async || count.load(SeqCst) == 1).await;
    cache.expire(&path_of("a"), false);
    assert_eq!(first.await.expect("an answer"), "1");
    assert_eq!(ask(&cache, "a", 60, &render).await, "2");
    // The same in the background.
    assert_eq!(ask(&cache, "a", 0, &render).await, "2");
    until(async || count.load(SeqCst) == 3).await;
    cache.expire(&path_of("a"), false);
    assert_eq!(ask(&cache, "a", 60, &render).await, "4");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(ask(&cache, "a", 60, &render).await, "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_answers_until_it_is_old() {
    let (cache, (render, count)) = (cache(), counter());
    assert_eq!(ask_file(&cache, "a", 10, &render).await, "file");
    // Its age is noted.
    assert_eq!(ask_file(&cache, "a", 100, &render).await, "file");
    assert_eq!(count.load(SeqCst), 0);
    assert_eq!(ask_file(&cache, "b", 100, &render).await, "file");
    until(async || ask_file(&cache, "b", 100, &render).await == "1").await;
    cache.expire(&path_of("c"), true);
    assert_eq!(ask_file(&cache, "c", 0, &render).await, "2", "the file is from before");
    assert_eq!(ask_file(&cache, "c", 0, &render).await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_forgotten_does_not_go_back_to_its_file() {
    let (cache, (render, _)) = (cache(), counter());
    cache.expire(&path_of("a"), true);
    assert_eq!(ask_file(&cache, "a", 0, &render).await, "1");
    cache.entries.clear();
    assert_eq!(ask_file(&cache, "a", 0, &render).await, "2");
    // The same for a page that was rendered because its file was old.
    until(async || ask_file(&cache, "b", 100, &render).await == "3").await;
    until(async || cache.is_outdated("b")).await;
    cache.entries.clear();
    assert_eq!(ask_file(&cache, "b", 0, &render).await, "4");
    // Other paths are not remembered.
    cache.expire(&path_of("other"), false);
    assert!(!cache.is_outdated("other"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_one_client_is_not_kept() {
    for (status, header) in [
        (200, Some(("set-cookie", "a=b"))),
        (200, Some(("content-type", "text/event-stream"))),
        (302, None),
        (404, None),
        (500, None),
    ] {
        let cache = cache();
        let (render, count) = counting(move |_| {
            let mut response = Response::new(Body::from("x"));
            *response.status_mut() = StatusCode::from_u16(status)?;
            if let Some((name, value)) = header {
                response.headers_mut().insert(name, value.parse()?);
            }
            Ok(response)
        });
        for _ in 0..3 {
            assert_eq!(ask(&cache, "a", 60, &render).await, "x");
        }
        assert_eq!(count.load(SeqCst), 3, "{status}");
        assert_eq!((cache.entries.len(), cache.entries.weight()), (0, 0), "{status}");
    }
}

/// Otherwise a slow page would answer one client after the other.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_one_client_is_rendered_for_all_at_once() {
    let cache = cache();
    let waiting = Arc::new(tokio::sync::Barrier::new(9));
    let count = Arc::new(AtomicUsize::new(0));
    let render: Repeated = {
        let (waiting, count) = (Arc::clone(&waiting), Arc::clone(&count));
        Arc::new(move || {
            let (waiting, count) = (Arc::clone(&waiting), Arc::clone(&count));
            Box::pin(async move {
                if count.fetch_add(1, SeqCst) == 0 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                } else {
                    waiting.wait().await;
                }
                anyhow::bail!("no connection")
            })
        })
    };
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (cache, render) = (Arc::clone(&cache), Arc::clone(&render));
        asking.spawn(async move { ask(&cache, "a", 60, &render).await });
    }
    let answers = tokio::time::timeout(Duration::from_mins(2), asking.join_all()).await;
    let answers = answers.expect("nobody waits for another");
    assert!(answers.iter().all(|answer| answer == "no connection"), "{answers:?}");
    assert!(cache.entries.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_keeps_the_old_page() {
    let cache = cache();
    let (render, count) = counting(|number| {
        anyhow::ensure!(number == 1, "no connection");
        Ok(Response::new(Body::from("first")))
    });
    assert_eq!(ask(&cache, "a", 0, &render).await, "first");
    until(async || {
        assert_eq!(ask(&cache, "a", 0, &render).await, "first");
        count.load(SeqCst) >= 3
    })
    .await;
    assert_eq!(ask(&cache, "a", 60, &render).await, "first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_behind_the_back_of_requests_is_logged_and_tried_again() {
    let cache = cache();
    let (render, count) = counting(|number| {
        assert!(number != 2, "out of paper");
        Ok(Response::new(Body::from(number.to_string())))
    });
    let logged = Arc::new(Mutex::new(Vec::new()));
    until(async || {
        let log = Arc::clone(&logged);
        let log = move |text: &str| log.lock().unwrap().push(text.to_owned());
        let path = path_of("a");
        let answer = cache.answer(&path, 0, None, once(&render), log);
        let text = shown(answer.await).await;
        assert_ne!(text, "2");
        text == "3"
    })
    .await;
    assert!(count.load(SeqCst) >= 3);
    assert_eq!(*logged.lock().unwrap(), ["the page panicked: out of paper"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_has_a_bound() {
    let cache = cache();
    let (render, _) = counting(|_| Ok(Response::new(Body::from(vec![0; LARGEST - 1]))));
    let paths: Vec<String> = (0..10).map(|at| at.to_string()).collect();
    for path in paths.iter().chain(&paths) {
        ask(&cache, path, 60, &render).await;
        assert!(cache.entries.weight() <= CAPACITY, "{}", cache.entries.weight());
    }
    assert!(cache.entries.len() >= 2, "{}", cache.entries.len());
    let held: usize = paths
        .iter()
        .filter_map(|path| match &cache.entries.peek(path)?.content {
            Content::Page(page) => Some(page.size()),
            _ => None,
        })
        .sum();
    // It counts what it holds, also after evictions during rendering.
    let overhead = cache.entries.weight() - held as u64;
    assert!(overhead < 10_000, "{overhead}");
    for path in &paths {
        cache.expire(&path_of(path), false);
    }
    assert_eq!((cache.entries.len(), cache.entries.weight()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_too_large_is_passed_on() {
    for is_endless in [false, true] {
        let cache = cache();
        let (render, count) = counting(move |_| {
            let piece = |_| Ok::<_, std::io::Error>(Bytes::from(vec![7; 1 << 16]));
            let pieces = if is_endless { usize::MAX } else { LARGEST / (1 << 16) + 1 };
            Ok(Response::new(Body::from_stream(stream::iter((0..pieces).map(piece)))))
        });
        for _ in 0..2 {
            let path = path_of("a");
            let answer = cache.answer(&path, 60, None, once(&render), |_| ());
            let Ok(Some(response)) = answer.await else { panic!("no response") };
            let mut body = response.into_body();
            let mut read = 0;
            while read <= LARGEST + (1 << 15) {
                let frame = http_body_util::BodyExt::frame(&mut body).await;
                let bytes = frame.expect("more").expect("bytes").into_data().expect("data");
                assert!(bytes.iter().all(|byte| *byte == 7));
                read += bytes.len();
            }
        }
        assert_eq!((count.load(SeqCst), cache.entries.len()), (2, 0));
    }
}
