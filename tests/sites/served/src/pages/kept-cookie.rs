//! Would be kept, if it did not set a cookie.

use std::sync::atomic::{AtomicUsize, Ordering};

use kiln::prelude::*;

pub const PRERENDER: bool = false;
pub const REVALIDATE: u64 = 3600;

static MADE: AtomicUsize = AtomicUsize::new(0);

pub fn get(ctx: &Context) -> Result<String> {
    let made = MADE.fetch_add(1, Ordering::SeqCst) + 1;
    ctx.cookies.set(("visitor", made.to_string()))?;
    Ok(format!("made {made}\n"))
}
