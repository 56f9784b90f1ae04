use kiln::prelude::*;

pub fn get() -> Html<&'static str> {
    let posts: [&str; 0] = [];
    Html(posts[std::env::args().count() - std::env::args().count()])
}
