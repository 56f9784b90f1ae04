//! Feeds as their files.

use serde_json::{Value, json};

use super::*;
use crate::page::response::body;
use crate::testing::block_on;

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn feed() -> Feed {
    let first = Item::new("Tom & <Jerry> \u{1}]]>", "https://example.com/posts/a b")
        .published(&date("2026-11-26"))
        .updated(&date("2026-11-27T10:00:00+02:00"))
        .summary("A \"summary\"")
        .content_html("<p>One &amp; two</p>")
        .author("Grace")
        .category("cats")
        .category("mice & men")
        .enclosure("https://example.com/a.mp3", 1_234, "audio/mpeg");
    let second = Item::new("Second", "https://example.com/posts/b").published(&date("2026-11-20"));
    Feed::new("My <site>", "https://example.com/")
        .description("All & everything")
        .author("Ada")
        .language("en")
        .items([first, second])
}

/// The content type and the text of a feed.
fn text(response: Result<Response>) -> (String, String) {
    let response = response.expect("a feed");
    let content_type = response.headers()[header::CONTENT_TYPE].to_str().expect("ASCII").to_owned();
    let bytes = block_on(body::bytes(response.into_body())).expect("a body");
    (content_type, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

#[test]
fn atom() {
    let (content_type, document) = text(feed().atom());
    assert_eq!(content_type, "application/atom+xml; charset=utf-8");
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>https://example.com/</id><title>My &lt;site&gt;</title><subtitle>All &amp; everything</subtitle><updated>2026-11-27T10:00:00+02:00</updated><author><name>Ada</name></author><link rel="alternate" href="https://example.com/"/>
<entry><id>https://example.com/posts/a%20b</id><title>Tom &amp; &lt;Jerry&gt; ]]&gt;</title><updated>2026-11-27T10:00:00+02:00</updated><published>2026-11-26T00:00:00Z</published><author><name>Grace</name></author><link rel="alternate" href="https://example.com/posts/a%20b"/><link rel="enclosure" href="https://example.com/a.mp3" type="audio/mpeg" length="1234"/><category term="cats"/><category term="mice &amp; men"/><summary>A &quot;summary&quot;</summary><content type="html">&lt;p&gt;One &amp;amp; two&lt;/p&gt;</content></entry>
<entry><id>https://example.com/posts/b</id><title>Second</title><updated>2026-11-20T00:00:00Z</updated><published>2026-11-20T00:00:00Z</published><link rel="alternate" href="https://example.com/posts/b"/></entry>
</feed>
"#;
    assert_eq!(document, expected);
}

#[test]
fn rss() {
    let (content_type, document) = text(feed().rss());
    assert_eq!(content_type, "application/rss+xml; charset=utf-8");
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>My &lt;site&gt;</title><link>https://example.com/</link><description>All &amp; everything</description><language>en</language><lastBuildDate>Fri, 27 Nov 2026 10:00:00 +0200</lastBuildDate>
<item><title>Tom &amp; &lt;Jerry&gt; ]]&gt;</title><link>https://example.com/posts/a%20b</link><guid isPermaLink="true">https://example.com/posts/a%20b</guid><pubDate>Thu, 26 Nov 2026 00:00:00 +0000</pubDate><dc:creator>Grace</dc:creator><category>cats</category><category>mice &amp; men</category><enclosure url="https://example.com/a.mp3" length="1234" type="audio/mpeg"/><description>A &quot;summary&quot;</description><content:encoded>&lt;p&gt;One &amp;amp; two&lt;/p&gt;</content:encoded></item>
<item><title>Second</title><link>https://example.com/posts/b</link><guid isPermaLink="true">https://example.com/posts/b</guid><pubDate>Fri, 20 Nov 2026 00:00:00 +0000</pubDate><dc:creator>Ada</dc:creator></item>
</channel></rss>
"#;
    assert_eq!(document, expected);
}

#[test]
fn json_feed() {
    let (content_type, document) = text(feed().json());
    assert_eq!(content_type, "application/feed+json; charset=utf-8");
    assert_eq!(
        serde_json::from_str::<Value>(&document).expect("JSON"),
        json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": "My <site>",
            "home_page_url": "https://example.com/",
            "description": "All & everything",
            "language": "en",
            "authors": [{ "name": "Ada" }],
            "items": [
                {
                    "id": "https://example.com/posts/a%20b",
                    "url": "https://example.com/posts/a%20b",
                    "title": "Tom & <Jerry> \u{1}]]>",
                    "summary": "A \"summary\"",
                    "content_html": "<p>One &amp; two</p>",
                    "date_published": "2026-11-26T00:00:00Z",
                    "date_modified": "2026-11-27T10:00:00+02:00",
                    "authors": [{ "name": "Grace" }],
                    "tags": ["cats", "mice & men"],
                    "attachments": [{
                        "url": "https://example.com/a.mp3",
                        "mime_type": "audio/mpeg",
                        "size_in_bytes": 1234,
                    }],
                },
                {
                    "id": "https://example.com/posts/b",
                    "url": "https://example.com/posts/b",
                    "title": "Second",
                    "content_text": "",
                    "date_published": "2026-11-20T00:00:00Z",
                },
            ],
        })
    );
}

#[test]
fn a_feed_without_items_needs_a_date() {
    let empty = Feed::new("Empty", "https://example.com/");
    for response in [empty.atom(), empty.rss(), empty.json()] {
        let error = response.expect_err("no date").to_string();
        assert!(error.contains("hint: call `.updated(&date)`"), "{error}");
    }
    let dated = empty.updated(&date("2026-11-27"));
    let (_, document) = text(dated.atom());
    assert!(document.contains("<updated>2026-11-27T00:00:00Z</updated>"), "{document}");
    assert!(dated.rss().is_ok() && dated.json().is_ok());
}

#[test]
fn an_item_of_atom_needs_a_date() {
    let feed =
        Feed::new("A", "https://example.com/").items([Item::new("B", "https://example.com/b")]);
    let error = feed.atom().expect_err("no date").to_string();
    assert!(error.contains("the item `B` has no date"), "{error}");
    assert!(feed.rss().is_ok() && feed.json().is_ok());
}

#[test]
fn urls_have_to_be_absolute() {
    let dated = |url: &str| Item::new("B", url).published(&date("2026-11-27"));
    for url in [
        "/posts/b",
        "posts/b",
        "",
        "//example.com/b",
        "mailto:a@b.c",
        "javascript:alert(1)",
        "https:///b",
    ] {
        let feeds = [
            Feed::new("A", url).items([dated("https://example.com/b")]),
            Feed::new("A", "https://example.com/").items([dated(url)]),
            Feed::new("A", "https://example.com/")
                .items([dated("https://example.com/b").enclosure(url, 1, "audio/mpeg")]),
        ];
        for feed in feeds {
            for response in [feed.atom(), feed.rss(), feed.json()] {
                let error = response.expect_err(url).to_string();
                assert!(error.contains("which is not absolute"), "{error}");
            }
        }
    }
}
