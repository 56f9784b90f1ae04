//! Lets only `cargo dev` reach the site.

use std::net::SocketAddr;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Request, StatusCode};

use super::app::DevApp;
use crate::server::connections::{Authority, Service};

/// The header in which `cargo dev` sends the secret and the address of its client, and in which the site marks [data](super::message).
const HEADER: HeaderName = HeaderName::from_static("kiln-dev");

/// The site behind a check of the secret. Browsers and other programs of the machine can reach the port, too.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) token: String,
    pub(super) app: DevApp,
}

impl Gate {
    /// The client of `cargo dev`; `None` if the request is from somebody else. Pages do not see the header.
    fn client(&self, request: &mut Request<Body>) -> Option<SocketAddr> {
        let value = request.headers_mut().remove(HEADER)?;
        let (token, client) = value.to_str().ok()?.split_once(' ')?;
        client.parse().ok().filter(|_| token == self.token)
    }
}

impl Service for Gate {
    async fn answer(&self, mut request: Request<Body>) -> Response {
        let Some(client) = self.client(&mut request) else {
            return (StatusCode::FORBIDDEN, "only `cargo dev` may ask this process")
                .into_response();
        };
        request.extensions_mut().insert(client);
        let (mut response, message) = self.app.answer(request).await;
        let mark = message.then(|| HeaderValue::from_str(&self.token).ok()).flatten();
        response.headers_mut().remove(HEADER);
        response.headers_mut().extend(mark.map(|mark| (HEADER, mark)));
        response
    }

    fn is_at(&self, authority: &Authority) -> bool {
        self.app.is_at(authority)
    }
}
