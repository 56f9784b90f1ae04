//! Panics in one of many ways.

use kiln::prelude::*;

use crate::bomb::{InStream, OnDisplay, OnDrop, Param};

pub const PRERENDER: bool = false;

pub struct Params {
    pub what: Param,
}

pub fn get(params: &Params) -> Result<Response> {
    match &*params.what.0 {
        "error" => Err(OnDisplay.into()),
        "payload" => std::panic::panic_any(OnDrop),
        "extension" => {
            let mut response = "gone\n".into_response();
            response.extensions_mut().insert(std::sync::Arc::new(OnDrop));
            Ok(response)
        }
        "stream" => Ok(Body::from_stream(InStream::default()).into_response()),
        what => Ok(format!("{what}\n").into_response()),
    }
}
