//! The media types of extensions.

/// The media type of the extension of a file or a path; `None` if it is unknown.
pub(crate) fn of_extension(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit('/').next()?.rsplit_once('.')?;
    mime_guess::from_ext(extension).first_raw()
}
