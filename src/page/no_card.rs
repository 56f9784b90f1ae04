//! Stands for social images where the feature `og` is off, so that a site may have cards in some builds only.

use anyhow::{Result, bail};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// A social image. It needs the feature `og`, which is off.
#[derive(Debug, Clone)]
pub struct Card(());

impl Card {
    /// Creates a card, for [`svg`](Self::svg).
    pub fn new(_width: u32, _height: u32) -> Self {
        Card(())
    }

    /// Returns an error, because the feature `og` is off.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn svg(self, _markup: impl Into<String>) -> Result<Self> {
        bail!(
            "`kiln::og::Card` needs the feature `og` of kiln, which is off\n\
             hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"og\"] }}"
        )
    }
}

impl IntoResponse for Card {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, "the feature `og` of kiln is off").into_response()
    }
}
