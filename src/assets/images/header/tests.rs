use super::*;

use std::io::Cursor;

fn read(bytes: &[u8]) -> Result<Header> {
    Header::read(Cursor::new(bytes))
}

/// The format, and the dimensions as the image is shown.
#[track_caller]
fn check(bytes: &[u8], format: Format, width: u32, height: u32) -> Header {
    let header = read(bytes).expect("a header");
    assert_eq!((header.format, header.width(), header.height()), (format, width, height));
    header
}

#[track_caller]
fn check_error(bytes: &[u8], expected: &str) {
    let error = read(bytes).expect_err("a broken image").to_string();
    assert!(error.contains(expected), "{error}");
}

/// EXIF with an orientation, in either order of bytes, and with coordinates or without.
fn exif(orientation: u16, is_little: bool, has_location: bool) -> Vec<u8> {
    let short = |n: u16| if is_little { n.to_le_bytes() } else { n.to_be_bytes() };
    let long = |n: u32| if is_little { n.to_le_bytes() } else { n.to_be_bytes() };
    let field = |tag: u16, kind: u16, value: [u8; 4]| {
        [&short(tag)[..], &short(kind), &long(1), &value].concat()
    };
    let orientation = [short(orientation), [0, 0]].concat().try_into().expect("four bytes");
    let directory =
        [&short(2)[..], &field(0x0112, 3, orientation), &field(0x8825, 4, long(38)), &long(0)];
    let latitude = field(0x0002, 2, [0, 0, 0, 0]);
    let gps = match has_location {
        true => [&short(1)[..], &latitude, &long(0)].concat(),
        false => [&short(0)[..], &long(0)].concat(),
    };
    let start: &[u8] = if is_little { b"II*\0" } else { b"MM\0*" };
    [start, &long(8), &directory.concat(), &gps].concat()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("a short segment").to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

fn jpeg(width: u16, height: u16, frame: u8, before: &[Vec<u8>]) -> Vec<u8> {
    let body = [&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    [&[0xff, 0xd8][..], &before.concat(), &segment(frame, &body), &[0xff, 0xda]].concat()
}

fn jpeg_with_exif(exif: &[u8]) -> Vec<u8> {
    jpeg(40, 30, 0xc0, &[segment(0xe1, &[b"Exif\0\0", exif].concat())])
}

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).expect("a short chunk").to_be_bytes(), name, body, &[0; 4]].concat()
}

fn png(width: u32, height: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &header)[..], &chunks.concat(), &chunk(b"IEND", b"")]
        .concat()
}

fn gif(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let frame = [&b"!\xf9\x04\0\0\0\0\0,"[..], &[0; 8], &[0x80], &[0; 6], &[2, 1, 0, 0]].concat();
    let canvas = [&width.to_le_bytes()[..], &height.to_le_bytes(), &[0x80, 0, 0], &[0; 6]].concat();
    [b"GIF89a", &canvas[..], &frame.repeat(frames), b";"].concat()
}

fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunk = |(name, body): &(&[u8; 4], &[u8])| {
        let length = u32::try_from(body.len()).expect("a short chunk").to_le_bytes();
        [&name[..], &length, body, &[0][..body.len() % 2]].concat()
    };
    let chunks: Vec<u8> = chunks.iter().flat_map(chunk).collect();
    [b"RIFF\0\0\0\0WEBP", &chunks[..]].concat()
}

fn boxed(name: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).expect("a short box").to_be_bytes();
    [&length[..], name, body].concat()
}

fn avif(brand: &[u8], sizes: &[(u32, u32)], turns: u8) -> Vec<u8> {
    let size = |(width, height): &(u32, u32)| {
        boxed(b"ispe", &[&[0; 4], &width.to_be_bytes()[..], &height.to_be_bytes()].concat())
    };
    let mut properties: Vec<u8> = sizes.iter().flat_map(size).collect();
    properties.extend(boxed(b"irot", &[turns]));
    let meta = boxed(b"iprp", &boxed(b"ipco", &properties));
    let meta = [&[0; 4][..], &boxed(b"hdlr", &[0; 24]), &meta].concat();
    [boxed(b"ftyp", &[brand, &[0; 4], b"mif1", b"avif"].concat()), boxed(b"meta", &meta)].concat()
}

#[test]
fn reads_jpeg_whatever_stands_before_the_frame() {
    for frame in [0xc0, 0xc1, 0xc2] {
        check(&jpeg(4032, 3024, frame, &[]), Format::Jpeg, 4032, 3024);
    }
    let table = segment(0xc4, &[0; 20]);
    let preview = segment(0xe1, &[b"Exif\0\0", &jpeg(160, 120, 0xc0, &[])[..]].concat());
    let filled = vec![0xff, 0xff, 0xff];
    let bytes = jpeg(40, 30, 0xc2, &[table, preview, segment(0xe0, &[]), filled]);
    check(&bytes, Format::Jpeg, 40, 30);
}

#[test]
fn orientation_turns_the_dimensions_of_every_format() {
    for is_little in [false, true] {
        for number in 0..=9 {
            let exif = exif(number, is_little, false);
            let (width, height) = if (5..=8).contains(&number) { (30, 40) } else { (40, 30) };
            check(&jpeg_with_exif(&exif), Format::Jpeg, width, height);
            check(&png(40, 30, &[chunk(b"eXIf", &exif)]), Format::Png, width, height);
            let header = [8, 0, 0, 0, 39, 0, 0, 29, 0, 0];
            let bytes = webp(&[(b"VP8X", &header), (b"VP8 ", &[0; 9]), (b"EXIF", &exif)]);
            check(&bytes, Format::WebP, width, height);
        }
    }
    check(&avif(b"avif", &[(40, 30)], 1), Format::Avif, 30, 40);
    check(&avif(b"avif", &[(40, 30)], 2), Format::Avif, 40, 30);
}

#[test]
fn finds_coordinates_in_exif() {
    for has_location in [false, true] {
        let exif = exif(1, true, has_location);
        let header = read(&jpeg_with_exif(&exif)).expect("a header");
        assert_eq!(header.has_location, has_location);
        let header = read(&png(40, 30, &[chunk(b"IDAT", b""), chunk(b"eXIf", &exif)]));
        assert_eq!(header.expect("a header").has_location, has_location);
    }
}

#[test]
fn broken_exif_is_ignored() {
    let whole = exif(6, false, true);
    for length in 0..whole.len() {
        read(&jpeg_with_exif(&whole[..length])).expect("a header");
    }
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] = 0xff;
        read(&jpeg_with_exif(&broken)).expect("a header");
    }
}

#[test]
fn reads_png_gif_webp_and_avif() {
    check(&png(640, 480, &[chunk(b"IDAT", b"")]), Format::Png, 640, 480);
    check(&gif(32, 16, 1), Format::Gif, 32, 16);
    let lossy = [0, 0, 0, 0x9d, 1, 0x2a, 0x80, 0x42, 0xe0, 0x81];
    check(&webp(&[(b"VP8 ", &lossy)]), Format::WebP, 0x280, 0x1e0);
    let lossless = [0x2f, 0x7f, 0xc2, 0x77, 0];
    check(&webp(&[(b"VP8L", &lossless)]), Format::WebP, 640, 480);
    check(&webp(&[(b"VP8X", &[0, 0, 0, 0, 39, 0, 0, 29, 0, 0])]), Format::WebP, 40, 30);
    check(&avif(b"avif", &[(160, 120), (4000, 3000)], 0), Format::Avif, 4000, 3000);
}

#[test]
fn animations_are_recognized() {
    let is_animated = |bytes: &[u8]| read(bytes).expect("a header").is_animated;
    assert!(!is_animated(&gif(32, 16, 1)));
    assert!(is_animated(&gif(32, 16, 2)));
    assert!(is_animated(&webp(&[(b"VP8X", &[2, 0, 0, 0, 39, 0, 0, 29, 0, 0])])));
    assert!(is_animated(&png(4, 3, &[chunk(b"acTL", &[0; 8]), chunk(b"IDAT", b"")])));
    assert!(!is_animated(&png(4, 3, &[chunk(b"IDAT", b""), chunk(b"acTL", &[0; 8])])));
    assert!(is_animated(&avif(b"avis", &[(40, 30)], 0)));
}

#[test]
fn reads_svg_where_the_dimensions_are_plain() {
    for (attributes, width, height) in [
        (r#" width="24" height="16""#, 24, 16),
        (r" height='16px' width = '24px'", 24, 16),
        (r#" viewBox="0 0 24 16""#, 24, 16),
        (r#" viewBox="-1,-1 24.4,15.6""#, 24, 16),
        (r#" width="48" viewBox="0 0 24 16""#, 48, 32),
        (r#" height="32" viewBox="0 0 24 16""#, 48, 32),
        (r#" width="100%" height="2em" viewBox="0 0 24 16""#, 24, 16),
        (r#" width="0" height="-1" viewBox="0 0 0 0""#, 300, 150),
        (r#" width="nan" height="inf""#, 300, 150),
        (r#" width="1e300" height="1""#, 10_000, 1),
        (r#" data-width="1" data-height="1" width="24" height="16""#, 24, 16),
        ("", 300, 150),
        (r#" width="24"#, 300, 150),
    ] {
        check(format!("<svg{attributes}></svg>").as_bytes(), Format::Svg, width, height);
    }
    let before = "\u{feff}<?xml version=\"1.0\"?>\n<!-- <svg width=\"1\" height=\"1\"> -->\n\
                  <!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n";
    let bytes = format!("{before}<svg width=\"24\" height=\"16\">&a;</svg>");
    check(bytes.as_bytes(), Format::Svg, 24, 16);
    let inner = "<svg viewBox=\"0 0 24 16\"><rect width=\"1\" height=\"1\"/></svg>";
    check(inner.as_bytes(), Format::Svg, 24, 16);
}

#[test]
fn other_files_are_refused() {
    for bytes in [&b""[..], b"\xff", b"<html></html>", b"<svgx/>", b"BM", b"%PDF-1.7", &[0; 100]] {
        check_error(bytes, "not an image that browsers show");
    }
    check_error(&boxed(b"ftyp", b"heic\0\0\0\0mif1"), "not an image that browsers show");
}

#[test]
fn every_header_that_ends_early_is_refused() {
    let exif = exif(6, true, true);
    for whole in [
        jpeg(40, 30, 0xc0, &[segment(0xe1, &exif)]),
        png(40, 30, &[chunk(b"eXIf", &exif)]),
        gif(32, 16, 0),
        webp(&[(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 1, 0, 1, 0])]),
        webp(&[(b"VP8L", &[0x2f, 0x7f, 0xc2, 0x77, 0])]),
        avif(b"avif", &[(40, 30)], 0),
    ] {
        read(&whole).expect("a header");
        let needed = (0..whole.len()).rev().find(|&length| read(&whole[..length]).is_err());
        assert!(needed.is_some_and(|needed| needed > 8));
        (0..needed.unwrap_or_default()).for_each(|length| {
            read(&whole[..length]).expect_err("a broken header");
        });
    }
}

#[test]
fn images_of_no_pixels_and_of_too_many_are_refused() {
    check_error(&png(0, 10, &[chunk(b"IDAT", b"")]), "it is 0 × 10 pixels");
    check_error(&jpeg(10, 0, 0xc0, &[]), "it is 10 × 0 pixels");
    check(&png(10_000, 10_000, &[chunk(b"IDAT", b"")]), Format::Png, 10_000, 10_000);
    let too_large = "100 megapixels are the limit";
    check_error(&png(10_001, 10_000, &[chunk(b"IDAT", b"")]), too_large);
    check_error(&png(50_000, 50_000, &[chunk(b"IDAT", b"")]), too_large);
    check_error(&png(u32::MAX, u32::MAX, &[chunk(b"IDAT", b"")]), too_large);
    check_error(&jpeg(65_535, 65_535, 0xc2, &[]), too_large);
    check_error(&gif(65_535, 65_535, 1), too_large);
    check_error(&webp(&[(b"VP8L", &[0x2f, 0xff, 0xff, 0xff, 0x0f])]), too_large);
    check_error(&webp(&[(b"VP8X", &[0, 0, 0, 0, 255, 255, 255, 255, 255, 255])]), too_large);
    check_error(&avif(b"avif", &[(50_000, 50_000)], 0), too_large);
}
