use kiln::prelude::*;

pub async fn get() -> Html<&'static str> {
    Html("<p>About</p>\n")
}
