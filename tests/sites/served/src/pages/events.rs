use futures_util::stream;
use kiln::prelude::*;

use crate::gate;

pub const PRERENDER: bool = false;

pub fn get() -> impl IntoResponse {
    let events = stream::unfold(0, |n| async move {
        if n > 0 {
            gate::EVENTS.wait().await;
        }
        let event = format!("id: {n}\ndata: event {n}\n\n");
        (n < 3).then_some((Ok::<_, std::io::Error>(event), n + 1))
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(events))
}
