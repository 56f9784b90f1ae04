//! Which names of files are published, and which usually contain secrets or were left by an editor.

/// The decision about a file or a folder of `public/`, `assets/` or `content/`, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Published,
    /// An editor or a system created it. It was not added on purpose, so it is skipped without a warning.
    Leftover,
    /// It usually contains secrets. The reason follows `a file with this name` in the warning.
    Private(&'static str),
}

/// The names of files and folders that systems create, in lower case.
const SYSTEM: [&str; 16] = [
    ".appledouble",
    ".apdisk",
    ".directory",
    ".documentrevisions-v100",
    ".ds_store",
    ".fseventsd",
    ".lsoverride",
    ".spotlight-v100",
    ".temporaryitems",
    ".trashes",
    "$recycle.bin",
    "__macosx",
    "desktop.ini",
    "ehthumbs.db",
    "icon\r",
    "thumbs.db",
];

const REPOSITORIES: [&str; 7] = [".bzr", ".git", ".hg", ".jj", ".svn", "_darcs", "cvs"];

/// The names of files and folders with passwords and tokens, in lower case.
const PASSWORDS: [&str; 22] = [
    ".aws",
    ".bash_history",
    ".boto",
    ".docker",
    ".dockercfg",
    ".env",
    ".envrc",
    ".git-credentials",
    ".htdigest",
    ".htpasswd",
    ".kube",
    ".my.cnf",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".pypirc",
    ".yarnrc.yml",
    ".zsh_history",
    "_netrc",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "terraform.tfvars",
];

/// The names of files and folders with keys, in lower case.
const KEYS: [&str; 8] = [
    ".gnupg",
    ".ssh",
    "id_dsa",
    "id_ecdsa",
    "id_ecdsa_sk",
    "id_ed25519",
    "id_ed25519_sk",
    "id_rsa",
];

/// The extensions of key files, in lower case.
const KEY_EXTENSIONS: [&str; 9] =
    ["jks", "kdbx", "key", "keystore", "p12", "p8", "pem", "pfx", "ppk"];

/// Classifies the name of a file or a folder, without its parent folders.
pub(crate) fn verdict(name: &str) -> Verdict {
    let name = &*name.to_lowercase();
    if SYSTEM.contains(&name) || is_of_system(name) || is_of_editor(name) {
        return Verdict::Leftover;
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    if REPOSITORIES.contains(&name) {
        Verdict::Private("belongs to a repository")
    } else if PASSWORDS.contains(&name) || name.starts_with(".env.") {
        Verdict::Private("usually contains passwords or tokens")
    } else if KEYS.contains(&name) || extension.is_some_and(|one| KEY_EXTENSIONS.contains(&one)) {
        Verdict::Private("usually contains a private key")
    } else {
        Verdict::Published
    }
}

/// Returns true if and only if a file is published, by its path below its folder.
pub(crate) fn is_published(name: &str) -> bool {
    name.split('/').all(|part| verdict(part) == Verdict::Published)
}

/// Files of macOS, Linux desktops and network file systems.
fn is_of_system(name: &str) -> bool {
    [".trash-", "._", ".nfs0", ".fuse_hidden"].iter().any(|start| name.starts_with(start))
}

/// Backups, locks and swap files of Emacs, Vim, Kate, GNOME's editors and office programs.
fn is_of_editor(name: &str) -> bool {
    let is_between = |start: &str, end: &str| {
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    };
    name.ends_with('~')
        || name.starts_with(".#")
        || name.starts_with("~$")
        || name.starts_with(".goutputstream-")
        || is_between("#", "#")
        || is_between(".~lock.", "#")
        || is_between(".", ".kate-swp")
        || is_swap(name)
}

/// Swap files of Vim, which counts down from `.swp`, and uses `.swx` as a test.
fn is_swap(name: &str) -> bool {
    let Some((start, extension)) = name.rsplit_once('.') else { return false };
    let is_extension =
        matches!(extension.as_bytes(), [b's', b'w', b'a'..=b'e' | b'g'..=b'p' | b'x']);
    is_extension && (start.is_empty() || start.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_editors_and_systems_are_skipped() {
        for name in [
            ".#a.css",
            "._a",
            ".DS_Store",
            "a~",
            "a.css~",
            ".a.swp",
            ".a.css.swo",
            ".a.swx",
            ".swp",
            "#a#",
            "#a.css#",
            "Thumbs.db",
            "thumbs.db",
            "Desktop.ini",
            "Icon\r",
            "__MACOSX",
            ".~lock.a.odt#",
            "~$a.docx",
            ".a.css.kate-swp",
            ".nfs000000000123",
            ".Trash-1000",
            ".goutputstream-ABC",
            ".directory",
            "$RECYCLE.BIN",
        ] {
            assert_eq!(verdict(name), Verdict::Leftover, "{name:?}");
            assert!(!is_published(&format!("css/{name}/b")), "{name:?}");
        }
    }

    #[test]
    fn files_with_secrets_are_private() {
        for name in [
            ".env",
            ".env.local",
            ".ENV",
            ".git",
            ".hg",
            ".svn",
            ".jj",
            "server.pem",
            "a.KEY",
            "id_rsa",
            "id_ed25519",
            "a.p12",
            "a.pfx",
            ".npmrc",
            ".htpasswd",
            ".netrc",
            "_netrc",
            ".aws",
            ".ssh",
            ".git-credentials",
            "passwords.kdbx",
            "release.jks",
            "putty.ppk",
            ".pgpass",
        ] {
            assert!(matches!(verdict(name), Verdict::Private(_)), "{name:?}");
            assert!(!is_published(&format!("a/{name}")), "{name:?}");
        }
    }

    #[test]
    fn all_other_files_are_published() {
        for name in [
            ".well-known",
            ".htaccess",
            ".nojekyll",
            ".gitignore",
            ".gitkeep",
            ".gitattributes",
            ".github",
            "#1.html",
            "a#",
            "#",
            "~a",
            "a.swp",
            ".a.svg",
            "a.swf",
            ".a.swf",
            "id_rsa.pub",
            "env",
            "a.env",
            "environment",
            "pem",
            "key",
            "keys.json",
            "a.pem.txt",
            "a.crt",
            "a.asc",
            "a.sqlite",
            "4913",
            "secret.txt",
            "icon",
            "git",
            ".envoy",
            "a.keys",
        ] {
            assert_eq!(verdict(name), Verdict::Published, "{name:?}");
        }
        assert!(is_published(".well-known/security.txt") && is_published("a/b.css"));
    }
}
