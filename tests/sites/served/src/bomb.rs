//! Values whose own code panics.

use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

use futures_util::Stream;

/// Panics when it is dropped.
#[derive(Debug, serde::Serialize)]
pub struct OnDrop;

impl Drop for OnDrop {
    fn drop(&mut self) {
        panic!("the bomb was dropped");
    }
}

/// An error that panics when it is shown.
#[derive(Debug)]
pub struct OnDisplay;

impl fmt::Display for OnDisplay {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("the bomb was shown");
    }
}

impl std::error::Error for OnDisplay {}

/// A param, where it is not one that panics when it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param(pub String);

impl FromStr for Param {
    type Err = OnDisplay;

    fn from_str(text: &str) -> Result<Self, OnDisplay> {
        match text {
            "parse" => panic!("the bomb was parsed"),
            "display" => Err(OnDisplay),
            text => Ok(Param(text.to_owned())),
        }
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A body that panics after its first piece.
#[derive(Debug, Default)]
pub struct InStream {
    has_begun: bool,
}

impl Stream for InStream {
    type Item = Result<&'static str, OnDisplay>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_begun {
            panic!("the bomb was polled");
        }
        self.has_begun = true;
        Poll::Ready(Some(Ok("first\n")))
    }
}
