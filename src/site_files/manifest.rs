//! The web app manifest, with which browsers install a site as an app.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde_json::{Map, Value, json};

/// A web app manifest, as a response with the content type `application/manifest+json`.
///
/// Its members are those of the [W3C specification](https://www.w3.org/TR/appmanifest/). URLs may be relative to the
/// manifest.
///
/// # Example
///
/// ```
/// // src/pages/site.webmanifest.rs
/// use kiln::manifest::Manifest;
/// use kiln::prelude::*;
///
/// pub fn get() -> impl IntoResponse {
///     Manifest::new("My site")
///         .short_name("Site")
///         .start_url("/")
///         .display("standalone")
///         .theme_color("#b7410e")
///         .background_color("#ffffff")
///         .icon("/icon-192.png", "192x192", "image/png")
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "needs to be returned from an endpoint to be useful"]
pub struct Manifest {
    members: Map<String, Value>,
}

impl Manifest {
    /// Creates a manifest with the name of the app.
    pub fn new(name: impl Into<String>) -> Self {
        Manifest { members: Map::new() }.member("name", name)
    }

    /// Sets a name for places where there is little room.
    pub fn short_name(self, name: impl Into<String>) -> Self {
        self.member("short_name", name)
    }

    /// Sets the URL that the app opens.
    pub fn start_url(self, url: impl Into<String>) -> Self {
        self.member("start_url", url)
    }

    /// Sets the URL that identifies the app; without it, that is `start_url`.
    pub fn id(self, url: impl Into<String>) -> Self {
        self.member("id", url)
    }

    /// Sets the URL below which pages belong to the app.
    pub fn scope(self, url: impl Into<String>) -> Self {
        self.member("scope", url)
    }

    /// Sets how the app is shown: `fullscreen`, `standalone`, `minimal-ui` or `browser`.
    pub fn display(self, mode: impl Into<String>) -> Self {
        self.member("display", mode)
    }

    /// Sets the orientation of the screen, such as `portrait` or `any`.
    pub fn orientation(self, orientation: impl Into<String>) -> Self {
        self.member("orientation", orientation)
    }

    /// Sets the color of the browser around the app, as in CSS.
    pub fn theme_color(self, color: impl Into<String>) -> Self {
        self.member("theme_color", color)
    }

    /// Sets the color that is shown until the app has loaded, as in CSS.
    pub fn background_color(self, color: impl Into<String>) -> Self {
        self.member("background_color", color)
    }

    /// Sets the language of the texts of the manifest, such as `en` or `pt-BR`.
    pub fn lang(self, language: impl Into<String>) -> Self {
        self.member("lang", language)
    }

    /// Sets the direction of the texts of the manifest: `ltr`, `rtl` or `auto`.
    pub fn dir(self, direction: impl Into<String>) -> Self {
        self.member("dir", direction)
    }

    /// Adds an icon: its URL, its sizes such as `192x192` or `any`, and its media type.
    pub fn icon(
        self,
        src: impl Into<String>,
        sizes: impl Into<String>,
        media_type: impl Into<String>,
    ) -> Self {
        let icon = json!({ "src": src.into(), "sizes": sizes.into(), "type": media_type.into() });
        self.item("icons", icon)
    }

    /// Adds an icon that systems may cut to their own shape, with a margin around its picture.
    pub fn maskable_icon(
        self,
        src: impl Into<String>,
        sizes: impl Into<String>,
        media_type: impl Into<String>,
    ) -> Self {
        let icon = json!({
            "src": src.into(),
            "sizes": sizes.into(),
            "type": media_type.into(),
            "purpose": "maskable",
        });
        self.item("icons", icon)
    }

    /// Adds a shortcut to a page of the app: its name and its URL.
    pub fn shortcut(self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.item("shortcuts", json!({ "name": name.into(), "url": url.into() }))
    }

    fn member(mut self, name: &str, value: impl Into<String>) -> Self {
        self.members.insert(name.to_owned(), Value::String(value.into()));
        self
    }

    fn item(mut self, name: &str, item: Value) -> Self {
        match self.members.get_mut(name).and_then(Value::as_array_mut) {
            Some(items) => items.push(item),
            None => drop(self.members.insert(name.to_owned(), Value::Array(vec![item]))),
        }
        self
    }
}

impl IntoResponse for Manifest {
    fn into_response(self) -> Response {
        let content_type = HeaderValue::from_static("application/manifest+json");
        let body = Value::Object(self.members).to_string();
        ([(header::CONTENT_TYPE, content_type)], Body::from(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::response::body;
    use crate::testing::block_on;

    #[test]
    fn members_are_those_that_were_set() {
        let manifest = Manifest::new("Kiln & Co")
            .short_name("Kiln")
            .start_url("/?a=1")
            .icon("/a.png", "192x192", "image/png")
            .maskable_icon("/b.svg", "any", "image/svg+xml")
            .shortcut("Posts", "/posts");
        let response = manifest.into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/manifest+json");
        let bytes = block_on(body::bytes(response.into_body())).expect("a body");
        assert_eq!(
            serde_json::from_slice::<Value>(&bytes).expect("JSON"),
            json!({
                "name": "Kiln & Co",
                "short_name": "Kiln",
                "start_url": "/?a=1",
                "icons": [
                    { "src": "/a.png", "sizes": "192x192", "type": "image/png" },
                    { "src": "/b.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "maskable" },
                ],
                "shortcuts": [{ "name": "Posts", "url": "/posts" }],
            })
        );
    }
}
