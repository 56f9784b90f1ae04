//! Params and props in every form, and arguments in any order.

use std::fmt;
use std::str::FromStr;

use kiln::prelude::*;

/// No `Clone`, no `Default`, no `Debug`.
pub struct Article {
    title: String,
    tags: Box<[&'static str]>,
}

pub struct Params {
    pub path: Option<Vec<Word>>,
}

pub struct Word(String);

impl FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text.starts_with('-') {
            Err("a word starts with a letter".into())
        } else {
            Ok(Word(text.into()))
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub async fn static_paths(
    route: &Route,
) -> Result<impl Iterator<Item = StaticPath<Params, Article>>> {
    let pattern = route.pattern();
    let words = |text: &str| text.split('/').map(|word| Word(word.into())).collect();
    let article = move |title: &str| Article {
        title: format!("{title} of {pattern}"),
        tags: Box::new(["a", "b"]),
    };
    Ok([
        StaticPath::new(Params { path: None }).props(article("none")),
        StaticPath::new(Params { path: Some(words("one")) }).props(article("one")),
        StaticPath::new(Params { path: Some(words("one/two")) }).props(article("two")),
    ]
    .into_iter())
}

pub async fn get(article: Article, ctx: &Context, params: &Params) -> Result<impl IntoResponse> {
    let words: Vec<&str> = params.path.iter().flatten().map(|word| word.0.as_str()).collect();
    Ok(Html(format!(
        "{} {:?} {words:?} {:?}\n",
        article.title,
        article.tags,
        ctx.params.get("path")
    )))
}
