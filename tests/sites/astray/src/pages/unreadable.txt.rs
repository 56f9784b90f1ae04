use kiln::prelude::*;

pub fn get() -> Result<impl IntoResponse> {
    let value = axum_value(b"\xfc")?;
    Ok(([(header::CONTENT_LANGUAGE, value)], "text"))
}

fn axum_value(bytes: &[u8]) -> Result<header::HeaderValue> {
    Ok(header::HeaderValue::from_bytes(bytes)?)
}
