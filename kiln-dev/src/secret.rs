//! Random secrets.

use anyhow::{Context, Result};

/// Returns 128 random bits as hexadecimal digits.
///
/// # Errors
///
/// Fails if the system has no random numbers.
pub(crate) fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok().context("the system has no random numbers")?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
