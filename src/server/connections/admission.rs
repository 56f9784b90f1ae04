//! What a request must be for the service to see it, and the one form in which it does.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Uri, Version, header};
use hyper::upgrade::OnUpgrade;

use super::authority::Authority;
use super::limits::Limits;
use super::refusal::Refusal;
use super::request_line::check_target;

/// Says whether the site is at a host, where the target of a request is a whole URL.
pub(crate) type IsOurs = Arc<dyn Fn(&Authority) -> bool + Send + Sync>;

/// Checks the head of a request, and makes its target a path: the host that it names goes to the `Host` header.
///
/// In HTTP/2 what follows a `#` is gone before this sees the target.
pub(super) fn admit(parts: &mut Parts, limits: &Limits, is_ours: &IsOurs) -> Result<(), Refusal> {
    if parts.version == Version::HTTP_2 {
        let target = parts.uri.path_and_query().ok_or(Refusal::Target)?;
        check_target(parts.method.as_str().as_bytes(), target.as_str().as_bytes(), limits.target)?;
        if parts.headers.len() > limits.headers {
            return Err(Refusal::Headers);
        }
    }
    if let Some(authority) = check_host(parts, is_ours)? {
        let host = HeaderValue::try_from(authority.to_string()).map_err(|_| Refusal::Host)?;
        parts.headers.insert(header::HOST, host);
        parts.uri = path_of(&parts.uri)?;
    }
    if content_length(parts).is_some_and(|length| length > limits.body) {
        return Err(Refusal::BodyTooLarge);
    }
    // No connection is ever given to anything but HTTP.
    parts.extensions.remove::<OnUpgrade>();
    Ok(())
}

/// Checks that a request names one host, and returns that of its target.
fn check_host(parts: &Parts, is_ours: &IsOurs) -> Result<Option<Authority>, Refusal> {
    let parse = |text: &str| text.parse::<Authority>().map_err(|_| Refusal::Host);
    let mut headers = parts.headers.get_all(header::HOST).iter();
    let header = match headers.next() {
        Some(value) => Some(value.to_str().map_err(|_| Refusal::Host)?),
        None => None,
    };
    if headers.next().is_some() || !header.is_none_or(Authority::is_in) {
        return Err(Refusal::Host);
    }
    let target = parts.uri.authority().map(|authority| parse(authority.as_str())).transpose()?;
    match (parts.version, &target, header) {
        (Version::HTTP_2, Some(target), Some(header)) if *target != parse(header)? => {
            Err(Refusal::Host)
        }
        (Version::HTTP_2, None, None) | (Version::HTTP_11, _, None) => Err(Refusal::Host),
        (Version::HTTP_2, ..) => Ok(target),
        (_, Some(target), _) if !is_ours(target) => Err(Refusal::Misdirected),
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
    .map_err(|_| Refusal::Target)
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
        let is_ours: IsOurs = Arc::new(|authority| authority.host == "good");
        admit(&mut parts, &Limits { target: 20, ..Limits::default() }, &is_ours)?;
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
        assert_eq!(admitted(Request::get("/a")), Err(Refusal::Host));
        let two = Request::get("/a").header("host", "good").header("host", "good");
        assert_eq!(admitted(two), Err(Refusal::Host));
        assert_eq!(admitted(Request::get("/a").header("host", "a/b")), Err(Refusal::Host));
        let old = Request::get("/a").version(Version::HTTP_10);
        assert_eq!(admitted(old), Ok(("/a".to_owned(), None)));
    }

    #[test]
    fn a_whole_url_must_be_of_the_site() {
        sees(Request::get("http://GOOD:8/a?b").header("host", "evil"), "/a?b", "good:8");
        sees(Request::get("http://good").header("host", "good"), "/", "good");
        sees(Request::get("http://good?a").header("host", "good"), "/?a", "good");
        let evil = Request::get("http://evil/a").header("host", "good");
        assert_eq!(admitted(evil), Err(Refusal::Misdirected));
        let user = Request::get("http://user@good/a").header("host", "good");
        assert_eq!(admitted(user), Err(Refusal::Host));
        assert_eq!(admitted(Request::get("http://good/a")), Err(Refusal::Host));
    }

    #[test]
    fn http2_names_its_host_as_authority() {
        sees(http2("http://any/a"), "/a", "any");
        sees(http2("http://any/a").header("host", "ANY"), "/a", "any");
        sees(http2("/a").header("host", "any"), "/a", "any");
        assert_eq!(admitted(http2("/a")), Err(Refusal::Host));
        assert_eq!(admitted(http2("http://any/a").header("host", "other")), Err(Refusal::Host));
    }

    #[test]
    fn http2_has_the_limits_of_http1() {
        assert_eq!(admitted(http2("http://any/a\\b")), Err(Refusal::Target));
        assert_eq!(admitted(http2("http://any/aaaaaaaaaaaaaaaaaaaa")), Err(Refusal::TargetTooLong));
        let many = (0..65).fold(http2("http://any/"), |it, at| it.header(format!("a{at}"), "b"));
        assert_eq!(admitted(many), Err(Refusal::Headers));
    }

    #[test]
    fn a_body_is_refused_by_its_length() {
        let post =
            |length: u64| Request::post("/").header("host", "a").header("content-length", length);
        assert!(admitted(post(1 << 20)).is_ok());
        assert_eq!(admitted(post((1 << 20) + 1)), Err(Refusal::BodyTooLarge));
    }
}
