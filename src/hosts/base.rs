//! Checks the base on hosts that serve from the root and look for files before they rewrite paths.

use anyhow::Result;

use super::deployment::{Deployment, Mistake};

/// Reports a file whose name starts with the base: the host would serve it instead of the page below the base.
pub(super) fn check(deployment: &Deployment<'_>, host: &str) -> Result<Option<Mistake>> {
    let base = deployment.config.base;
    let Some(folder) = base.strip_prefix('/') else { return Ok(None) };
    let mut found = None;
    deployment.files.for_each(&mut |file| {
        let rest = file.name.strip_prefix(folder);
        if found.is_none() && rest.is_some_and(|rest| rest.starts_with('/') || rest == ".html") {
            found = Some(file.name);
        }
        Ok(())
    })?;
    Ok(found.map(|file| Mistake {
        message: format!(
            "has the file `{file}`, which {host} would look for below the base `{base}`"
        ),
        hint: "rename the folder, or change the base".into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::hosts::example::Example;
    use crate::support::CONFIG;

    #[test]
    fn a_folder_of_the_site_must_not_have_the_name_of_the_base() {
        for (base, file, expected) in [
            ("/docs", "docs/a/index.html", true),
            ("/docs", "docs.html", true),
            ("/a/b", "a/b/c.json", true),
            ("/docs", "docs-2/index.html", false),
            ("/docs", "a/docs/index.html", false),
            ("/a/b", "a/c.json", false),
            ("", "docs/a/index.html", false),
        ] {
            let example = Example::new(Config { base, ..CONFIG }).file(file, "/x");
            let mistake = check(&example.deployment(), "Vercel").unwrap();
            assert_eq!(mistake.is_some(), expected, "{base} {file}");
        }
    }
}
