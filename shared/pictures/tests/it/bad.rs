//! What is refused, and what for.

use std::time::{Duration, Instant};

use image::ImageFormat;
use pictures::{MIN_SIDE, Refusal, clean};

use crate::craft::{bomb, halves, jpeg_with_exif, written};

#[test]
fn what_is_no_picture_is_refused() {
    for bytes in [
        &b""[..],
        b"\x89PN",
        b"GIF89a\x01\0\x01\0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"RIFF\0\0\0\0WAVE",
        b"MZ\x90\0",
    ] {
        assert_eq!(
            clean(bytes),
            Err(Refusal::NotAPicture),
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn what_is_too_small_is_refused_and_at_the_limit_taken() {
    for (width, height) in [(MIN_SIDE - 1, 900), (900, MIN_SIDE - 1), (1, 1)] {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let bytes = written(&halves(width, height), format);
            assert_eq!(clean(&bytes), Err(Refusal::TooSmall { width, height }));
        }
    }
    clean(&written(&halves(MIN_SIDE, MIN_SIDE), ImageFormat::Png)).expect("large enough");
}

#[test]
fn a_bomb_is_refused_by_what_its_head_says() {
    let started = Instant::now();
    for (width, height) in [(30_000, 30_000), (60_001, 1_000), (2_000_000_000, 2_000_000_000)] {
        let refusal = clean(&bomb(width, height)).expect_err("too large");
        // The largest do not even get past the decoder's own check.
        assert!(
            matches!(refusal, Refusal::TooLarge { .. } | Refusal::Damaged(_)),
            "{refusal:?}"
        );
    }
    assert_eq!(
        clean(&bomb(30_000, 30_000)),
        Err(Refusal::TooLarge {
            width: 30_000,
            height: 30_000
        })
    );
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn what_is_cut_short_is_damaged() {
    for bytes in [
        written(&halves(600, 600), ImageFormat::Png),
        jpeg_with_exif(&halves(600, 600), 1),
        webp::Encoder::from_rgb(&halves(600, 600), 600, 600)
            .encode(80.0)
            .to_vec(),
    ] {
        for part in [20, bytes.len() / 2] {
            let refusal = clean(&bytes[..part]).err();
            assert!(
                matches!(refusal, Some(Refusal::Damaged(_))),
                "{part}: {refusal:?}"
            );
        }
    }
}

#[test]
fn whatever_bytes_change_nothing_panics() {
    let sources = [
        written(&halves(500, 500), ImageFormat::Png),
        jpeg_with_exif(&halves(500, 500), 3),
        webp::Encoder::from_rgb(&halves(500, 500), 500, 500)
            .encode(50.0)
            .to_vec(),
    ];
    let mut state = 1_u64;
    for bytes in &sources {
        for _ in 0..40 {
            let mut changed = bytes.clone();
            for _ in 0..3 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let at = usize::try_from(state % bytes.len() as u64).expect("small");
                changed[at] ^= 1 << (state % 8);
            }
            let _ = clean(&changed);
        }
    }
}
