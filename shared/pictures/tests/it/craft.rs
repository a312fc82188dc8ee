//! Pictures with what should not be in them.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// What a camera wrote into a picture.
pub const PLACE: &[u8] = b"GPS 55.7558 N 37.6173 E";

/// Red on the left half, blue on the right one.
pub fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    })
}

pub fn written(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("written");
    bytes.into_inner()
}

/// A TIFF with an orientation, an artist (the place) and a pointer to positions on the globe.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(2u16.to_le_bytes());
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    tiff.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    let length = u32::try_from(PLACE.len()).expect("short");
    tiff.extend(entry(0x013b, 2, length, 8 + 2 + 2 * 12 + 4));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(PLACE);
    tiff
}

/// A JPEG with EXIF and a comment right behind its start, and something behind its end.
pub fn jpeg_with_exif(image: &RgbImage, orientation: u16) -> Vec<u8> {
    let plain = written(image, ImageFormat::Jpeg);
    let segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).expect("short").to_be_bytes();
        [&[0xff, marker], &length[..], body].concat()
    };
    let exif = [b"Exif\0\0", &exif(orientation)[..]].concat();
    [
        &plain[..2],
        &segment(0xe1, &exif),
        &segment(0xfe, PLACE),
        &plain[2..],
        PLACE,
    ]
    .concat()
}

/// A PNG with EXIF and a text.
pub fn png_with_exif(image: &RgbImage) -> Vec<u8> {
    let plain = written(image, ImageFormat::Png);
    // Behind the header: signature, length, type, 13 bytes, checksum.
    let at = 8 + 8 + 13 + 4;
    let text = [b"Comment\0", PLACE].concat();
    [
        &plain[..at],
        &png_chunk(*b"tEXt", &text),
        &png_chunk(*b"eXIf", &exif(1)),
        &plain[at..],
        PLACE,
    ]
    .concat()
}

pub fn png_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let checked = [&kind[..], body].concat();
    let length = u32::try_from(body.len()).expect("short").to_be_bytes();
    [&length[..], &checked, &checksum(&checked).to_be_bytes()].concat()
}

/// A PNG that says it is larger than anything, in a few bytes.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &png_chunk(*b"IHDR", &head),
        &png_chunk(*b"IDAT", &[0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]),
        &png_chunk(*b"IEND", b""),
    ]
    .concat()
}

/// CRC-32 as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |state, &byte| {
        (0..8).fold(state ^ u32::from(byte), |state, _| {
            (state >> 1) ^ (0xedb8_8320 * (state & 1))
        })
    })
}

/// A WebP with EXIF, in its extended form.
pub fn webp_with_exif(image: &RgbImage) -> Vec<u8> {
    let encoded = webp::Encoder::from_rgb(image, image.width(), image.height()).encode(80.0);
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let length = u32::try_from(body.len()).expect("short").to_le_bytes();
        let padding = vec![0; body.len() % 2];
        [&kind[..], &length, body, &padding].concat()
    };
    let side = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let head = [
        vec![0b0000_1000, 0, 0, 0],
        side(image.width()),
        side(image.height()),
    ]
    .concat();
    let chunks = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &head),
        encoded[12..].to_vec(),
        chunk(b"EXIF", &exif(1)),
    ]
    .concat();
    chunk(b"RIFF", &chunks)
}

pub fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}
