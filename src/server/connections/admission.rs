//! Checks the head of a request before the service sees it.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri, Version, header};
use hyper::upgrade::OnUpgrade;

use super::authority::Authority;
use super::limits::Limits;

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
    const BODY_TOO_LARGE: Refusal =
        Refusal(StatusCode::PAYLOAD_TOO_LARGE, "the body of the request is too large");

    /// The response, which no cache stores.
    pub(super) fn response(self) -> Response<Body> {
        let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        (self.0, no_store, self.1).into_response()
    }
}

/// Checks the head of a request, and makes its target a path: the host of a URL goes to the header `Host`.
///
/// `is_own` says whether the site is at the host of a URL.
pub(super) fn admit(
    parts: &mut Parts,
    limits: &Limits,
    is_own: impl Fn(&Authority) -> bool,
) -> Result<(), Refusal> {
    check_target(&parts.method, &parts.uri, limits)?;
    let bytes = |(name, value): (&header::HeaderName, &HeaderValue)| {
        name.as_str().len() + value.len() + BESIDE_HEADER
    };
    if parts.headers.len() > limits.headers
        || parts.headers.iter().map(bytes).sum::<usize>() > limits.header_bytes
    {
        return Err(Refusal::HEADERS);
    }
    if let Some(authority) = check_host(parts, is_own)? {
        let host = HeaderValue::try_from(authority.to_string()).map_err(|_| Refusal::HOST)?;
        parts.headers.insert(header::HOST, host);
        parts.uri = path_of(&parts.uri)?;
    }
    if content_length(parts).is_some_and(|length| length > limits.body as u64) {
        return Err(Refusal::BODY_TOO_LARGE);
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

/// Checks that a request names one host, and returns that of its target.
fn check_host(
    parts: &Parts,
    is_own: impl Fn(&Authority) -> bool,
) -> Result<Option<Authority>, Refusal> {
    let parse = |text: &str| text.parse::<Authority>().map_err(|_| Refusal::HOST);
    let mut headers = parts.headers.get_all(header::HOST).iter();
    let header = match headers.next() {
        Some(value) => Some(value.to_str().map_err(|_| Refusal::HOST)?),
        None => None,
    };
    if headers.next().is_some() || !header.is_none_or(Authority::is_valid) {
        return Err(Refusal::HOST);
    }
    let target = parts.uri.authority().map(|authority| parse(authority.as_str())).transpose()?;
    match (parts.version, &target, header) {
        (Version::HTTP_2, Some(target), Some(header)) if *target != parse(header)? => {
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

fn content_length(parts: &Parts) -> Option<u64> {
    parts.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    /// The target and the host that the service sees.
    fn admitted(request: http::request::Builder) -> Result<(String, Option<String>), Refusal> {
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let limits = Limits { target: 20, header_bytes: 1000, ..Limits::default() };
        admit(&mut parts, &limits, |authority| authority.host == "good")?;
        let host = parts.headers.get(header::HOST).map(|host| host.to_str().unwrap().to_owned());
        Ok((parts.uri.to_string(), host))
    }

    fn http2(uri: &str) -> http::request::Builder {
        Request::get(uri).version(Version::HTTP_2)
    }

    #[track_caller]
    fn sees(request: http::request::Builder, target: &str, host: &str) {
        assert_eq!(admitted(request), Ok((target.to_owned(), Some(host.to_owned()))));
    }

    #[test]
    fn a_host_is_named_once() {
        sees(Request::get("/a").header("host", "any:1"), "/a", "any:1");
        assert_eq!(admitted(Request::get("/a")), Err(Refusal::HOST));
        let two = Request::get("/a").header("host", "good").header("host", "good");
        assert_eq!(admitted(two), Err(Refusal::HOST));
        assert_eq!(admitted(Request::get("/a").header("host", "a/b")), Err(Refusal::HOST));
        let old = Request::get("/a").version(Version::HTTP_10);
        assert_eq!(admitted(old), Ok(("/a".to_owned(), None)));
    }

    #[test]
    fn a_whole_url_must_be_of_the_site() {
        sees(Request::get("http://GOOD:8/a?b").header("host", "evil"), "/a?b", "good:8");
        sees(Request::get("http://good").header("host", "good"), "/", "good");
        sees(Request::get("http://good?a").header("host", "good"), "/?a", "good");
        let evil = Request::get("http://evil/a").header("host", "good");
        assert_eq!(admitted(evil), Err(Refusal::MISDIRECTED));
        let user = Request::get("http://user@good/a").header("host", "good");
        assert_eq!(admitted(user), Err(Refusal::HOST));
        assert_eq!(admitted(Request::get("http://good/a")), Err(Refusal::HOST));
    }

    #[test]
    fn http2_names_its_host_as_authority() {
        sees(http2("http://any/a"), "/a", "any");
        sees(http2("http://any/a").header("host", "ANY"), "/a", "any");
        sees(http2("/a").header("host", "any"), "/a", "any");
        assert_eq!(admitted(http2("/a")), Err(Refusal::HOST));
        assert_eq!(admitted(http2("http://any/a").header("host", "other")), Err(Refusal::HOST));
    }

    #[test]
    fn targets_and_headers_have_limits() {
        assert_eq!(admitted(Request::get("/a\\b").header("host", "a")), Err(Refusal::TARGET));
        assert_eq!(admitted(Request::get("a:80").header("host", "a")), Err(Refusal::TARGET));
        assert_eq!(admitted(Request::get("*").header("host", "a")), Err(Refusal::TARGET));
        sees(Request::options("*").header("host", "a"), "*", "a");
        let connect = Request::builder().method("CONNECT").uri("good:80").header("host", "good");
        assert_eq!(admitted(connect), Err(Refusal::TARGET));
        assert_eq!(admitted(Request::get("ftp://good/").header("host", "a")), Err(Refusal::TARGET));
        let long = |length| Request::get("/").header("host", "a").header("a", "a".repeat(length));
        sees(long(1000 - "host: a\r\na: \r\n".len()), "/", "a");
        assert_eq!(admitted(long(1001 - "host: a\r\na: \r\n".len())), Err(Refusal::HEADERS));
        assert_eq!(admitted(http2("http://any/a\\b")), Err(Refusal::TARGET));
        assert_eq!(
            admitted(http2("http://any/aaaaaaaaaaaaaaaaaaaa")),
            Err(Refusal::TARGET_TOO_LONG)
        );
        let many = (0..65).fold(http2("http://any/"), |it, at| it.header(format!("a{at}"), "b"));
        assert_eq!(admitted(many), Err(Refusal::HEADERS));
    }

    #[test]
    fn a_body_is_refused_by_its_length() {
        let post =
            |length: u64| Request::post("/").header("host", "a").header("content-length", length);
        assert!(admitted(post(1 << 20)).is_ok());
        assert_eq!(admitted(post((1 << 20) + 1)), Err(Refusal::BODY_TOO_LARGE));
    }
}
