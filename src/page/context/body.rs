//! The body of a request, as JSON or as a form.

use anyhow::Result;
use http::{StatusCode, header};
use serde_core::de::DeserializeOwned;

use super::Context;
use crate::page::error::error;

impl Context {
    /// Deserializes the body of the request from JSON.
    ///
    /// # Errors
    ///
    /// Returns an error with status 415 (unsupported media type) if the content type of the request is not JSON, and
    /// with 400 (bad request) if the body is not valid JSON or does not match the type. The client sees the message.
    ///
    /// # Example
    ///
    /// ```
    /// // src/pages/api/total.rs
    /// use kiln::prelude::*;
    ///
    /// pub const PRERENDER: bool = false;
    ///
    /// pub fn post(ctx: &Context) -> Result<impl IntoResponse> {
    ///     let prices: Vec<u32> = ctx.json()?;
    ///     Ok(Json(json!({ "total": prices.iter().sum::<u32>() })))
    /// }
    /// # fn main() -> Result<()> {
    /// # let request = http::Request::post("/api/total").header("content-type", "application/json");
    /// # post(&Context::create(request.body("[1, 2]".into())?))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let is_json = |essence: &str| {
            essence == "application/json"
                || (essence.starts_with("application/") && essence.ends_with("+json"))
        };
        self.expect_body("JSON", "application/json", is_json)?;
        serde_json::from_slice(self.request.body()).map_err(|reason| {
            error(StatusCode::BAD_REQUEST, format!("the body is not the expected JSON: {reason}"))
        })
    }

    /// Deserializes the body of the request from a form, `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    ///
    /// Returns an error with status 415 (unsupported media type) if the content type of the request is not that of a
    /// form, and with 400 (bad request) if the fields do not match the type. The client sees the message.
    ///
    /// # Example
    ///
    /// ```
    /// // src/pages/subscribe.rs
    /// use kiln::prelude::*;
    ///
    /// pub const PRERENDER: bool = false;
    ///
    /// pub fn post(ctx: &Context) -> Result<Response> {
    ///     let fields: Vec<(String, String)> = ctx.form()?;
    ///     anyhow::ensure!(fields.iter().any(|(name, _)| name == "email"), "no email");
    ///     ctx.redirect_with(StatusCode::SEE_OTHER, "/thanks")
    /// }
    /// # fn main() -> Result<()> {
    /// # let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    /// # post(&Context::create(request.body("email=a%40b.c".into())?))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        let name = "application/x-www-form-urlencoded";
        self.expect_body("a form", name, |essence| essence == name)?;
        serde_urlencoded::from_bytes(self.request.body()).map_err(|reason| {
            error(
                StatusCode::BAD_REQUEST,
                format!("the form does not have the expected fields: {reason}"),
            )
        })
    }

    /// The query of the URL as a value, such as a struct with a field for each parameter. No query is an empty one.
    ///
    /// # Errors
    ///
    /// Fails if the query does not have the fields of `T`. On request the client gets 400.
    ///
    /// # Example
    ///
    /// ```
    /// # use kiln::prelude::*;
    /// // src/pages/search.rs, called for `/search?page=2`.
    /// pub const PRERENDER: bool = false;
    ///
    /// pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    ///     let parameters: Vec<(String, u32)> = ctx.query()?;
    ///     Ok(format!("{parameters:?}"))
    /// }
    /// # fn main() -> Result<()> {
    /// # let request = http::Request::get("/search?page=2").body(Bytes::new())?;
    /// # get(&Context::create(request))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<T: DeserializeOwned>(&self) -> Result<T> {
        let query = self.url.query().unwrap_or_default();
        serde_urlencoded::from_str(query).map_err(|reason| {
            error(
                StatusCode::BAD_REQUEST,
                format!("the query does not have the expected parameters: {reason}"),
            )
        })
    }

    fn expect_body(&self, what: &str, name: &str, is_it: impl Fn(&str) -> bool) -> Result<()> {
        let content_type = self.request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence =
            content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if is_it(&essence) {
            return Ok(());
        }
        let message = match essence.as_str() {
            "" if self.is_prerendered => "a prerendered page has no request body".to_owned(),
            "" => format!(
                "expected {what}, but the request has no content type: send content-type: {name}"
            ),
            other => {
                format!(
                    "expected {what}, but the content type is {other}: send content-type: {name}"
                )
            }
        };
        Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
    }
}
