//! Nothing but pixels is left.

use image::{GenericImageView as _, ImageFormat, Rgba, RgbaImage};
use pictures::{Format, clean};

use crate::craft::{PLACE, exif, halves, holds, jpeg_with_exif, png_with_exif, webp_with_exif, written};

#[test]
fn where_a_picture_was_taken_is_taken_out() {
    let image = halves(600, 500);
    for (format, bytes) in [
        (Format::Jpeg, jpeg_with_exif(&image, 1)),
        (Format::Png, png_with_exif(&image)),
        (Format::Webp, webp_with_exif(&image)),
    ] {
        assert!(holds(&bytes, PLACE), "the test's own {format:?}");
        let clean = clean(&bytes).expect("a picture");
        assert_eq!((clean.format, clean.width, clean.height), (format, 600, 500));
        for left in [PLACE, b"Exif", b"EXIF", b"eXIf", b"tEXt", b"GPS"] {
            assert!(!holds(&clean.bytes, left), "{format:?}: {}", left.escape_ascii());
        }
        assert_eq!(Format::sniff(&clean.bytes), Some(format));
        let again = image::load_from_memory(&clean.bytes).expect("readable");
        let near = |x, y, want: [u8; 3]| {
            let Rgba([r, g, b, _]) = again.get_pixel(x, y);
            [r, g, b]
                .iter()
                .zip(want)
                .all(|(&have, want)| have.abs_diff(want) < 25)
        };
        assert!(
            near(10, 10, [220, 20, 20]) && near(590, 490, [20, 20, 220]),
            "{format:?}"
        );
    }
}

#[test]
fn a_picture_taken_with_the_camera_on_its_side_stands_upright() {
    // Turned by 90 degrees to the right: what was left is on top.
    let clean = clean(&jpeg_with_exif(&halves(800, 500), 6)).expect("a picture");
    assert_eq!((clean.width, clean.height), (500, 800));
    let upright = image::load_from_memory(&clean.bytes)
        .expect("readable")
        .into_rgb8();
    assert!(upright.get_pixel(250, 50).0[0] > 180, "red on top");
    assert!(upright.get_pixel(250, 750).0[2] > 180, "blue below");
    assert!(!holds(&clean.bytes, &exif(6)));
}

#[test]
fn the_same_picture_gives_the_same_file() {
    for bytes in [
        jpeg_with_exif(&halves(500, 500), 1),
        png_with_exif(&halves(500, 500)),
        webp_with_exif(&halves(500, 500)),
    ] {
        assert_eq!(clean(&bytes), clean(&bytes));
    }
}

#[test]
fn pixels_of_lossless_formats_stay_as_they_are() {
    let low = |number: u32| number.to_le_bytes()[0];
    let glass = RgbaImage::from_fn(500, 501, |x, y| Rgba([low(x), low(y), 7, low(x + y)]));
    let mut png = std::io::Cursor::new(Vec::new());
    glass.write_to(&mut png, ImageFormat::Png).expect("written");
    let lossless = webp::Encoder::from_rgba(&glass, 500, 501)
        .encode_lossless()
        .to_vec();
    for bytes in [png.into_inner(), lossless] {
        let clean = clean(&bytes).expect("a picture");
        let again = image::load_from_memory(&clean.bytes)
            .expect("readable")
            .into_rgba8();
        // What is not seen has no colour.
        let seen = |image: &RgbaImage| image.pixels().filter(|p| p.0[3] > 0).copied().collect::<Vec<_>>();
        assert!(seen(&again) == seen(&glass), "{:?}", clean.format);
    }
}

#[test]
fn an_alpha_channel_that_hides_nothing_is_left_out() {
    let opaque = RgbaImage::from_pixel(500, 500, Rgba([1, 2, 3, 255]));
    let mut png = std::io::Cursor::new(Vec::new());
    opaque.write_to(&mut png, ImageFormat::Png).expect("written");
    let clean = clean(&png.into_inner()).expect("a picture");
    let again = image::load_from_memory(&clean.bytes).expect("readable");
    assert!(!again.color().has_alpha());
    assert_eq!(
        clean.bytes,
        pictures::clean(&written(&again.to_rgb8(), ImageFormat::Png))
            .expect("a picture")
            .bytes
    );
}
