//! Lets only `cargo dev` reach the site.

use std::net::SocketAddr;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::app::DevApp;
use crate::request::authority::Authority;
use crate::server::connections::Service;
use crate::server::received::Received;

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
    fn client(&self, headers: &mut HeaderMap) -> Option<SocketAddr> {
        let value = headers.remove(HEADER)?;
        let (token, client) = value.to_str().ok()?.split_once(' ')?;
        client.parse().ok().filter(|_| token == self.token)
    }
}

impl Service for Gate {
    async fn answer(&self, mut received: Received<'_>) -> Response {
        let Some(client) = self.client(&mut received.head.headers) else {
            return (StatusCode::FORBIDDEN, "only `cargo dev` may ask this process")
                .into_response();
        };
        received.peer = Some(client.ip());
        let (mut response, message) = self.app.answer(received).await;
        let mark = message.then(|| HeaderValue::from_str(&self.token).ok()).flatten();
        response.headers_mut().remove(HEADER);
        response.headers_mut().extend(mark.map(|mark| (HEADER, mark)));
        response
    }

    fn is_at(&self, authority: &Authority) -> bool {
        self.app.is_at(authority)
    }
}
