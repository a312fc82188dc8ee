//! Chairs and stools, from the back legs forward.

use super::case::leg;
use super::soft::{contact, cushion, pad, piping};
use super::stage::{Paint, Solid, Stage};
use super::svg::Rect;
use crate::demo::build::{Chair, ChairBack, Size};

pub(super) fn chair(stage: &mut Stage, chair: Chair, size: Size, paint: Paint) {
    let (w, d, h) = (f64::from(size.w), f64::from(size.d), f64::from(size.h));
    let seat = f64::from(chair.seat);
    let half = w / 2.0;
    let wooden = matches!(chair.back, ChairBack::Slats(_));
    let legs = match (wooden, chair.metal_legs) {
        (true, _) => paint,
        (false, true) => Paint::plain("#33312f"),
        (false, false) => Paint::plain("#b58a55"),
    };
    let (thick, reach) = if chair.metal_legs {
        ((13.0, 10.0), if chair.arms { 108.0 } else { 36.0 })
    } else {
        ((22.0, 14.0), 40.0)
    };
    let frame = if wooden { 26.0 } else { 85.0 };
    for x in [-half + reach + 12.0, half - reach - 12.0] {
        leg(stage, x, seat - frame * 0.6, d - 60.0, thick, legs.shade(0.66));
    }
    match chair.back {
        ChairBack::Slats(slats) => slat_back(stage, slats, (half, seat, h, d), paint),
        ChairBack::Upholstered => {
            let back = stage.rect((-half + 14.0, half - 14.0), (seat - 40.0, h), d - 70.0);
            let radius = 95.0 * stage.scale;
            cushion(stage, back, radius, paint.shade(0.97));
            channels(stage, back, paint);
            piping(stage, back, radius, paint);
        }
    }
    if chair.arms {
        for x in [-half + 42.0, half - 42.0] {
            let arm = Solid {
                x: (x - 36.0, x + 36.0),
                y: (seat - 50.0, seat + 170.0),
                z: (90.0, d - 90.0),
            };
            stage.solid(
                arm,
                Paint {
                    grain: false,
                    ..paint.shade(0.86)
                },
            );
            let front = stage.rect(arm.x, arm.y, arm.z.0);
            cushion(stage, front.inset(-2.0), 30.0 * stage.scale, paint.shade(0.95));
        }
    }
    let inner = if chair.arms { half - 80.0 } else { half };
    if wooden {
        let board = Solid {
            x: (-half, half),
            y: (seat - frame, seat),
            z: (20.0, d - 40.0),
        };
        stage.front(
            (-half + 40.0, half - 40.0),
            (seat - 100.0, seat - frame),
            46.0,
            paint.shade(0.72),
        );
        stage.solid(board, paint);
    } else {
        pad(stage, (-inner + 6.0, inner - 6.0), seat, (26.0, d - 80.0), paint);
        let shade = stage.rect((-inner + 30.0, inner - 30.0), (seat - 4.0, seat + 34.0), d - 82.0);
        contact(
            stage,
            Rect {
                y: shade.y + shade.h * 0.5,
                ..shade
            },
        );
        let front = stage.rect((-inner, inner), (seat - frame, seat + 6.0), 22.0);
        cushion(stage, front, 34.0 * stage.scale, paint);
        piping(stage, front, 34.0 * stage.scale, paint);
    }
    if seat > 600.0 {
        stage.front((-half + 34.0, half - 34.0), (240.0, 264.0), 40.0, legs.shade(1.2));
    }
    for x in [-half + reach, half - reach] {
        leg(stage, x, seat - frame, 40.0, thick, legs);
    }
}

/// Two posts, a rail above and below, slats between.
fn slat_back(stage: &mut Stage, slats: i32, (half, seat, h, d): (f64, f64, f64, f64), paint: Paint) {
    let z = d - 45.0;
    for x in [-half + 20.0, half - 20.0] {
        stage.solid(
            Solid {
                x: (x - 19.0, x + 19.0),
                y: (seat - 40.0, h - 6.0),
                z: (z, z + 30.0),
            },
            paint.shade(0.92),
        );
    }
    let gap = (2.0 * half - 90.0) / f64::from(slats);
    for slat in 0..slats {
        let x = -half + 45.0 + gap * (f64::from(slat) + 0.5);
        stage.front(
            (x - 17.0, x + 17.0),
            (seat + 30.0, h - 70.0),
            z + 6.0,
            paint.shade(0.84),
        );
    }
    stage.solid(
        Solid {
            x: (-half, half),
            y: (h - 92.0, h),
            z: (z - 6.0, z + 24.0),
        },
        paint,
    );
    stage.front(
        (-half + 36.0, half - 36.0),
        (seat + 20.0, seat + 62.0),
        z,
        paint.shade(0.88),
    );
}

/// Stitched channels down a back.
fn channels(stage: &mut Stage, rect: Rect, paint: Paint) {
    for line in 1..4 {
        let x = rect.x + rect.w * f64::from(line) / 4.0;
        let (top, low) = (rect.y + rect.h * 0.10, rect.y + rect.h * 0.86);
        stage
            .svg
            .segment((x, top), (x, low), paint.rgb.shade(0.62), 1.6, 0.5);
        stage
            .svg
            .segment((x + 1.8, top), (x + 1.8, low), paint.rgb.shade(1.25), 1.0, 0.4);
    }
}
