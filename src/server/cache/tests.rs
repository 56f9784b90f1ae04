use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;

/// What renders a page that tells how often it was rendered, each time for a moment.
fn counter() -> (Render, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let render: Render = Arc::new(move || {
        let number = counted.fetch_add(1, SeqCst) + 1;
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Response::new(Body::from(number.to_string())))
        })
    });
    (render, count)
}

async fn ask(kept: &Arc<Kept>, path: &str, seconds: u64, render: &Render) -> String {
    let answer = kept.answer(path, seconds, Meanwhile::Nothing, Arc::clone(render), |_| ());
    match answer.await.expect("an answer") {
        Answered::With(response) => {
            let bytes = body::bytes(response.into_body()).await.expect("a body");
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Answered::ByFile => "file".to_owned(),
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

#[test]
fn a_page_is_rendered_once_however_many_ask() {
    block_on(async {
        let (kept, (render, count)) = (Kept::new(), counter());
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (kept, render) = (Arc::clone(&kept), Arc::clone(&render));
            asking.spawn(async move { ask(&kept, "a", 60, &render).await });
        }
        let answers = asking.join_all().await;
        assert!(answers.iter().all(|answer| answer == "1"), "{answers:?}");
        assert_eq!(ask(&kept, "b", 60, &render).await, "2");
        assert_eq!(ask(&kept, "a", 60, &render).await, "1");
        assert_eq!(count.load(SeqCst), 2);
    });
}

#[test]
fn an_old_page_is_given_while_a_new_one_is_made() {
    block_on(async {
        let (kept, (render, count)) = (Kept::new(), counter());
        assert_eq!(ask(&kept, "a", 0, &render).await, "1");
        // Older than nothing at all: each of these has it made again, one at a time.
        for _ in 0..10 {
            assert_eq!(ask(&kept, "a", 0, &render).await, "1");
        }
        while ask(&kept, "a", 60, &render).await == "1" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(count.load(SeqCst), 2);
    });
}

#[test]
fn a_page_that_is_expired_is_waited_for() {
    block_on(async {
        let (kept, (render, _)) = (Kept::new(), counter());
        assert_eq!(ask(&kept, "posts/caf\u{e9}", 60, &render).await, "1");
        revalidate("/posts/caf%C3%A9");
        assert_eq!(ask(&kept, "posts/caf\u{e9}", 60, &render).await, "2");
        revalidate("/posts/caf\u{e9}");
        assert_eq!(ask(&kept, "posts/caf\u{e9}", 60, &render).await, "3");
        revalidate("//");
        revalidate("/other");
        assert_eq!(ask(&kept, "posts/caf\u{e9}", 60, &render).await, "3");
    });
}

#[test]
fn a_file_stands_for_a_page_until_it_is_old() {
    block_on(async {
        let (kept, (render, count)) = (Kept::new(), counter());
        let ask = async |age| {
            let file = Meanwhile::File(Some(Duration::from_secs(age)));
            match kept.answer("a", 60, file, Arc::clone(&render), |_| ()).await.expect("an answer")
            {
                Answered::With(_) => "page",
                Answered::ByFile => "file",
            }
        };
        assert_eq!(ask(10).await, "file");
        assert_eq!(count.load(SeqCst), 0);
        assert_eq!(ask(100).await, "file");
        while ask(100).await == "file" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(count.load(SeqCst), 1);
        revalidate("/b");
        let file = Meanwhile::File(Some(Duration::ZERO));
        let answer = kept.answer("b", 60, file, Arc::clone(&render), |_| ()).await;
        assert!(matches!(answer, Ok(Answered::With(_))), "the file is from before");
    });
}

#[test]
fn what_is_for_one_client_is_not_kept() {
    block_on(async {
        for (status, cookie) in [(200, true), (302, false), (404, false), (500, false)] {
            let kept = Kept::new();
            let count = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&count);
            let render: Render = Arc::new(move || {
                counted.fetch_add(1, SeqCst);
                Box::pin(async move {
                    let mut response = Response::new(Body::from("x"));
                    *response.status_mut() = StatusCode::from_u16(status)?;
                    if cookie {
                        response.headers_mut().insert("set-cookie", "a=b".parse()?);
                    }
                    Ok(response)
                })
            });
            for _ in 0..3 {
                ask(&kept, "a", 60, &render).await;
            }
            assert_eq!(count.load(SeqCst), 3, "{status}");
        }
    });
}

#[test]
fn a_failure_keeps_the_old_page() {
    block_on(async {
        let kept = Kept::new();
        let fails = Arc::new(AtomicUsize::new(0));
        let failing = Arc::clone(&fails);
        let render: Render = Arc::new(move || {
            let is_first = failing.fetch_add(1, SeqCst) == 0;
            Box::pin(async move {
                anyhow::ensure!(is_first, "no connection");
                Ok(Response::new(Body::from("first")))
            })
        });
        assert_eq!(ask(&kept, "a", 0, &render).await, "first");
        while fails.load(SeqCst) < 3 {
            assert_eq!(ask(&kept, "a", 0, &render).await, "first");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(ask(&kept, "a", 60, &render).await, "first");
    });
}

#[test]
fn what_is_kept_has_a_bound() {
    block_on(async {
        let kept = Kept::new();
        let render: Render =
            Arc::new(|| Box::pin(async { Ok(Response::new(Body::from(vec![0; MOST_BYTES / 4]))) }));
        for path in ["a", "b", "c", "d", "a", "e", "f"] {
            ask(&kept, path, 60, &render).await;
        }
        let pages = kept.pages();
        assert!(pages.bytes <= MOST_BYTES, "{}", pages.bytes);
        let left: Vec<&str> = pages.by_path.keys().map(String::as_str).collect();
        assert_eq!(left, ["a", "d", "e", "f"], "those that were asked for last");
    });
}
