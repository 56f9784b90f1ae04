use super::*;

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use moxcms::ColorProfile;

use super::tests::bytes::{chunk, png, zeros};

mod bytes;

const WIDTH: u32 = 64;
const HEIGHT: u32 = 32;

/// The colors of the quarters of an image, by their initials: red, green, blue and white.
fn quarters() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| match (x < WIDTH / 2, y < HEIGHT / 2) {
        (true, true) => Rgb([255, 0, 0]),
        (false, true) => Rgb([0, 255, 0]),
        (true, false) => Rgb([0, 0, 255]),
        (false, false) => Rgb([255, 255, 255]),
    })
}

fn colors_of(image: &DynamicImage) -> String {
    let (width, height) = (image.width(), image.height());
    let rgb = image.to_rgb8();
    let color = |(x, y): (u32, u32)| {
        let bits = rgb.get_pixel(width * x / 4, height * y / 4).0.map(|channel| channel > 127);
        match bits {
            [true, false, false] => 'r',
            [false, true, false] => 'g',
            [false, false, true] => 'b',
            [true, true, true] => 'w',
            _ => '?',
        }
    };
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(color).iter().collect()
}

fn resized(bytes: &[u8], width: u32) -> Result<DynamicImage> {
    let header = Header::read(Cursor::new(bytes))?;
    decode(bytes, &header)?.resized(&header, width)
}

/// The dimensions and the colors of an image with half its width.
#[track_caller]
fn check(bytes: &[u8], expected: (u32, u32, &str)) {
    let image = resized(bytes, expected.0).expect("a resized image");
    assert_eq!((image.width(), image.height(), &*colors_of(&image)), expected);
}

fn jpeg(set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    set(&mut encoder);
    encoder.encode(quarters().as_raw(), 64, 32, ColorType::Rgb).expect("a JPEG image");
    bytes
}

fn exif(orientation: u8) -> Vec<u8> {
    [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation, 0, 0, 0][..], &[0; 4]]
        .concat()
}

#[test]
fn orientation_is_applied() {
    for (orientation, colors) in
        (1..).zip(["rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"])
    {
        let bytes = jpeg(|encoder| {
            encoder.add_exif_metadata(&exif(orientation)).expect("EXIF");
        });
        let expected = if orientation < 5 { (32, 16, colors) } else { (16, 32, colors) };
        check(&bytes, expected);
    }
}

#[test]
fn progressive_jpeg_is_read() {
    check(&jpeg(|encoder| encoder.set_progressive(true)), (32, 16, "rgbw"));
}

#[test]
fn gray_and_cmyk_jpeg_are_read() {
    let encode = |pixels: &[u8], color| {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 95).encode(pixels, 16, 16, color).expect("a JPEG image");
        resized(&bytes, 8).expect("a resized image").to_rgb8().get_pixel(4, 4).0
    };
    assert_eq!(encode(&[200; 256], ColorType::Luma), [200; 3]);
    let cyan: Vec<u8> = [255, 0, 0, 0].repeat(256);
    for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let [red, green, blue] = encode(&cyan, color);
        assert!(red < 10 && green > 245 && blue > 245, "{red} {green} {blue}");
    }
}

#[test]
fn png_of_every_depth_is_read() {
    // One bit for each pixel chooses a color of the palette. Each row begins with its filter.
    let rows = [0, 0b0000_1111].repeat(8);
    let palette = png(8, 8, (1, 3), &[chunk(b"PLTE", &[255, 0, 0, 0, 255, 0])], &rows);
    check(&palette, (4, 4, "rgrg"));
    let see_through =
        png(8, 8, (1, 3), &[chunk(b"PLTE", &[255, 0, 0, 0, 255, 0]), chunk(b"tRNS", &[0])], &rows);
    let image = resized(&see_through, 4).expect("a resized image").to_rgba8();
    assert_eq!((image.get_pixel(0, 0).0[3], image.get_pixel(3, 0).0), (0, [0, 255, 0, 255]));

    let deep = DynamicImage::from(quarters()).to_rgb16();
    let mut bytes = Vec::new();
    let raw: Vec<u8> = deep.as_raw().iter().flat_map(|channel| channel.to_ne_bytes()).collect();
    PngEncoder::new(&mut bytes)
        .write_image(&raw, WIDTH, HEIGHT, ExtendedColorType::Rgb16)
        .expect("a PNG image");
    check(&bytes, (32, 16, "rgbw"));
}

#[test]
fn colors_are_converted_to_srgb() {
    let profile = |profile: ColorProfile| profile.encode().expect("a profile");
    let convert = |profile: Vec<u8>| {
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile).expect("a format with profiles");
        let pixels = RgbImage::from_pixel(16, 16, Rgb([200, 100, 50]));
        encoder.write_image(&pixels, 16, 16, ExtendedColorType::Rgb8).expect("a PNG image");
        resized(&bytes, 8).expect("a resized image").to_rgb8().get_pixel(4, 4).0
    };
    let [red, green, blue] = convert(profile(ColorProfile::new_display_p3()));
    assert!(red > 205 && green < 100 && blue < 45, "{red} {green} {blue}");
    let same = convert(profile(ColorProfile::new_srgb()));
    assert!(same.iter().zip([200, 100, 50]).all(|(a, b)| a.abs_diff(b) <= 1), "{same:?}");
    assert_eq!(convert(b"not a profile".to_vec()), [200, 100, 50]);
}

#[test]
fn colors_under_transparent_pixels_do_not_bleed() {
    let half = image::RgbaImage::from_fn(16, 16, |x, _| match x < 8 {
        true => image::Rgba([255, 0, 0, 255]),
        false => image::Rgba([0, 255, 0, 0]),
    });
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&half, 16, 16, ExtendedColorType::Rgba8)
        .expect("a PNG image");
    let image = resized(&bytes, 5).expect("a resized image").to_rgba8();
    assert!(image.pixels().all(|pixel| pixel.0[1] < 10 || pixel.0[3] == 0), "{image:?}");
}

#[test]
fn every_format_is_written_without_metadata() {
    let original = jpeg(|encoder| {
        encoder.add_exif_metadata(&exif(1)).expect("EXIF");
        let profile = ColorProfile::new_srgb().encode().expect("a profile");
        encoder.add_icc_profile(&profile).expect("a profile");
    });
    let image = resized(&original, 32).expect("a resized image");
    for format in [Format::Jpeg, Format::Png, Format::Gif, Format::WebP] {
        let bytes = encode(&image, format).expect("bytes");
        let header = Header::read(Cursor::new(&bytes)).expect("a header");
        assert_eq!((header.format, header.width(), header.height()), (format, 32, 16));
        check(&bytes, (16, 8, "rgbw"));
        for metadata in [&b"Exif"[..], b"eXIf", b"ICC", b"iCCP", b"acsp"] {
            assert!(!bytes.windows(metadata.len()).any(|it| it == metadata), "{format:?}");
        }
    }
}

#[test]
fn the_height_keeps_the_proportions() {
    for ((width, height), wanted, expected) in [
        ((4000, 3000), 480, (480, 360)),
        ((1000, 667), 500, (500, 334)),
        ((10_000, 1), 480, (480, 1)),
        ((3, 100_000), 1, (1, 33_333)),
    ] {
        let bytes = png(width, height, (8, 2), &[], &[]);
        let header = Header::read(Cursor::new(bytes)).expect("a header");
        assert_eq!(size(&header, wanted), expected);
    }
}

#[test]
fn images_that_end_early_are_refused() {
    let quarters = DynamicImage::from(quarters());
    let preview = jpeg(|_| {});
    let mut originals = [Format::Png, Format::Gif, Format::WebP]
        .map(|format| encode(&quarters, format).expect("bytes"))
        .to_vec();
    originals.push(jpeg(|encoder| encoder.add_app_segment(1, preview).expect("a segment")));
    originals.push(jpeg(|encoder| encoder.set_progressive(true)));
    let mut lossless = Vec::new();
    WebPEncoder::new_lossless(&mut lossless)
        .write_image(quarters.as_bytes(), WIDTH, HEIGHT, ExtendedColorType::Rgb8)
        .expect("a WebP image");
    originals.push(lossless);
    for bytes in originals {
        resized(&bytes, 32).expect("a resized image");
        let half = &bytes[..bytes.len() - 40];
        let header = Header::read(Cursor::new(half)).expect("a header");
        let error = decode(half, &header).expect_err("a broken image");
        assert_eq!(error.to_string(), "the image is broken", "{:?}", header.format);
    }
}

#[test]
fn what_follows_a_jpeg_image_is_ignored() {
    let moving = [jpeg(|_| {}), b"ftypmp42\xff\xda\xff".to_vec()].concat();
    check(&moving, (32, 16, "rgbw"));
}

#[test]
fn compressed_metadata_does_not_fill_the_memory() {
    let bomb = zeros(200_000_000);
    let rows = [0, 1, 2, 3];
    let profile = chunk(b"iCCP", &[b"bomb\0\0", &bomb[..]].concat());
    let text = chunk(b"zTXt", &[b"bomb\0\0", &bomb[..]].concat());
    // The text is not even decompressed. The profile is, up to the limit; then the image is refused, or shown without it.
    resized(&png(1, 1, (8, 2), &[text], &rows), 1).expect("a resized image");
    let _ = resized(&png(1, 1, (8, 2), &[profile], &rows), 1);
}
