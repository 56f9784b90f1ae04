use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::*;

fn html(page: &str) -> Html {
    Html::read(&mut page.as_bytes()).expect("memory")
}

#[track_caller]
fn check_links(page: &str, expected: &[&str]) {
    assert_eq!(html(page).links.iter().collect::<Vec<_>>(), expected, "{page}");
}

#[test]
fn urls_of_all_elements_are_links() {
    for (page, expected) in [
        (r#"<a href="/a">A</a>"#, &["/a"][..]),
        ("<a href=/a>A</a><A HREF='/b'>B</A>", &["/a", "/b"]),
        ("<a href='/a' href='/b'>A</a>", &["/a"]),
        ("<a href=' /a\n'>A</a>", &["/a"]),
        ("<a href='/a?b=1&amp;c=2'>A</a>", &["/a?b=1&c=2"]),
        ("<a href='/caf&eacute;'>A</a>", &["/caf\u{e9}"]),
        ("<a href=''>A</a><a href>B</a><a>C</a>", &[]),
        ("<map><area href=/a></map>", &["/a"]),
        ("<link rel=stylesheet href=/a.css>", &["/a.css"]),
        ("<link rel='DNS-prefetch preconnect' href=/a>", &[]),
        ("<link rel=preload as=image imagesrcset='/a.png 1x, /b.png 2x'>", &["/a.png", "/b.png"]),
        ("<img src=/a.png srcset='/a.png 1x, /b.png 2x' alt=''>", &["/a.png", "/b.png"]),
        ("<picture><source srcset=/a.webp></picture>", &["/a.webp"]),
        ("<script src=/a.js></script>", &["/a.js"]),
        ("<iframe src=/a></iframe><embed src=/b><frame src=/c>", &["/a", "/b", "/c"]),
        (
            "<video src=/a.mp4 poster=/a.jpg><track src=/a.vtt></video>",
            &["/a.jpg", "/a.mp4", "/a.vtt"],
        ),
        ("<audio><source src=/a.mp3></audio><object data=/a.pdf></object>", &["/a.mp3", "/a.pdf"]),
        (
            "<form action=/a><button formaction=/b><input type=image src=/c.png></form>",
            &["/a", "/b", "/c.png"],
        ),
        ("<svg><use href='#a'/><image xlink:href=/b.png /></svg>", &["#a", "/b.png"]),
        ("<meta http-equiv=Refresh content='0; url=/a'>", &["/a"]),
        ("<meta property=og:image content=https://a.b/c.png>", &["https://a.b/c.png"]),
        ("<meta name=twitter:image content=/c.png>", &["/c.png"]),
        ("<meta name=description content=/c.png>", &[]),
        ("<template><a href=/a></template>", &["/a"]),
        ("<noscript><img src=/a.png alt=></noscript>", &["/a.png"]),
        ("<my-card src=/a data=/b></my-card><div data=/c></div>", &[]),
        ("<base href=/docs/><a href=a>A</a>", &["a"]),
    ] {
        check_links(page, expected);
    }
}

#[test]
fn what_only_looks_like_a_link_is_none() {
    for page in [
        "<!-- <a href=/a> -->",
        "<!-- <a href=/a> --!><!---->",
        "<script>'<a href=/a>'</script>",
        "<script><!-- <script> </script> <a href=/a> --></script>",
        "<style>/* <a href=/a> */</style>",
        "<textarea><a href=/a></textarea>",
        "<title><a href=/a></title>",
        "<xmp><a href=/a></xmp>",
        "<p title='<a href=/a>'>",
        "&lt;a href=/a&gt;",
        "</a href=/a>",
        "<a href=/a",
        "<plaintext><a href=/a>",
    ] {
        check_links(page, &[]);
    }
}

#[test]
fn ids_are_collected_once() {
    for (page, ids, names, duplicates) in [
        ("<p id=a><p id=b>", "a b", "", ""),
        ("<p id=a><p id=a><p id=a>", "a", "", "a"),
        ("<p id=A><p id=a>", "A a", "", ""),
        ("<p id=a id=b>", "a", "", ""),
        ("<p id=''><p id>", "", "", ""),
        ("<a name=a></a><a id=a name=a></a><input name=b>", "a", "a", ""),
        ("<template><p id=a></template><p id=a>", "a", "", ""),
        ("<svg id=a><title id=b>x</title></svg>", "a b", "", ""),
        ("<!--<p id=a>--><p id=a>", "a", "", ""),
        ("<noscript><p id=a></noscript>", "a", "", ""),
    ] {
        let html = html(page);
        let joined =
            |set: &BTreeSet<String>| set.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let got = [joined(&html.ids), joined(&html.names), joined(&html.duplicate_ids)];
        assert_eq!(got, [ids, names, duplicates], "{page}");
    }
}

#[test]
fn missing_parts_are_found() {
    for (page, has_title, has_lang, without_alt) in [
        ("<html lang=en><title>A</title>", true, true, &[][..]),
        ("<HTML LANG=en><TITLE>A</TITLE>", true, true, &[]),
        ("<html lang=''><title> </title>", false, false, &[]),
        ("<html><svg><title>A</title></svg>", false, false, &[]),
        ("<svg/><title>A</title>", true, false, &[]),
        ("<title>&amp;</title>", true, false, &[]),
        ("<p lang=en>", false, false, &[]),
        ("<img src=/a.png>", false, false, &["/a.png"]),
        ("<img><img>", false, false, &[""]),
        ("<img src=/a.png alt>", false, false, &[]),
        ("<img src=/a.png alt=''>", false, false, &[]),
        ("<svg><image href=/a.png /></svg>", false, false, &[]),
    ] {
        let html = html(page);
        let expected = without_alt.iter().map(ToString::to_string).collect();
        assert_eq!((html.has_title, html.has_lang), (has_title, has_lang), "{page}");
        assert_eq!(html.without_alt, expected, "{page}");
    }
}

#[test]
fn only_the_first_base_counts() {
    for (page, expected) in [
        ("<base target=_blank><base href=/a/><base href=/b/>", Some("/a/")),
        ("<base href=''>", Some("")),
        ("<p>", None),
    ] {
        assert_eq!(html(page).base.as_deref(), expected, "{page}");
    }
}

/// Long pages that a parser with a tree, or a careless one, reads in quadratic time or with a deep stack.
#[test]
fn hostile_pages_take_no_longer() {
    let started = Instant::now();
    for piece in [
        "<div>",
        "<noscript>",
        "<noscript><title>",
        "</noscript><noscript>",
        "<template>",
        "<svg>",
        "<a href='",
        "<!--",
        "<![CDATA[",
        "<script><!--<script>",
        "<title>",
        "&notit;",
        "<p id=a>",
        "<p ",
        "<p a=b c",
        "<img srcset=',,, ,",
        "<table><a>",
        "\0",
        "\u{e9}",
    ] {
        html(&piece.repeat((1 << 16) / piece.len()));
    }
    let mut attributes = String::from("<p ");
    attributes.extend((0..5_000).map(|at| format!("a{at} href=/{at} ")));
    html(&attributes);
    let commas = format!("<img srcset='{}'>", "a,".repeat(20_000));
    assert_eq!(html(&commas).links.len(), 1);
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
}

#[test]
fn any_bytes_are_read() {
    let mut random = crate::support::random::Random::new(7);
    let parts = [
        &b"<"[..],
        b">",
        b"a",
        b" ",
        b"=",
        b"\"",
        b"'",
        b"/",
        b"!--",
        b"-->",
        b"script",
        b"href",
        b"\xe9",
        b"\xff",
        b"&#",
        b"noscript",
        b"title",
        b"svg",
        b"template",
        b"\0",
        b"srcset",
        b",",
        b"id",
    ];
    for _ in 0..20_000 {
        let page: Vec<u8> =
            (0..16).flat_map(|_| parts[random.below(parts.len())]).copied().collect();
        Html::read(&mut &*page).expect("memory");
    }
}
