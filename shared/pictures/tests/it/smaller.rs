use image::ImageFormat;
use pictures::Original;

use crate::craft::{halves, written};

#[test]
fn smaller_pictures_are_of_the_width_asked_for() {
    let original = Original::read(&written(&halves(900, 600), ImageFormat::Png)).expect("a picture");
    assert_eq!(original.width(), 900);
    for (asked, width, height) in [(320, 320, 214), (640, 640, 427), (2000, 900, 600)] {
        let smaller = original.to_width(asked);
        let webp = smaller.webp().expect("written");
        let read = image::load_from_memory(&webp).expect("readable");
        assert_eq!((read.width(), read.height()), (width, height));
        assert!(
            read.to_rgb8().get_pixel(width / 4, height / 2).0[0] > 180,
            "red on the left"
        );
    }
}

#[test]
fn an_avif_is_one() {
    let original = Original::read(&written(&halves(600, 600), ImageFormat::Jpeg)).expect("a picture");
    let avif = original.to_width(320).avif().expect("written");
    assert_eq!(&avif[4..12], b"ftypavif");
    // The property `ispe` holds the size.
    let at = avif.windows(4).position(|four| four == b"ispe").expect("a size");
    assert_eq!(avif[at + 8..at + 16], [0, 0, 1, 64, 0, 0, 1, 64]);
    assert!(avif.len() < 20_000, "{}", avif.len());
}
