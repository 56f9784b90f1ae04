//! `robots.txt`, which asks crawlers to leave paths alone.

use axum::response::{IntoResponse, Response};

use crate::routing::url;

/// A `robots.txt`, as a response with the content type `text/plain`.
///
/// Rules are grouped by the crawlers that they are for. A crawler follows only the most specific group that names it, so
/// a group for `GPTBot` replaces the group for `*`. Rules for the same crawlers are one group, in the order of the first.
///
/// # Example
///
/// ```
/// // src/pages/robots.txt.rs
/// use kiln::prelude::*;
/// use kiln::robots::Robots;
///
/// pub fn get() -> impl IntoResponse {
///     Robots::new()
///         .allow(&["*"], "/")
///         .disallow(&["GPTBot"], "/")
///         .sitemap("https://example.com/sitemap.xml")
/// }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "needs to be returned from an endpoint to be useful"]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

/// The rules for some crawlers.
#[derive(Debug, Clone)]
struct Group {
    agents: Vec<String>,
    rules: Vec<String>,
}

impl Robots {
    /// Creates a file without rules, which allows everything.
    pub fn new() -> Self {
        Robots::default()
    }

    /// Allows some crawlers the paths that start with a prefix. `*` stands for all crawlers.
    pub fn allow(self, agents: &[&str], path: &str) -> Self {
        self.rule(agents, "Allow", path)
    }

    /// Asks some crawlers not to request the paths that start with a prefix. `*` stands for all crawlers.
    pub fn disallow(self, agents: &[&str], path: &str) -> Self {
        self.rule(agents, "Disallow", path)
    }

    /// Adds the absolute URL of a sitemap.
    pub fn sitemap(mut self, url: impl AsRef<str>) -> Self {
        self.sitemaps.push(url::escaped(&line(url.as_ref())));
        self
    }

    fn rule(mut self, agents: &[&str], kind: &str, path: &str) -> Self {
        let agents: Vec<String> =
            agents.iter().map(|agent| line(agent)).filter(|agent| !agent.is_empty()).collect();
        if agents.is_empty() {
            return self;
        }
        let rule = format!("{kind}: {}", url::escaped(&line(path)));
        match self.groups.iter_mut().find(|group| group.agents == agents) {
            Some(group) => group.rules.push(rule),
            None => self.groups.push(Group { agents, rules: vec![rule] }),
        }
        self
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for group in &self.groups {
            for agent in &group.agents {
                text.push_str(&format!("User-agent: {agent}\n"));
            }
            for rule in &group.rules {
                text.push_str(rule);
                text.push('\n');
            }
            text.push('\n');
        }
        for sitemap in &self.sitemaps {
            text.push_str(&format!("Sitemap: {sitemap}\n"));
        }
        text
    }
}

impl IntoResponse for Robots {
    fn into_response(self) -> Response {
        self.text().into_response()
    }
}

/// A value of one line: a line break would start another rule, and `#` a comment.
fn line(value: &str) -> String {
    value.chars().filter(|c| !c.is_control() && *c != '#').collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_grouped_by_crawlers() {
        let robots = Robots::new()
            .allow(&["*"], "/")
            .disallow(&["GPTBot", "CCBot"], "/")
            .disallow(&["*"], "/admin/")
            .sitemap("https://example.com/sitemap.xml")
            .sitemap("https://example.com/\u{e9}.xml");
        assert_eq!(
            robots.text(),
            "User-agent: *\nAllow: /\nDisallow: /admin/\n\n\
             User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\n\
             Sitemap: https://example.com/sitemap.xml\nSitemap: https://example.com/%C3%A9.xml\n"
        );
        assert_eq!(Robots::new().text(), "");
        assert_eq!(Robots::new().disallow(&[], "/").disallow(&[""], "/").text(), "");
    }

    #[test]
    fn a_value_has_one_line() {
        let robots = Robots::new().disallow(&["a\nAllow: /"], "/x\r\nAllow: /y # z");
        assert_eq!(robots.text(), "User-agent: aAllow: /\nDisallow: /xAllow:%20/y%20%20z\n\n");
    }
}
