use super::*;

fn fonts() -> Fonts {
    Fonts::new([]).expect("the bundled font")
}

/// A document with some content.
fn svg(content: &str) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 630\">{content}</svg>")
}

fn drawn(content: &str) -> Drawing {
    draw(&svg(content), 1200, 630, &fonts()).expect("a picture")
}

/// The pixels of a picture, and their number of channels.
fn pixels(drawing: &Drawing) -> (Vec<u8>, usize) {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(&drawing.png));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG file");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!((info.width, info.height), (1200, 630));
    (pixels, info.color_type.samples())
}

#[test]
fn a_document_is_drawn_in_the_size_of_the_card() {
    let square = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\">\
                  <rect width=\"10\" height=\"10\" fill=\"#f00\"/></svg>";
    let drawing = draw(square, 1200, 630, &fonts()).expect("a picture");
    let (pixels, channels) = pixels(&drawing);
    let row = &pixels[300 * 1200 * channels..][..1200 * channels];
    let red = row.chunks(channels).filter(|pixel| **pixel == [255, 0, 0, 255]).count();
    assert_eq!(
        (channels, red, &row[..4]),
        (4, 630, &[0, 0, 0, 0][..]),
        "in the middle, as large as fits"
    );
}

#[test]
fn files_are_as_small_as_their_pixels_allow() {
    let back = "<rect width=\"1200\" height=\"630\" fill=\"#fff\"/>";
    let depth = |drawing: &Drawing| (drawing.png[24], drawing.png[25]);
    assert_eq!(depth(&drawn(back)), (1, 3), "a palette of one color");
    let text = drawn(&format!("{back}<text x=\"80\" y=\"200\" font-size=\"80\">Hello</text>"));
    assert_eq!(depth(&text), (8, 3), "a palette of grays");
    let gradient = "<linearGradient id=\"a\"><stop stop-color=\"#102030\"/>\
                    <stop offset=\"1\" stop-color=\"#e0c0a0\"/></linearGradient>\
                    <rect width=\"1200\" height=\"630\" fill=\"url(#a)\"/>\
                    <circle cx=\"600\" cy=\"300\" r=\"99\" fill=\"#0f0\" opacity=\".5\"/>";
    let gradient = drawn(gradient);
    assert_eq!(depth(&gradient), (8, 2), "no transparency");
    assert!(text.png.len() < 12_000, "{} bytes", text.png.len());
    assert!(gradient.png.len() < 40_000, "{} bytes", gradient.png.len());
}

#[test]
fn the_same_document_is_the_same_file() {
    let content = "<text x=\"80\" y=\"200\" font-size=\"80\" font-weight=\"700\" inline-size=\"900\">\
                   Typography, AVA, \u{201c}Quotes\u{201d} and 1,234.5</text>";
    let first = drawn(content);
    assert_eq!(first, drawn(content));
    assert_ne!(first.png, drawn(&content.replace("700", "400")).png, "weights differ");
}

#[test]
fn text_is_set_in_the_bundled_font_whatever_the_system_has() {
    let text = |family: &str| {
        drawn(&format!("<text x=\"80\" y=\"200\" font-size=\"80\" {family}>Hello</text>"))
    };
    let plain = text("");
    assert!(plain.png.len() > 1000, "the text is not there");
    for generic in ["serif", "sans-serif", "monospace", "Inter"] {
        assert_eq!(text(&format!("font-family=\"{generic}\"")), plain, "{generic}");
    }
    let unknown = text("font-family=\"DejaVu Sans, Inter\"");
    assert_eq!(unknown, plain, "the second family is there");
    let unknown = text("font-family=\"DejaVu Sans\"");
    assert_eq!(unknown.png, plain.png);
    assert_eq!(unknown.unknown, ["DejaVu Sans".to_owned()].into());
}

#[test]
fn characters_without_a_glyph_are_reported() {
    for (text, missing) in [
        ("Plain, caf\u{e9}, \u{395}\u{3bb}, \u{41a}\u{438}\u{457}\u{432}, Vi\u{1ec7}t", ""),
        ("\u{65e5}\u{672c} and \u{1f600}", "\u{65e5}\u{672c}\u{1f600}"),
        ("e\u{301} \u{a0} a\u{200b}b\u{ad}c\u{feff}\u{200d}", ""),
    ] {
        let drawing = drawn(&format!("<text x=\"80\" y=\"200\" font-size=\"80\">{text}</text>"));
        assert_eq!(drawing.missing, missing.chars().collect(), "{text}");
    }
}

#[test]
fn text_is_wrapped() {
    let wrapped = |attributes: &str, text: &str| {
        let document = svg(&format!(
            "<g font-size=\"40\"><text x=\"80\" y=\"90\" {attributes}>{text}</text></g>"
        ));
        let document = resvg::usvg::roxmltree::Document::parse(&document).expect("XML");
        let mut read = |markup: &str| {
            let options = resvg::usvg::Options {
                font_family: BUNDLED.to_owned(),
                fontdb: fonts().database,
                ..Default::default()
            };
            Ok(resvg::usvg::Tree::from_str(markup, &options).expect("a tree"))
        };
        let texts = wrap::texts(&document).expect("texts");
        let markup = wrap::wrap(&document, texts, &mut read).expect("a document")?;
        let lines = markup.split("<tspan ").skip(1);
        let lines = lines.map(|line| line.split_once("</tspan>").expect("an end").0);
        Some(lines.map(|line| line.replace("x=\"80\" ", "")).collect::<Vec<_>>())
    };
    for (attributes, text, expected) in [
        ("inline-size=\"400\"", "Short", &["dy=\"0em\">Short"][..]),
        (
            "inline-size=\"400\"",
            "A kiln is a chamber that is hot inside",
            &["dy=\"0em\">A kiln is a chamber", "dy=\"1.2em\">that is hot inside"],
        ),
        (
            "inline-size=\"400\" font-size=\"80\" line-height=\"1.1\"",
            "Escaped &amp; &lt;b&gt;",
            &["dy=\"0em\">Escaped &amp;", "dy=\"1.1em\">&lt;b&gt;"],
        ),
        (
            "inline-size=\"400px\" line-clamp=\"1\"",
            "A kiln is a chamber that is hot inside",
            &["dy=\"0em\">A kiln is a chamber\u{2026}"],
        ),
        (
            "inline-size=\"400\" text-wrap=\"balance\"",
            "A kiln is a chamber that is",
            &["dy=\"0em\">A kiln is a", "dy=\"1.2em\">chamber that is"],
        ),
        (
            "inline-size=\"200\"",
            "Donaudampfschifffahrt",
            &["dy=\"0em\">Donaudam", "dy=\"1.2em\">pfschifffahr", "dy=\"1.2em\">t"],
        ),
    ] {
        let lines = wrapped(attributes, text).expect("lines");
        assert_eq!(lines, expected, "{attributes}: {text}");
    }
    assert_eq!(wrapped("", "not wrapped"), None);
    assert_eq!(wrapped("inline-size=\"9\"", "  "), None);
}

#[test]
fn wrapped_lines_are_within_the_width() {
    let left = "<rect width=\"1200\" height=\"630\" fill=\"#fff\"/>\
                <text x=\"100\" y=\"100\" inline-size=\"600\" font-size=\"48\" letter-spacing=\"-1\">\
                Vessels are fired twice, with patience: first to harden them, and again for AVALANCHES of glaze</text>";
    let (pixels, channels) = pixels(&drawn(left));
    let dark = |x: usize| (0..630).any(|y| pixels[(y * 1200 + x) * channels] < 128);
    assert!((100..700).any(dark));
    assert!((500..700).any(dark), "lines are filled");
    assert!(!(0..98).chain(703..1200).any(dark), "a line is too long");
}

#[test]
fn what_cannot_be_drawn_is_an_error_with_a_hint() {
    let too_large = draw(&svg(""), 5000, 5000, &fonts());
    let empty = draw(&svg(""), 0, 630, &fonts());
    let of = |markup: &str| draw(markup, 1200, 630, &fonts());
    let text =
        |attributes: &str, content: &str| of(&svg(&format!("<text {attributes}>{content}</text>")));
    for (markup, hint) in [
        ("<rect/><rect/>", "hint: start with `<svg"),
        ("<!DOCTYPE svg><svg/>", "hint: remove `<!DOCTYPE"),
        ("<svg>&</svg>", "hint: `html!` escapes text"),
    ] {
        let error = of(markup).expect_err(markup).to_string();
        assert!(error.contains(hint), "{error}");
    }
    for (result, message) in [
        (too_large, "a picture of 5000\u{d7}5000 pixels is too large"),
        (empty, "a picture of 0\u{d7}630 pixels is empty"),
        (of("<svg"), "the SVG is not well-formed"),
        (of("Tom & Jerry"), "the SVG is not well-formed"),
        (of(&svg("<text>Tom & Jerry</text>")), "the SVG is not well-formed"),
        (of("<svg viewBox=\"0 0 1 1\"></svg>"), "the markup is not an SVG document"),
        (of("<html/>"), "the markup is not an SVG document"),
        (
            of("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\"/>"),
            "the SVG cannot be drawn",
        ),
        (
            text("inline-size=\"wide\"", "a"),
            "`inline-size=\"wide\"` of a `<text>` is not a number above 0",
        ),
        (
            text("inline-size=\"9\" line-clamp=\"0\"", "a"),
            "`line-clamp=\"0\"` of a `<text>` is not a number above 0",
        ),
        (
            text("inline-size=\"9\"", "a<tspan>b</tspan>"),
            "a `<text>` with `inline-size` contains an element",
        ),
    ] {
        let error = result.expect_err(message).to_string();
        assert!(error.starts_with(message) && error.contains("\nhint: "), "{error}");
    }
}

#[test]
fn a_document_reads_no_files() {
    let secret = std::env::temp_dir().join(format!("kiln-og-secret-{}.png", std::process::id()));
    std::fs::write(&secret, drawn("<rect width=\"1200\" height=\"630\"/>").png)
        .expect("a file to write");
    let path = secret.display();
    for image in [
        format!("<image href=\"{path}\" width=\"9\" height=\"9\"/>"),
        format!("<image xlink:href=\"{path}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"/>"),
        format!("<image href=\"file://{path}\"/>"),
        "<image href=\"https://example.com/a.png\"/>".to_owned(),
        "<filter id=\"a\"><feImage href=\"a.png\"/></filter>".to_owned(),
        "<image href=\"data:image/jpeg;base64,AAAA\"/>".to_owned(),
    ] {
        let error = draw(&svg(&image), 1200, 630, &fonts()).expect_err(&image).to_string();
        assert!(error.starts_with("the SVG refers to the image"), "{error}");
    }
    // Inside of an image in the document, which is a document of its own.
    let inner =
        svg(&format!("<image href=\"{path}\" width=\"1200\" height=\"630\"/>")).replace('"', "'");
    let inner = inner.replace('<', "%3C").replace('>', "%3E").replace('#', "%23");
    let drawing = drawn(&format!(
        "<image width=\"1200\" height=\"630\" href=\"data:image/svg+xml,{inner}\"/>"
    ));
    std::fs::remove_file(&secret).expect("a file to remove");
    assert_eq!(drawing.png, drawn("").png);
    // Other references are to elements, or ignored.
    let style = format!("<style>@import url('{path}'); rect {{ fill: url('{path}') }}</style>");
    drawn(&format!("{style}<use href=\"{path}#a\"/><rect width=\"9\" height=\"9\"/>"));
}

#[test]
fn entities_and_depth_do_not_grow_without_end() {
    let entities = "<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
    assert!(draw(&format!("{entities}{}", svg("<text>&b;</text>")), 1200, 630, &fonts()).is_err());
    for depth in [100, 5_000] {
        let nested = svg(&("<g>".repeat(depth) + &"</g>".repeat(depth)));
        let _ = draw(&nested, 1200, 630, &fonts());
    }
}

#[test]
fn a_file_that_is_no_font_is_named() {
    let error =
        Fonts::new([("assets/fonts/a.ttf".to_owned(), b"text".to_vec())]).expect_err("no font");
    assert_eq!(error, NoFont("assets/fonts/a.ttf".to_owned()));
}
