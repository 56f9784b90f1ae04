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
    Unknown {
        hint: &'static str,
    },
}

/// Names that GitHub knows too, and the names that two-face has for them.
const ALIASES: [(&str, &str); 0] = [];

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
        None => Language::Unknown { hint: "" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_are_known() {
        let names = [
            "rust",
            "rs",
            "js",
            "javascript",
            "jsx",
            "ts",
            "typescript",
            "tsx",
            "json",
            "jsonc",
            "json5",
            "html",
            "css",
            "scss",
            "sass",
            "less",
            "xml",
            "svg",
            "yaml",
            "yml",
            "toml",
            "ini",
            "sh",
            "bash",
            "zsh",
            "fish",
            "shell",
            "console",
            "shell-session",
            "shellsession",
            "powershell",
            "ps1",
            "pwsh",
            "bat",
            "cmd",
            "c",
            "h",
            "cpp",
            "c++",
            "cc",
            "csharp",
            "c#",
            "cs",
            "fsharp",
            "go",
            "golang",
            "java",
            "kotlin",
            "kt",
            "swift",
            "objc",
            "objective-c",
            "dart",
            "scala",
            "groovy",
            "clojure",
            "elixir",
            "erlang",
            "haskell",
            "hs",
            "ocaml",
            "elm",
            "purescript",
            "python",
            "py",
            "python3",
            "ruby",
            "rb",
            "perl",
            "php",
            "lua",
            "r",
            "julia",
            "sql",
            "mysql",
            "postgres",
            "postgresql",
            "graphql",
            "proto",
            "protobuf",
            "dockerfile",
            "docker",
            "containerfile",
            "makefile",
            "make",
            "cmake",
            "nix",
            "terraform",
            "hcl",
            "tf",
            "nginx",
            "apache",
            "vim",
            "viml",
            "diff",
            "patch",
            "git",
            "gitignore",
            "http",
            "markdown",
            "md",
            "mdx",
            "latex",
            "tex",
            "vue",
            "svelte",
            "astro",
            "zig",
            "nim",
            "d",
            "asm",
            "nasm",
            "wasm",
            "wat",
            "glsl",
            "wgsl",
            "hlsl",
            "fortran",
            "cobol",
            "lisp",
            "scheme",
            "racket",
            "emacs-lisp",
            "elisp",
            "crystal",
            "solidity",
            "verilog",
            "vhdl",
            "matlab",
            "jinja",
            "jinja2",
            "twig",
            "liquid",
            "handlebars",
            "hbs",
            "ejs",
            "erb",
            "pug",
            "haml",
            "csv",
            "tsv",
            "log",
            "env",
            "dotenv",
            "regex",
            "rst",
            "org",
            "asciidoc",
            "adoc",
            "kdl",
            "just",
            "ron",
            "typst",
            "prisma",
            "bicep",
            "v",
            "odin",
            "gleam",
            "roc",
            "mojo",
            "cuda",
            "opencl",
            "applescript",
            "awk",
            "sed",
            "jq",
            "systemd",
            "ssh-config",
            "toml-frontmatter",
            "rust,no_run",
            "mermaid",
            "dot",
            "graphviz",
            "plantuml",
        ];
        let unknown: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| matches!(find(name), Language::Unknown { .. }))
            .collect();
        println!("{unknown:?}");
        let _ = nearest("x", []);
        let mut all: Vec<String> = syntaxes()
            .syntaxes()
            .iter()
            .map(|s| format!("{} {:?}", s.name, s.file_extensions))
            .collect();
        all.sort();
        println!("{}", all.join("\n"));
    }
}
