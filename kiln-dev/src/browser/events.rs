//! Tells open pages what has changed, as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::problem::Problem;
use crate::proxy::body::{ChannelBody, ProxyBody};
use crate::state::{Now, Shared, Update};

/// The time between signs of life on an idle connection.
const BEAT: Duration = Duration::from_secs(10);

/// The stream of events for a page. The page sends the build that it has: in the query, or in the header when it connects again.
pub(super) fn stream(head: &Parts, shared: Arc<Shared>) -> Response<ProxyBody> {
    let last = head.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let query = head.uri.query().and_then(|query| query.strip_prefix("build="));
    let build = last.or(query).and_then(|name| shared.build_number(name));
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(tell(sender, build, shared));
    let mut response = Response::new(ChannelBody(receiver).boxed());
    let kind = HeaderValue::from_static("text/event-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Sends events until the page is gone.
async fn tell(sender: UnboundedSender<Bytes>, build: Option<u64>, shared: Arc<Shared>) {
    let mut now = shared.now.subscribe();
    // A page that comes while a site starts is of the site before. If it reloaded at once, it would be so again.
    let _ = now.wait_for(|now| !now.is_starting()).await.is_ok();
    let mut page = Page { build, problem: None };
    loop {
        let current = now.borrow_and_update().clone();
        for event in page.events(&current) {
            let name = shared.build_name(current.build);
            let token = &shared.editor.token;
            if sender.send(written(&name, &event, token)).is_err() {
                return;
            }
        }
        drop(current);
        tokio::select! {
            changed = now.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(BEAT) => {
                if sender.send(Bytes::from_static(b"data: {\"type\":\"alive\"}\n\n")).is_err() {
                    return;
                }
            }
            () = sender.closed() => return,
        }
    }
}

/// The state of an open page, as far as it has received messages.
struct Page {
    /// `None` for a build of another process.
    build: Option<u64>,
    problem: Option<Arc<Problem>>,
}

/// The message that a page receives.
#[derive(Debug, PartialEq)]
enum PageMessage {
    Reload,
    Swap(Value),
    Problem(Value),
    Solved,
}

impl Page {
    fn events(&mut self, now: &Now) -> Vec<PageMessage> {
        let mut events = Vec::new();
        if self.build != Some(now.build) {
            let is_next = self.build.is_some_and(|build| build + 1 == now.build);
            events.push(match &now.update {
                Update::Swap(swapped) if is_next => PageMessage::Swap(json!(swapped)),
                _ => PageMessage::Reload,
            });
            self.build = Some(now.build);
        }
        // Without a site, the page shows the problem itself.
        let problem = now.problem.as_ref().filter(|_| now.site.is_some());
        let is_same = match (&self.problem, problem) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (before, now) => before.is_none() && now.is_none(),
        };
        if !is_same {
            events.push(
                problem
                    .map_or(PageMessage::Solved, |problem| PageMessage::Problem(json!(**problem))),
            );
            self.problem = problem.cloned();
        }
        events
    }
}

fn written(build: &str, message: &PageMessage, token: &str) -> Bytes {
    let data = match message {
        PageMessage::Reload => json!({ "type": "reload" }),
        PageMessage::Swap(files) => json!({ "type": "swap", "build": build, "files": files }),
        PageMessage::Problem(problem) => {
            json!({ "type": "problem", "problem": problem, "token": token })
        }
        PageMessage::Solved => json!({ "type": "solved" }),
    };
    format!("retry: 500\nid: {build}\ndata: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Swapped, SwappedKind};

    #[test]
    fn a_page_takes_what_it_has_missed() {
        let swap = || Update::Swap(vec![Swapped { kind: SwappedKind::Style, path: None }]);
        for (build, now, update, expected) in [
            (Some(3), 3, Update::Reload, vec![]),
            (Some(3), 4, Update::Reload, vec![PageMessage::Reload]),
            (
                Some(3),
                4,
                swap(),
                vec![PageMessage::Swap(json!([{ "kind": "style", "path": null }]))],
            ),
            (Some(3), 5, swap(), vec![PageMessage::Reload]),
            (None, 3, swap(), vec![PageMessage::Reload]),
        ] {
            let mut page = Page { build, problem: None };
            let now = Now { build: now, update, ..Now::default() };
            assert_eq!(page.events(&now), expected);
            assert_eq!(page.events(&now), vec![]);
        }
    }
}
