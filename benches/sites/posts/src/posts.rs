//! The posts: the Markdown files in the folder `KILN_BENCH_CONTENT`, the newest first.

use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

use kiln::prelude::*;
use pulldown_cmark::{Parser, html};
use rayon::prelude::*;

pub struct Post {
    pub slug: String,
    pub title: String,
    pub date: String,
    pub description: String,
    markdown: String,
}

/// All posts. They are read once.
pub static POSTS: LazyLock<Vec<Post>> =
    LazyLock::new(|| read_all().expect("posts that can be read"));

impl Post {
    pub fn html(&self) -> String {
        let mut out = String::new();
        html::push_html(&mut out, Parser::new(&self.markdown));
        out
    }
}

fn read_all() -> Result<Vec<Post>> {
    let folder = env::var("KILN_BENCH_CONTENT")?;
    let files = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut posts: Vec<Post> =
        files.par_iter().map(|file| read(&file.path())).collect::<Result<_>>()?;
    posts.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.slug.cmp(&b.slug)));
    Ok(posts)
}

/// A post starts with its front matter: lines `key: value` between two lines `---`.
fn read(path: &Path) -> Result<Post> {
    let text = fs::read_to_string(path)?;
    let slug = path.file_stem().context("a file with a name")?.to_string_lossy().into_owned();
    let text = text.strip_prefix("---\n").context("front matter")?;
    let (front_matter, markdown) = text.split_once("\n---\n").context("the end of front matter")?;
    let value = |key| {
        let value = front_matter.lines().find_map(|line| line.strip_prefix(key));
        value.map(|value| value.trim().to_owned()).context(key)
    };
    Ok(Post {
        slug,
        title: value("title:")?,
        date: value("date:")?,
        description: value("description:")?,
        markdown: markdown.to_owned(),
    })
}
