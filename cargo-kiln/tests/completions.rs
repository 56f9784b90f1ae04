//! The completions for bash, loaded by bash and asked as it asks when somebody presses Tab.
#![cfg(unix)]

use std::io::Write;
use std::process::{Command, Stdio};

/// Calls the function that the script has registered for `cargo-kiln`, for the last word of a line.
const ASK: &str = r#"
registered=$(complete -p cargo-kiln) || exit 1
function=${registered#* -F }
function=${function%% *}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
"$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
echo "${COMPREPLY[@]}"
"#;

fn completed(words: &[&str]) -> String {
    let script =
        output(Command::new(env!("CARGO_BIN_EXE_cargo-kiln")).args(["completions", "bash"]), "");
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-s", "--"]).args(words);
    output(&mut bash, &format!("{script}{ASK}"))
}

fn output(command: &mut Command, input: &str) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{:?}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
}

#[test]
fn bash_completes_commands_and_flags() {
    for (line, expected) in [
        (
            "cargo-kiln ",
            "-h -V --help --version new dev build check preview serve routes fmt completions",
        ),
        ("cargo-kiln pre", "preview"),
        ("cargo-kiln new --", "--bare --api --vendor --help"),
        ("cargo-kiln new my-site --b", "--bare"),
        ("cargo-kiln fmt --", "--check --help"),
        ("cargo-kiln completions z", "zsh"),
        // The arguments of a forwarded command belong to the site. bash completes names of files instead.
        ("cargo-kiln build --", ""),
    ] {
        let words: Vec<_> = line.split(' ').collect();
        assert_eq!(completed(&words), expected, "{line}");
    }
}
