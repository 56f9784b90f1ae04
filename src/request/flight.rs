//! A request on its way through the middleware.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use crate::middleware::{Continue, LastStep, Rewritten};
use crate::page::context::Context;
use crate::page::route::Answer;
use crate::request::engine::{Engine, Landing};
use crate::request::rewrite;

/// A request on its way through the middleware of a site: the page that it leads to, until that is called.
#[derive(Debug)]
pub(crate) struct Flight<'e> {
    engine: &'e dyn Engine,
    landing: Mutex<Option<Landing>>,
    is_in_page: AtomicBool,
}

impl<'e> Flight<'e> {
    pub(crate) fn to(engine: &'e dyn Engine, landing: Landing) -> Self {
        Flight { engine, landing: Mutex::new(Some(landing)), is_in_page: AtomicBool::new(false) }
    }

    /// Returns true if and only if the page is being called, or has failed.
    pub(crate) fn is_in_page(&self) -> bool {
        self.is_in_page.load(Relaxed)
    }
}

impl Continue for Flight<'_> {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> Answer<'c> {
        let landing = self.landing.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            let landing = landing.context("the page has been called already: a bug in kiln")?;
            self.is_in_page.store(true, Relaxed);
            let response = landing.call(ctx).await?;
            self.is_in_page.store(false, Relaxed);
            Ok(response)
        })
    }
}

impl LastStep for Flight<'_> {
    fn rewrite<'c>(&'c self, ctx: &'c mut Context, to: &'c str) -> Rewritten<'c> {
        Box::pin(async move {
            let (_, landing) = rewrite::apply(self.engine, ctx, to).await?;
            *self.landing.lock().unwrap_or_else(PoisonError::into_inner) = Some(landing);
            Ok(())
        })
    }
}
