use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    Html("<!doctype html><title>Many</title><p>Many pages.")
}
