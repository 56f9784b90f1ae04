//! Stands for social images where the feature `og` is off, so that a call says which feature it needs.

use axum::response::{IntoResponse, Response};

/// A social image. This needs the feature `og`.
#[derive(Debug, Clone)]
pub struct Card(());

impl Card {
    /// Creates a card. This needs the feature `og`.
    pub fn new<W, H>(_: W, _: H) -> Self {
        const {
            // It depends on the type, so that it only fails where it is called.
            assert!(
                size_of::<W>() > usize::MAX - 1,
                "`kiln::og::Card` needs the feature `og` of kiln, which is off\n\
                 hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"og\"] }}"
            );
        }
        Card(())
    }

    /// Sets the SVG document. This needs the feature `og`.
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub fn svg(self, _: impl Into<String>) -> anyhow::Result<Self> {
        Ok(self)
    }
}

impl IntoResponse for Card {
    fn into_response(self) -> Response {
        ().into_response()
    }
}
