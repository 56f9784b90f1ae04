//! A request that the middleware is handling.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use crate::middleware::{Continue, LastStep, Rewritten};
use crate::page::context::Context;
use crate::page::route::ResponseFuture;
use crate::request::engine::Engine;
use crate::request::rewrite;
use crate::request::target::Target;

/// A request on its way through the middleware. It holds the target until it is called.
#[derive(Debug)]
pub(crate) struct Pending<'e> {
    engine: &'e dyn Engine,
    target: Mutex<Option<Target>>,
    is_in_page: AtomicBool,
}

impl<'e> Pending<'e> {
    pub(crate) fn new(engine: &'e dyn Engine, target: Target) -> Self {
        Pending { engine, target: Mutex::new(Some(target)), is_in_page: AtomicBool::new(false) }
    }

    /// Returns true if and only if the page is being called, or has failed.
    pub(crate) fn is_in_page(&self) -> bool {
        self.is_in_page.load(Relaxed)
    }
}

impl Continue for Pending<'_> {
    fn go<'c>(&'c self, ctx: &'c mut Context) -> ResponseFuture<'c> {
        let target = self.target.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            let target =
                target.context("the page has already been called, this is a bug in kiln")?;
            self.is_in_page.store(true, Relaxed);
            let response = target.call(ctx).await?;
            self.is_in_page.store(false, Relaxed);
            Ok(response)
        })
    }
}

impl LastStep for Pending<'_> {
    fn rewrite<'c>(&'c self, ctx: &'c mut Context, to: &'c str) -> Rewritten<'c> {
        Box::pin(async move {
            let (_, target) = rewrite::apply(self.engine, ctx, to).await?;
            *self.target.lock().unwrap_or_else(PoisonError::into_inner) = Some(target);
            Ok(())
        })
    }
}
