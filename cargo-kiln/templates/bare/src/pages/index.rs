use kiln::prelude::*;

pub fn get() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Hello" }
            }
            body {
                main {
                    h1 { "Hello" }
                    p { "This page is " code { "src/pages/index.rs" } "." }
                }
            }
        }
    }
}
