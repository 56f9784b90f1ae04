//! Checks the head of a request before the service sees it.

use std::sync::OnceLock;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri, Version, header};
use hyper::upgrade::OnUpgrade;

use super::limits::Limits;
use crate::request::authority::Authority;
use crate::server::NO_STORE;

/// The bytes of a header line beside its name and value: a colon, a space and the line's end.
const BESIDE_HEADER: usize = 4;

/// The status of a request that is refused before the service sees it, and a text that repeats nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal(StatusCode, &'static str);

impl Refusal {
    const TARGET: Refusal = Refusal(
        StatusCode::BAD_REQUEST,
        "the target of the request is neither a path nor a URL, or has a character that must be percent-encoded",
    );
    const TARGET_TOO_LONG: Refusal =
        Refusal(StatusCode::URI_TOO_LONG, "the target of the request is too long");
    const HEADERS: Refusal = Refusal(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "the request has too many headers, or too long ones",
    );
    const HOST: Refusal = Refusal(StatusCode::BAD_REQUEST, "the request must name one valid host");
    const MISDIRECTED: Refusal =
        Refusal(StatusCode::MISDIRECTED_REQUEST, "the target of the request is not on this site");
    pub(super) const BODY_TOO_LARGE: Refusal =
        Refusal(StatusCode::PAYLOAD_TOO_LARGE, "the body of the request is too large");

    /// The response, which no cache stores.
    pub(super) fn response(self) -> Response<Body> {
        (self.0, [(header::CACHE_CONTROL, NO_STORE)], self.1).into_response()
    }
}

/// Checks the head of a request, and makes its target a path: the host of a URL goes to the header `Host`.
///
/// `valid_host` is the first host of the connection that is valid, and `is_own` says whether the site is at the host of a URL.
pub(super) fn admit(
    parts: &mut Parts,
    limits: &Limits,
    valid_host: &OnceLock<Box<[u8]>>,
    is_own: impl Fn(&Authority) -> bool,
) -> Result<(), Refusal> {
    check_target(&parts.method, &parts.uri, limits)?;
    // One walk over the headers costs less than looking for a name.
    let (mut bytes, mut hosts, mut host) = (0, 0, None);
    for (name, value) in &parts.headers {
        bytes += name.as_str().len() + value.len() + BESIDE_HEADER;
        if *name == header::HOST {
            (hosts, host) = (hosts + 1, Some(value));
        }
    }
    if parts.headers.len() > limits.headers || bytes > limits.header_bytes {
        return Err(Refusal::HEADERS);
    }
    if hosts > 1 {
        return Err(Refusal::HOST);
    }
    if let Some(authority) = check_host(parts, host, valid_host, is_own)? {
        let host = HeaderValue::try_from(authority.to_string()).map_err(|_| Refusal::HOST)?;
        parts.headers.insert(header::HOST, host);
        parts.uri = path_of(&parts.uri)?;
    }
    // No connection is ever given to anything but HTTP.
    parts.extensions.remove::<OnUpgrade>();
    Ok(())
}

/// Checks the target of a request: a path, a URL of `http` or `https`, or `*` for `OPTIONS`.
///
/// [`RequestPath`](crate::routing::request_path::RequestPath) checks the path itself.
fn check_target(method: &Method, uri: &Uri, limits: &Limits) -> Result<(), Refusal> {
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    if target.len() > limits.target {
        return Err(Refusal::TARGET_TOO_LONG);
    }
    let is_of_form = match (uri.scheme_str(), uri.authority()) {
        (None, None) => target.starts_with('/') || (target == "*" && method == Method::OPTIONS),
        (Some("http" | "https"), Some(_)) => target != "*" || method == Method::OPTIONS,
        _ => false,
    };
    // hyper lets through what some clients do not escape.
    let is_url = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    // A tunnel is not a page.
    match is_of_form && is_url && method != Method::CONNECT {
        true => Ok(()),
        false => Err(Refusal::TARGET),
    }
}

/// Checks that a request names one host, in its target or the only header `Host`, and returns that of its target.
fn check_host(
    parts: &Parts,
    header: Option<&HeaderValue>,
    valid_host: &OnceLock<Box<[u8]>>,
    is_own: impl Fn(&Authority) -> bool,
) -> Result<Option<Authority>, Refusal> {
    let parse = |text: &str| text.parse::<Authority>().map_err(|_| Refusal::HOST);
    if let Some(header) = header
        && valid_host.get().is_none_or(|host| **host != *header.as_bytes())
    {
        if !header.to_str().is_ok_and(Authority::is_valid) {
            return Err(Refusal::HOST);
        }
        valid_host.get_or_init(|| header.as_bytes().into());
    }
    let target = parts.uri.authority().map(|authority| parse(authority.as_str())).transpose()?;
    match (parts.version, &target, header) {
        (Version::HTTP_2, Some(target), Some(header))
            if *target != header.to_str().map_err(|_| Refusal::HOST).and_then(parse)? =>
        {
            Err(Refusal::HOST)
        }
        (Version::HTTP_2, None, None) | (Version::HTTP_11, _, None) => Err(Refusal::HOST),
        (Version::HTTP_2, ..) => Ok(target),
        (_, Some(target), _) if !is_own(target) => Err(Refusal::MISDIRECTED),
        _ => Ok(target),
    }
}

/// The path and the query of a URL.
fn path_of(uri: &Uri) -> Result<Uri, Refusal> {
    match uri.path_and_query().map_or("", |target| target.as_str()) {
        target if target.starts_with(['/', '*']) => target.parse(),
        // `http://host` and `http://host?query`.
        target => format!("/{target}").parse(),
    }
    .map_err(|_| Refusal::TARGET)
}
