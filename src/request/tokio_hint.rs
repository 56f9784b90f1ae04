//! The hint for pages that need tokio and do not run inside a runtime.

/// Returns the hint for the text of a panic or an error of tokio that is about a missing runtime.
pub(crate) fn hint(text: &str) -> Option<&'static str> {
    hint_for(text, cfg!(feature = "tokio"))
}

fn hint_for(text: &str, is_compiled_in: bool) -> Option<&'static str> {
    let is_disabled = ["timers are disabled", "IO is disabled"].iter().any(|it| text.contains(it));
    if is_disabled && text.contains("Tokio") {
        return Some(
            "call `enable_all()` on the `tokio::runtime::Builder` that makes the page's own runtime",
        );
    }
    let is_missing = [
        "there is no reactor running",
        "there is no timer running",
        "must be called from the context",
    ]
    .iter()
    .any(|it| text.contains(it));
    if !(is_missing && text.contains("Tokio")) {
        return None;
    }
    Some(match is_compiled_in {
        false => {
            "add the feature where Cargo.toml names kiln, for example kiln = { version = \"0.1\", features = [\"tokio\"] }: the build then runs inside tokio"
        }
        true => {
            "pages run inside tokio, but threads that they start do not: call `tokio::runtime::Handle::current()` in the \
             page, and `enter()` on the handle in the thread"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSING: [&str; 4] = [
        "there is no reactor running, must be called from the context of a Tokio 1.x runtime",
        "there is no timer running, must be called from the context of Tokio runtime",
        "the timer is shutdown, must be called from the context of Tokio runtime",
        "called `Result::unwrap()` on an `Err` value: \"there is no reactor running, must be called from the context of a Tokio 1.x runtime\"",
    ];

    #[test]
    fn a_missing_runtime_has_a_hint() {
        for text in MISSING {
            let hint = |is_compiled_in| hint_for(text, is_compiled_in).expect(text);
            assert!(hint(false).contains("features = [\"tokio\"]"), "{text}");
            assert!(hint(true).contains("Handle::current()"), "{text}");
        }
    }

    #[test]
    fn a_runtime_without_timers_has_another_hint() {
        for what in ["timers are disabled. Call `enable_time`", "IO is disabled. Call `enable_io`"]
        {
            let text = format!("A Tokio 1.x context was found, but {what} on the runtime builder");
            for is_compiled_in in [false, true] {
                let hint = hint_for(&text, is_compiled_in).expect("a hint");
                assert!(hint.contains("`enable_all()`"), "{hint}");
            }
        }
    }

    #[test]
    fn other_texts_have_no_hint() {
        for text in [
            "no luck",
            "Tokio is a city",
            "A Tokio 1.x context was found, but it is being shutdown.",
        ] {
            assert_eq!(hint_for(text, false), None, "{text}");
        }
    }
}
