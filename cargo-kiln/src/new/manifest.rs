//! Cargo.toml and Cargo.lock of a new site.

/// The name of the package in the templates.
const NAME: &str = "my-site";

/// Where the site gets kiln from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kiln {
    /// From crates.io.
    Released,
    /// From `vendor/kiln`, where the site has a copy: it builds on any machine, whether or not kiln is on crates.io.
    Vendored,
}

/// The manifest of the site, from that of a template. In the repository, templates depend on `..`, which is kiln.
pub(super) fn of_site(template: &str, name: Option<&str>, kiln: Kiln) -> String {
    let manifest = renamed(template, name);
    let lines = manifest.lines().map(|line| match kiln {
        Kiln::Released => without_path(line),
        Kiln::Vendored => line.replace("path = \"..", "path = \"vendor/kiln"),
    });
    let mut manifest: String = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
    if kiln == Kiln::Vendored {
        manifest = manifest.replace("[workspace]\n", "[workspace]\nexclude = [\"vendor\"]\n");
    }
    manifest
}

/// The lock file of the site: Cargo would write another name of the package anew, and `--locked` forbids that.
pub(super) fn lock(template: &str, name: Option<&str>) -> String {
    renamed(template, name)
}

/// `name` and `default-run`. Without a valid name the site keeps that of the template.
fn renamed(text: &str, name: Option<&str>) -> String {
    let quoted = |name| format!("\"{name}\"");
    text.replace(&quoted(NAME), &quoted(name.unwrap_or(NAME)))
}

/// A dependency without its path. The templates write the version first.
fn without_path(line: &str) -> String {
    let Some((start, rest)) = line.split_once(", path = \"..") else { return line.to_owned() };
    let rest = rest.split_once('"').map_or("", |(_, rest)| rest);
    format!("{start}{rest}").replace("{ version = \"0.1.0\" }", "\"0.1.0\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "\
        [package]\nname = \"my-site\"\n\n\
        [dependencies]\n\
        kiln = { version = \"0.1.0\", path = \"..\" }\n\
        kiln-dev = { version = \"0.1.0\", path = \"../kiln-dev\", optional = true }\n\n\
        [workspace]\n";

    #[test]
    fn a_released_kiln_has_a_version_alone() {
        let expected = "\
            [package]\nname = \"a\"\n\n\
            [dependencies]\n\
            kiln = \"0.1.0\"\n\
            kiln-dev = { version = \"0.1.0\", optional = true }\n\n\
            [workspace]\n";
        assert_eq!(of_site(TEMPLATE, Some("a"), Kiln::Released), expected);
    }

    #[test]
    fn a_vendored_kiln_lies_in_the_site() {
        let expected = "\
            [package]\nname = \"my-site\"\n\n\
            [dependencies]\n\
            kiln = { version = \"0.1.0\", path = \"vendor/kiln\" }\n\
            kiln-dev = { version = \"0.1.0\", path = \"vendor/kiln/kiln-dev\", optional = true }\n\n\
            [workspace]\nexclude = [\"vendor\"]\n";
        assert_eq!(of_site(TEMPLATE, None, Kiln::Vendored), expected);
    }
}
