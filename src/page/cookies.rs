//! The cookies of a request, and those that its response sets.

mod request;
mod set_cookie;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Result, bail};
use cookie::Cookie;
use http::{HeaderMap, HeaderValue, header};

/// The cookies of a request, and those that its response sets.
///
/// `set` and `delete` take `&self`, so that pages and layouts can call them with a `&Context`. In a static build, a
/// request has no cookies, and a page that sets one fails the build: a static file cannot set cookies.
///
/// # Example
///
/// ```
/// use kiln::Cookies;
/// use kiln::cookie::{Cookie, SameSite};
///
/// let cookies = Cookies::default();
/// cookies.set(("theme", "dark"))?;
/// let session = Cookie::build(("session", "42")).secure(true).http_only(true);
/// cookies.set(session.same_site(SameSite::Lax))?;
///
/// assert_eq!(cookies.get("theme").as_deref(), Some("dark"));
/// # Ok::<(), kiln::Error>(())
/// ```
#[derive(Default)]
pub struct Cookies {
    /// Created with the first cookie: every page has a context, but few have cookies.
    shared: OnceLock<Arc<Shared>>,
}

/// The state shared by the contexts of a request and its rewrites.
#[derive(Default)]
struct Shared {
    /// The `Cookie` headers of the request, parsed on demand.
    request: Vec<HeaderValue>,
    outgoing: Mutex<Outgoing>,
}

#[derive(Default)]
struct Outgoing {
    /// One entry for each name, in the order in which the names were first set.
    entries: Vec<Entry>,
    is_sent: bool,
}

struct Entry {
    name: String,
    /// `None` if the cookie is deleted.
    value: Option<String>,
    header: HeaderValue,
}

impl Cookies {
    /// The value of a cookie: the one that was set during this request, or else the one that the browser sent.
    ///
    /// A value from the browser is percent-decoded, unless the result would not be UTF-8. If several cookies have the
    /// same name, the first one counts. Returns `None` if there is no such cookie, if it was deleted, or if the browser
    /// sent an empty value.
    ///
    /// ```
    /// # let cookies = kiln::Cookies::default();
    /// cookies.set(("greeting", "hello world"))?;
    /// assert_eq!(cookies.get("greeting").as_deref(), Some("hello world"));
    /// assert_eq!(cookies.get("theme"), None);
    /// # Ok::<(), kiln::Error>(())
    /// ```
    pub fn get(&self, name: &str) -> Option<String> {
        let shared = self.shared.get()?;
        if let Some(entry) = shared.outgoing().entries.iter().find(|entry| entry.name == name) {
            return entry.value.clone();
        }
        request::value(&shared.request, name).filter(|value| !value.is_empty())
    }

    /// Returns true if and only if there is a cookie with this name, even if its value is empty.
    ///
    /// ```
    /// # let cookies = kiln::Cookies::default();
    /// cookies.set(("theme", "dark"))?;
    /// assert!(cookies.has("theme"));
    /// cookies.delete("theme");
    /// assert!(!cookies.has("theme"));
    /// # Ok::<(), kiln::Error>(())
    /// ```
    pub fn has(&self, name: &str) -> bool {
        let Some(shared) = self.shared.get() else { return false };
        if let Some(entry) = shared.outgoing().entries.iter().find(|entry| entry.name == name) {
            return entry.value.is_some();
        }
        request::value(&shared.request, name).is_some()
    }

    /// Sets a cookie: a pair of name and value, or a [`Cookie`] with attributes such as a path or a maximum age.
    ///
    /// Without a path, the cookie is valid for the whole host (`Path=/`), regardless of the site's base. With
    /// `.path("")`, no path is sent, and browsers use the folder of the page. `Secure`, `HttpOnly` and `SameSite` are
    /// up to you: a cookie that identifies a user should have all three.
    ///
    /// Setting a name again replaces its cookie. Values that a header cannot contain are percent-encoded, and decoded
    /// again when they are read. `SameSite=None` and `Partitioned` imply `Secure`, because browsers drop the cookie
    /// otherwise, unless you call `secure(false)`.
    ///
    /// # Errors
    ///
    /// Returns an error if the name is empty or contains a space, a control character, `=`, `;` or a character that is
    /// not ASCII; if the value contains a line break or NUL; if the path or the domain is invalid; or if the response
    /// has already been created. The message names the cookie.
    ///
    /// ```
    /// use kiln::cookie::{Cookie, time::Duration};
    ///
    /// # let cookies = kiln::Cookies::default();
    /// cookies.set(("visits", 3.to_string()))?;
    /// cookies.set(Cookie::build(("lang", "de")).path("/docs").max_age(Duration::days(30)))?;
    ///
    /// let error = cookies.set(("two words", "")).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the cookie \"two words\" cannot be set: its name contains the character ' '",
    /// );
    /// # Ok::<(), kiln::Error>(())
    /// ```
    pub fn set<'a>(&self, cookie: impl Into<Cookie<'a>>) -> Result<()> {
        let cookie = cookie.into();
        let header = set_cookie::header(&cookie)?;
        self.push(&cookie, Some(cookie.value().to_owned()), header)
    }

    /// Deletes a cookie, by sending an expired one.
    ///
    /// Browsers only delete a cookie if the path and the domain are those that it was set with. Without a path, it is
    /// `/`, as in [`set`](Cookies::set). An invalid name is ignored, and so is a call after the response has been
    /// created.
    ///
    /// ```
    /// use kiln::cookie::Cookie;
    ///
    /// # let cookies = kiln::Cookies::default();
    /// cookies.delete("theme");
    /// cookies.delete(Cookie::build("lang").path("/docs"));
    /// assert_eq!(cookies.get("theme"), None);
    /// ```
    pub fn delete<'a>(&self, cookie: impl Into<Cookie<'a>>) {
        let cookie = cookie.into();
        if let Ok(header) = set_cookie::deleting_header(cookie.clone()) {
            let _ = self.push(&cookie, None, header);
        }
    }

    fn push(&self, cookie: &Cookie<'_>, value: Option<String>, header: HeaderValue) -> Result<()> {
        let name = cookie.name();
        let mut outgoing = self.shared.get_or_init(Arc::default).outgoing();
        if outgoing.is_sent {
            bail!("the cookie {name:?} was set too late: the response has already been created");
        }
        let entry = Entry { name: name.to_owned(), value, header };
        match outgoing.entries.iter_mut().find(|entry| entry.name == name) {
            Some(before) => *before = entry,
            None => outgoing.entries.push(entry),
        }
        Ok(())
    }
}

/// Methods for kiln itself.
impl Cookies {
    /// The cookies of a request. They are parsed on demand.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        // A request has few headers, so a walk costs less than a lookup.
        let cookies = headers.iter().filter(|(name, _)| *name == header::COOKIE);
        let request: Vec<HeaderValue> = cookies.map(|(_, value)| value.clone()).collect();
        if request.is_empty() {
            return Cookies::default();
        }
        let shared = Shared { request, outgoing: Mutex::default() };
        Cookies { shared: OnceLock::from(Arc::new(shared)) }
    }

    /// The same cookies for the context of a rewrite. Changes are visible in both.
    pub(crate) fn share(&self) -> Self {
        Cookies { shared: OnceLock::from(Arc::clone(self.shared.get_or_init(Arc::default))) }
    }

    /// Returns true if and only if the request has no cookies, and none was set.
    pub(crate) fn are_unused(&self) -> bool {
        self.shared.get().is_none()
    }

    /// The `Set-Cookie` headers of the response.
    pub(crate) fn outgoing(&self) -> Vec<HeaderValue> {
        let Some(shared) = self.shared.get() else { return Vec::new() };
        shared.outgoing().entries.iter().map(|entry| entry.header.clone()).collect()
    }

    /// The name of the first cookie that was set or deleted. A static build refuses it.
    pub(crate) fn first_outgoing(&self) -> Option<String> {
        let shared = self.shared.get()?;
        shared.outgoing().entries.first().map(|entry| entry.name.clone())
    }

    /// Refuses further cookies: the headers of the response have been created.
    pub(crate) fn mark_sent(&self) {
        self.shared.get_or_init(Arc::default).outgoing().is_sent = true;
    }
}

impl Shared {
    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Only shows names, because values are often secret, and a context may be logged.
impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.shared.get();
        let request: Vec<Cow<'_, str>> =
            shared.map(|shared| request::names(&shared.request)).unwrap_or_default();
        let name = |entry: &Entry| entry.name.clone();
        let outgoing: Vec<String> = shared
            .map(|shared| shared.outgoing().entries.iter().map(name).collect())
            .unwrap_or_default();
        f.debug_struct("Cookies").field("request", &request).field("outgoing", &outgoing).finish()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
