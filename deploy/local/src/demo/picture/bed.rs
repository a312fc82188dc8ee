//! Beds, seen from the foot end.

use super::case::leg;
use super::soft::{contact, cushion, pad, piping};
use super::stage::{Paint, Stage};
use super::svg::{Rect, Rgb};
use crate::demo::build::{Bed, Size};

pub(super) fn bed(stage: &mut Stage, bed: Bed, size: Size, paint: Paint) {
    let (w, d, h) = (f64::from(size.w), f64::from(size.d), f64::from(size.h));
    let half = w / 2.0;
    let lying = f64::from(bed.mattress) / 2.0;
    headboard(stage, bed.upholstered, (half, h, d), paint);
    let linen = Paint::plain("#f4f0e8");
    let blanket = if bed.upholstered {
        Paint::plain("#e3d8c6")
    } else {
        Paint::plain("#b9c0b2")
    };
    let top = 520.0;
    // Rails of the frame show beside the mattress, then sheet, pillows, blanket.
    pad(
        stage,
        (-half + 10.0, half - 10.0),
        330.0,
        (10.0, d - 40.0),
        paint.shade(0.8),
    );
    pad(stage, (-lying, lying), top, (20.0, d - 60.0), linen);
    let behind = stage.rect((-lying, lying), (top - 6.0, top + 60.0), d - 62.0);
    contact(
        stage,
        Rect {
            y: behind.y + behind.h * 0.6,
            h: behind.h * 0.7,
            ..behind
        },
    );
    pillows(stage, bed, top, d, linen);
    pad(
        stage,
        (-lying - 16.0, lying + 16.0),
        top + 14.0,
        (0.0, d * 0.62),
        blanket,
    );
    fold(stage, lying, top, d, linen);
    drape(stage, lying, top, blanket);
    foot(stage, bed, half, paint);
}

fn headboard(stage: &mut Stage, upholstered: bool, (half, h, d): (f64, f64, f64), paint: Paint) {
    if upholstered {
        let rect = stage.rect((-half, half), (120.0, h), d - 60.0);
        let radius = 60.0 * stage.scale;
        cushion(stage, rect, radius, paint);
        let channels = 8;
        for line in 1..channels {
            let x = rect.x + rect.w * f64::from(line) / f64::from(channels);
            let (a, b) = ((x, rect.y + 4.0), (x, rect.y + rect.h));
            stage.svg.segment(a, b, paint.rgb.shade(0.58), 2.2, 0.5);
            stage.svg.segment(
                (a.0 + 2.2, a.1),
                (b.0 + 2.2, b.1),
                paint.rgb.shade(1.25),
                1.2,
                0.45,
            );
        }
        piping(stage, rect, radius, paint);
    } else {
        let rect = stage.front((-half, half), (60.0, h), d - 30.0, paint);
        let [a, b, ..] = rect.corners();
        stage.svg.segment(a, b, paint.rgb.shade(1.3), 2.0, 0.8);
        for line in 1..3 {
            let y = rect.y + rect.h * 0.23 * f64::from(line);
            stage.svg.segment((a.0, y), (b.0, y), Rgb::BLACK, 1.4, 0.30);
            stage
                .svg
                .segment((a.0, y + 1.6), (b.0, y + 1.6), Rgb::WHITE, 1.0, 0.25);
        }
    }
}

fn pillows(stage: &mut Stage, bed: Bed, top: f64, d: f64, linen: Paint) {
    let width = 640.0_f64.min(f64::from(bed.mattress) - 160.0);
    let places: &[f64] = if bed.mattress > 1200 {
        &[-390.0, 390.0]
    } else {
        &[0.0]
    };
    for &x in places {
        for (z, high, factor) in [(d - 190.0, 330.0, 0.94), (d - 330.0, 250.0, 1.0)] {
            let rect = stage.rect((x - width / 2.0, x + width / 2.0), (top - 30.0, top + high), z);
            let low = Rect {
                y: rect.y + rect.h - 8.0,
                h: 14.0,
                ..rect
            };
            contact(stage, low);
            cushion(stage, rect, rect.h * 0.36, linen.shade(factor));
        }
    }
}

/// The turned-down edge of the blanket.
fn fold(stage: &mut Stage, lying: f64, top: f64, d: f64, linen: Paint) {
    pad(
        stage,
        (-lying - 16.0, lying + 16.0),
        top + 20.0,
        (d * 0.60, d * 0.70),
        linen.shade(1.0),
    );
    let (a, b) = (
        stage.point(-lying - 16.0, top + 18.0, d * 0.60),
        stage.point(lying + 16.0, top + 18.0, d * 0.60),
    );
    stage.svg.segment(a, b, Rgb::BLACK, 2.4, 0.16);
}

/// The blanket where it hangs over the foot end, with its creases.
fn drape(stage: &mut Stage, lying: f64, top: f64, blanket: Paint) {
    let rect = stage.rect((-lying - 18.0, lying + 18.0), (250.0, top + 16.0), 0.0);
    let fill = stage.svg.vertical(&[
        (0.0, blanket.rgb.shade(1.14), 1.0),
        (0.15, blanket.rgb, 1.0),
        (1.0, blanket.rgb.shade(0.86), 1.0),
    ]);
    stage.svg.rect(rect, 9.0, &fill);
    for crease in 1..12 {
        let x = rect.x + rect.w * (f64::from(crease) + if crease % 2 == 0 { 0.2 } else { -0.15 }) / 12.0;
        let from = rect.y + rect.h * if crease % 3 == 0 { 0.2 } else { 0.45 };
        let low = rect.y + rect.h - 2.0;
        stage
            .svg
            .segment((x, from), (x + 3.0, low), blanket.rgb.shade(0.7), 2.2, 0.30);
        stage
            .svg
            .segment((x + 3.0, from), (x + 6.0, low), Rgb::WHITE, 1.6, 0.22);
    }
}

fn foot(stage: &mut Stage, bed: Bed, half: f64, paint: Paint) {
    for x in [-half + 60.0, half - 60.0] {
        leg(stage, x, 80.0, 10.0, (34.0, 26.0), Paint::plain("#6d4f32"));
    }
    let low = if bed.drawers > 0 { 40.0 } else { 70.0 };
    if bed.upholstered {
        let rect = stage.rect((-half, half), (low, 350.0), -10.0);
        cushion(stage, rect, 26.0 * stage.scale, paint);
        piping(stage, rect, 26.0 * stage.scale, paint);
        return;
    }
    let rect = stage.front((-half, half), (low, 350.0), -10.0, paint);
    let [a, b, ..] = rect.corners();
    stage.svg.segment(a, b, paint.rgb.shade(1.3), 1.6, 0.8);
    for drawer in 0..bed.drawers {
        let width = (2.0 * half - 60.0) / f64::from(bed.drawers);
        let x = -half + 30.0 + width * f64::from(drawer);
        let outer = stage.rect((x + 4.0, x + width - 4.0), (low + 24.0, 320.0), -10.0);
        stage.svg.rect(outer, 2.0, "rgba(35,24,14,0.5)");
        let front = stage.front(
            (x + 7.0, x + width - 7.0),
            (low + 27.0, 317.0),
            -10.0,
            paint.shade(1.03),
        );
        let r = (17.0 * stage.scale).max(3.0);
        let (cx, cy) = (front.x + front.w / 2.0, front.y + front.h / 2.0);
        stage
            .svg
            .ellipse((cx + 1.5, cy + 2.5), r, r, "rgba(30,20,10,0.35)");
        stage.svg.ellipse((cx, cy), r, r, "rgb(186,146,72)");
    }
}
