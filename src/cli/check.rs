//! The command `check`.

#[cfg(feature = "check")]
mod output;

use anyhow::Result;

use super::arguments::CheckArguments;
use crate::site::Site;

/// Checks the site, and prints the findings to stdout. Returns the exit status.
#[cfg(feature = "check")]
pub(super) fn run(site: &'static Site, arguments: &CheckArguments) -> Result<u8> {
    use std::sync::Arc;

    use self::output::Output;
    use super::{FAILURE, INVALID_COMMAND_LINE, SUCCESS};
    use crate::build::{self, Checked, Scratch, Warnings};

    let out = arguments.out.as_ref().map(|out| super::out_folder(site, Some(out))).transpose()?;
    super::go_to(site)?;
    let scratch = match Scratch::new(site, out.as_deref()) {
        Err(error) if error.is::<build::RefusedFolder>() => {
            super::print(&mut std::io::stderr(), &format!("error: {error}\n"));
            return Ok(INVALID_COMMAND_LINE);
        }
        scratch => scratch?,
    };
    let warnings: Arc<Warnings> = Arc::default();
    let mut output = Output::new(arguments);
    let options = super::options(&arguments.as_build(), scratch.folder().to_path_buf());
    let checked = build::check(site, &options, &warnings, &scratch, |finding| {
        output.finding(finding);
        Ok(())
    });
    let has_warned = super::show_warnings(&warnings, arguments.strict);
    match checked? {
        Checked::Failed(failures) => {
            super::show_failures(&failures, "no links were checked");
            Ok(FAILURE)
        }
        Checked::Pages(totals) => {
            output.end(totals);
            let has_warned = has_warned || totals.warnings > 0;
            let fails = totals.errors > 0 || arguments.strict && has_warned;
            Ok(if fails { FAILURE } else { SUCCESS })
        }
    }
}

/// Reports the missing feature.
#[cfg(not(feature = "check"))]
pub(super) fn run(_site: &'static Site, _arguments: &CheckArguments) -> Result<u8> {
    anyhow::bail!(
        "`check` needs the feature `check` of kiln, which is off\n  \
         hint: write `kiln = {{ version = \"0.1\", features = [\"check\"] }}` below [dependencies] in Cargo.toml; in kiln's repository, \
         type `cargo run --release --features check -- check`"
    )
}
