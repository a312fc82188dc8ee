//! Sofas and armchairs: back, back cushions, seats, arms, legs.

use super::case::leg;
use super::soft::{contact, cushion, pad, piping};
use super::stage::{Paint, Solid, Stage};
use super::svg::Rect;
use crate::demo::build::{Size, Sofa};

const SEAT: f64 = 430.0;
const LEGS: f64 = 120.0;

pub(super) fn sofa(stage: &mut Stage, sofa: Sofa, size: Size, paint: Paint) {
    let (w, d, h) = (f64::from(size.w), f64::from(size.d), f64::from(size.h));
    let half = w / 2.0;
    let arm = f64::from(sofa.arm);
    // With a chaise the other seats stand back.
    let near = if sofa.chaise { d - 950.0 } else { 0.0 };
    let radius = |mm: f64, stage: &Stage| mm * stage.scale;
    let legs = Paint::plain("#5a4330");
    for x in [-half + 90.0, half - 90.0] {
        leg(stage, x, LEGS, d - 80.0, (26.0, 17.0), legs.shade(0.7));
    }
    let back = stage.rect((-half + 20.0, half - 20.0), (LEGS + 60.0, h - 30.0), d - 120.0);
    let r = radius(70.0, stage);
    cushion(stage, back, r, paint.shade(0.84));
    let inner = (-half + arm, half - arm);
    let seat_w = (inner.1 - inner.0) / f64::from(sofa.seats);
    back_cushions(stage, sofa.seats, inner.0, seat_w, (h, d), paint);
    arms(stage, (half, arm, near, d), paint);
    for seat in 0..sofa.seats {
        let x = (
            inner.0 + seat_w * f64::from(seat),
            inner.0 + seat_w * f64::from(seat + 1),
        );
        let lies = sofa.chaise && seat + 1 == sofa.seats;
        let z = if lies { 20.0 } else { near + 40.0 };
        seat_cushion(stage, x, (z, d - 330.0), paint);
        let body = stage.rect(x, (LEGS, SEAT - 160.0), z + 16.0);
        cushion(stage, body, 4.0, paint.shade(0.83));
        let front = stage.rect((x.0 + 3.0, x.1 - 3.0), (SEAT - 170.0, SEAT + 8.0), z);
        let r = radius(46.0, stage);
        cushion(stage, front, r, paint);
        piping(stage, front, r, paint);
        if lies {
            stage.flank(
                x.0,
                (LEGS, SEAT - 20.0),
                (z + 30.0, near + 40.0),
                paint.shade(0.66),
            );
            leg(stage, x.0 + 60.0, LEGS, 40.0, (26.0, 17.0), legs);
        }
    }
    arm_fronts(stage, sofa, (half, arm, near), paint);
    for (x, z) in [
        (-half + 70.0, near + 40.0),
        (half - 70.0, if sofa.chaise { 40.0 } else { near + 40.0 }),
    ] {
        leg(stage, x, LEGS, z, (26.0, 17.0), legs);
    }
}

fn back_cushions(stage: &mut Stage, seats: i32, left: f64, seat_w: f64, (h, d): (f64, f64), paint: Paint) {
    for seat in 0..seats {
        let x = left + seat_w * f64::from(seat);
        let rect = stage.rect((x + 6.0, x + seat_w - 6.0), (SEAT - 30.0, h), d - 300.0);
        let r = 85.0 * stage.scale;
        cushion(stage, rect, r, paint.shade(0.98));
        piping(stage, rect, r, paint);
    }
}

fn seat_cushion(stage: &mut Stage, x: (f64, f64), z: (f64, f64), paint: Paint) {
    pad(stage, (x.0 + 3.0, x.1 - 3.0), SEAT + 4.0, z, paint);
    let behind = stage.rect((x.0 + 8.0, x.1 - 8.0), (SEAT - 6.0, SEAT + 46.0), z.1);
    contact(
        stage,
        Rect {
            y: behind.y + behind.h * 0.55,
            h: behind.h * 0.9,
            ..behind
        },
    );
    let (a, b) = (
        stage.point(x.1, SEAT + 4.0, z.1),
        stage.point(x.1, SEAT + 4.0, z.0),
    );
    stage.svg.segment(a, b, paint.rgb.shade(0.55), 2.0, 0.5);
}

/// Tops and inner sides of the arms; their fronts come last.
fn arms(stage: &mut Stage, (half, arm, near, d): (f64, f64, f64, f64), paint: Paint) {
    for x in [(-half, -half + arm), (half - arm, half)] {
        let side = Solid {
            x,
            y: (LEGS, 620.0),
            z: (near + 10.0, d - 100.0),
        };
        stage.solid(side, paint.shade(0.9));
        pad(stage, x, 620.0, side.z, paint.shade(1.02));
    }
}

fn arm_fronts(stage: &mut Stage, sofa: Sofa, (half, arm, near): (f64, f64, f64), paint: Paint) {
    for x in [(-half, -half + arm), (half - arm, half)] {
        let rect = stage.rect(x, (LEGS, 626.0), near);
        let r = (arm * 0.42).min(80.0) * stage.scale;
        cushion(stage, rect, r, paint.shade(0.97));
        piping(stage, rect, r, paint);
        if sofa.chaise && x.0 > 0.0 {
            // Beside the chaise the arm is only as deep as the seats; a low rail goes on in front of it.
            let rail = Solid {
                x,
                y: (LEGS, SEAT - 150.0),
                z: (20.0, near),
            };
            stage.solid(rail, paint.shade(0.85));
        }
    }
}
