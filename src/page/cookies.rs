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
/// `set` and `delete` take `&self`, so that pages and layouts, which have a `&Context`, can use them. In a
/// static build a request has no cookies, and a page that sets one fails the build: a file has no headers.
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
    /// Made with the first cookie: a context is made for every page, and few have cookies.
    shared: OnceLock<Arc<Shared>>,
}

/// What the contexts of a request and of its rewrites have in common.
#[derive(Default)]
struct Shared {
    /// The `Cookie` headers of the request, read when a cookie is asked for.
    request: Vec<HeaderValue>,
    outgoing: Mutex<Outgoing>,
}

#[derive(Default)]
struct Outgoing {
    /// One for each name, in the order in which the names were first set.
    entries: Vec<Entry>,
    is_sent: bool,
}

struct Entry {
    name: String,
    /// `None` where the browser is told to delete it.
    value: Option<String>,
    header: HeaderValue,
}

impl Cookies {
    /// The value of a cookie: what was set during this request, else what the browser sent.
    ///
    /// What the browser sent is percent-decoded, or as it stands where that gives no text. Of two cookies with
    /// one name it is the first. `None` where there is no such cookie, where it was deleted, and where the
    /// browser sent it without a value.
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

    /// Whether there is a cookie of that name, be it without a value.
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

    /// Sets a cookie: a pair of name and value, or a [`Cookie`] with a path, an age and the like.
    ///
    /// Without a path it is for the whole host, `Path=/`, whatever the site's base. `.path("")` sets no path, and browsers
    /// then keep the cookie for the folder of the page. `Secure`, `HttpOnly` and `SameSite` are your choice: a cookie that
    /// tells who somebody is should have all three.
    ///
    /// A later one of the same name takes its place. A value that no header can hold is percent-encoded, and
    /// decoded again where it is read. `SameSite=None` and `Partitioned` come with `Secure`, without which
    /// browsers drop the cookie, unless you say `secure(false)`.
    ///
    /// # Errors
    ///
    /// Where the name is empty or has a space, a control character, `=`, `;` or a letter that is not ASCII; where
    /// the value has a line break or NUL, the path or domain is none, and where the response was already made. The message names the cookie.
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
    ///     "the cookie \"two words\" cannot be set: its name has the character ' '",
    /// );
    /// # Ok::<(), kiln::Error>(())
    /// ```
    pub fn set<'a>(&self, cookie: impl Into<Cookie<'a>>) -> Result<()> {
        let cookie = cookie.into();
        let header = set_cookie::header(&cookie)?;
        self.push(&cookie, Some(cookie.value().to_owned()), header)
    }

    /// Deletes a cookie: the browser is told that it expired.
    ///
    /// Browsers delete a cookie only by the path and the domain that it was set with; without a path, that is `/` as in
    /// [`set`](Cookies::set). A name that no cookie can have, or a call after the response was made, deletes nothing.
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
            bail!("the cookie {name:?} comes too late: the response was already made");
        }
        let entry = Entry { name: name.to_owned(), value, header };
        match outgoing.entries.iter_mut().find(|entry| entry.name == name) {
            Some(before) => *before = entry,
            None => outgoing.entries.push(entry),
        }
        Ok(())
    }
}

/// What kiln does with them around a request.
impl Cookies {
    /// The cookies that a request came with; they are read when one is asked for.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let request: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
        if request.is_empty() {
            return Cookies::default();
        }
        let shared = Shared { request, outgoing: Mutex::default() };
        Cookies { shared: OnceLock::from(Arc::new(shared)) }
    }

    /// The same cookies for the context of a rewrite: what is set in one is there in the other.
    pub(crate) fn share(&self) -> Self {
        Cookies { shared: OnceLock::from(Arc::clone(self.shared.get_or_init(Arc::default))) }
    }

    /// The `Set-Cookie` headers of the response.
    pub(crate) fn outgoing(&self) -> Vec<HeaderValue> {
        let Some(shared) = self.shared.get() else { return Vec::new() };
        shared.outgoing().entries.iter().map(|entry| entry.header.clone()).collect()
    }

    /// The name of the first cookie that was set or deleted, which a static build refuses.
    pub(crate) fn first_outgoing(&self) -> Option<String> {
        let shared = self.shared.get()?;
        shared.outgoing().entries.first().map(|entry| entry.name.clone())
    }

    /// From here on nothing can be set: the headers of the response are made.
    pub(crate) fn mark_sent(&self) {
        self.shared.get_or_init(Arc::default).outgoing().is_sent = true;
    }
}

impl Shared {
    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows names only: values are often secrets, and a context may be logged.
impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.shared.get();
        let request: Vec<Cow<'_, str>> =
            shared.map(|shared| request::names(&shared.request).collect()).unwrap_or_default();
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
