//! Posts in Markdown, the same in every run: about 3 KB each, with all the usual elements.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

const WORDS: [&str; 32] = [
    "clay", "ink", "paper", "wheel", "slow", "hand", "kiln", "fire", "glaze", "form", "line",
    "page", "press", "letter", "morning", "bench", "water", "stone", "dust", "light", "edge",
    "bowl", "mark", "thread", "colour", "winter", "copper", "linen", "window", "table", "river",
    "street",
];

/// The minimum length of a post, in bytes.
const LENGTH: usize = 3_000;

/// Writes posts, `post-0.md` and on, into a folder in place of those that it has. Other files stay.
///
/// # Errors
///
/// Fails if a file cannot be written.
pub fn write_posts(folder: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("post-") {
            fs::remove_file(entry.path())?;
        }
    }
    (0..count).try_for_each(|post| fs::write(folder.join(format!("post-{post}.md")), text(post)))
}

/// Writes other text into the first post of a folder.
///
/// # Errors
///
/// Fails if the file cannot be written.
pub fn change_post(folder: &Path, version: usize) -> io::Result<()> {
    fs::write(folder.join("post-0.md"), format!("{}\nVersion {version}.\n", text(0)))
}

fn text(post: usize) -> String {
    let mut words = Words(post);
    let (year, month, day) = (2000 + post % 25, 1 + post % 12, 1 + post % 28);
    let mut text = format!(
        "---\ntitle: Post {post} of {}\ndate: {year}-{month:02}-{day:02}\ndescription: {}.\n---\n",
        words.some(3),
        words.some(12)
    );
    while text.len() < LENGTH {
        let _ = write!(
            text,
            "\n## {}\n\n{}, *{}*, {} and **{}** of `{}`. {}: [{}](/posts/post-{}/).\n\n- {}\n- {}\n- {}\n\n\
             ```rust\nfn {}() -> usize {{\n    {}\n}}\n```\n\n> {}.\n\n{}.\n",
            words.some(4),
            words.some(30),
            words.some(2),
            words.some(25),
            words.some(2),
            words.some(1),
            words.some(20),
            words.some(3),
            post / 2,
            words.some(6),
            words.some(5),
            words.some(7),
            words.some(1),
            post,
            words.some(20),
            words.some(40),
        );
    }
    text
}

/// Words in an order that only depends on the number of the post.
struct Words(usize);

impl Words {
    fn some(&mut self, count: usize) -> String {
        let mut words = String::new();
        for _ in 0..count {
            // A linear congruential generator, whose high bits are the better ones.
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(WORDS[self.0 >> 59]);
        }
        words
    }
}
