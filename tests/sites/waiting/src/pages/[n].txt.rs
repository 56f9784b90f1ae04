//! A thousand pages of which each waits for all others, and then for a timer: they only end where none of them
//! holds a thread while it waits.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::sync::Barrier;

use kiln::prelude::*;

const PAGES: usize = 1000;
static ALL: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(PAGES));

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..PAGES).map(|n| StaticPath::new([("n", n)]))
}

pub async fn get(ctx: &Context) -> String {
    ALL.wait().await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    format!("{}\n", &ctx.params["n"])
}
