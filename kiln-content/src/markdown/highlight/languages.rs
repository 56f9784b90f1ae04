//! The languages of code blocks.

use std::sync::OnceLock;

use syntect::parsing::{SyntaxReference, SyntaxSet};

use crate::nearest::nearest;

/// The language of a code block.
#[derive(Clone, Copy)]
pub(super) enum Language {
    Known(&'static SyntaxReference),
    /// Plain text, on purpose.
    Text,
    Unknown,
}

/// Names that GitHub knows too, and the names that two-face has for them, or for what is nearest to them.
const ALIASES: [(&str, &str); 34] = [
    ("apache", "apache conf"),
    ("astro", "html"),
    ("console", "bash"),
    ("containerfile", "dockerfile"),
    ("csharp", "cs"),
    ("cuda", "cpp"),
    ("docker", "dockerfile"),
    ("ejs", "html"),
    ("elisp", "lisp"),
    ("emacs-lisp", "lisp"),
    ("fortran", "f90"),
    ("fsharp", "f#"),
    ("golang", "go"),
    ("handlebars", "html"),
    ("hbs", "html"),
    ("hlsl", "glsl"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsx", "tsx"),
    ("liquid", "html"),
    ("mdx", "md"),
    ("mysql", "sql"),
    ("objc", "objective-c"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("python3", "py"),
    ("regex", "re"),
    ("ron", "rs"),
    ("scheme", "lisp"),
    ("shell", "bash"),
    ("shell-session", "bash"),
    ("shellsession", "bash"),
    ("shellscript", "bash"),
    ("viml", "vim"),
];

/// All syntaxes. They are unpacked once, and each compiles its patterns when it is used.
pub(super) fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(two_face::syntax::extra_newlines)
}

/// Returns true if and only if a block has no language.
pub(super) fn is_text(language: &str) -> bool {
    matches!(language.to_ascii_lowercase().as_str(), "" | "text" | "txt" | "plain" | "plaintext")
}

/// Finds a language by its name, or by an extension of its files.
pub(super) fn find(language: &str) -> Language {
    if is_text(language) {
        return Language::Text;
    }
    // rustdoc knows words behind a comma, such as `rust,no_run`.
    let name = language.split(',').next().unwrap_or_default().to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, name)| *name);
    match syntaxes().find_syntax_by_token(alias.unwrap_or(&name)) {
        Some(syntax) => Language::Known(syntax),
        None => Language::Unknown,
    }
}

/// What to write instead of a language that is not known.
pub(super) fn hint(language: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for syntax in syntaxes().syntaxes() {
        names.extend(syntax.file_extensions.iter().map(String::as_str));
        names.push(&syntax.name);
    }
    names.extend(ALIASES.iter().map(|(alias, _)| *alias));
    match nearest(language, names.iter().copied()) {
        Some(known) => format!("write `{}`, or `text` for plain text", known.to_lowercase()),
        None => "write `text` for plain text".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_are_known() {
        let names = "rust rs rust,no_run js javascript JavaScript jsx ts typescript tsx json html css scss sass less xml \
                     svg yaml yml toml ini sh bash zsh fish bat c cpp c++ c# go java kotlin swift dart scala groovy \
                     clojure elixir erlang haskell ocaml elm python py ruby rb perl php lua r julia sql graphql proto \
                     protobuf dockerfile Dockerfile makefile make cmake nix terraform hcl nginx vim diff patch \
                     gitignore http markdown md latex tex vue svelte zig nim asm glsl wgsl lisp racket solidity vhdl \
                     verilog jinja twig csv log env rst org adoc typst awk jq dot";
        let aliases = ALIASES.iter().map(|(alias, _)| *alias);
        for name in names.split_whitespace().chain(aliases) {
            assert!(matches!(find(name), Language::Known(_)), "{name}");
        }
        for name in ["", "text", "TXT", "plain"] {
            assert!(matches!(find(name), Language::Text), "{name}");
        }
    }

    #[test]
    fn unknown_names_are_suggested() {
        assert!(matches!(find("rustt"), Language::Unknown));
        assert_eq!(hint("rustt"), "write `rust`, or `text` for plain text");
        assert_eq!(hint("no-such-language"), "write `text` for plain text");
    }
}
