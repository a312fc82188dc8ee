//! Tables: legs behind, drawers, top, legs in front.

use super::case::leg;
use super::props;
use super::stage::{Paint, Solid, Stage};
use super::svg::{Rect, Rgb};
use crate::demo::build::{Size, Table, TableLegs};

pub(super) fn table(stage: &mut Stage, table: Table, size: Size, paint: Paint) {
    let (w, d, h) = (f64::from(size.w), f64::from(size.d), f64::from(size.h));
    let under = h - f64::from(table.top);
    let half = w / 2.0;
    match table.legs {
        TableLegs::Column => column(stage, under, w, d, paint),
        TableLegs::Wood => {
            for (z, factor) in [(d - 90.0, 0.6), (40.0, 0.98)] {
                if table.drawers > 0 && factor > 0.9 {
                    pedestal(stage, table.drawers, (half - 450.0, half - 50.0), under, d, paint);
                }
                let rail = (-half + 90.0, half - 90.0);
                stage.front(rail, (under - 90.0, under), z + 20.0, paint.shade(factor * 0.85));
                for x in [-half + 75.0, half - 75.0] {
                    leg(stage, x, under, z, (36.0, 22.0), paint.shade(factor));
                }
            }
        }
        TableLegs::Frames => frames(stage, half, under, d),
    }
    if table.round {
        round_top(stage, under, h, w, d, paint);
    } else if paint.rgb.light() < 0.4 && size.h < 500 && !paint.grain {
        glass_top(stage, half, under, h, d);
    } else {
        let top = Solid {
            x: (-half, half),
            y: (under, h),
            z: (0.0, d),
        };
        stage.solid(top, paint);
        let rect = stage.rect((-half + 20.0, half - 20.0), (under - 26.0, under), 12.0);
        let shadow = stage
            .svg
            .vertical(&[(0.0, Rgb::BLACK, 0.30), (1.0, Rgb::BLACK, 0.0)]);
        stage.svg.rect(rect, 0.0, &shadow);
    }
    props::on_top(stage, w * 0.8, h, d * 1.15);
}

fn pedestal(stage: &mut Stage, drawers: i32, x: (f64, f64), under: f64, d: f64, paint: Paint) {
    let (under, low) = (under - 90.0, under - 560.0);
    stage.solid(
        Solid {
            x,
            y: (low, under),
            z: (60.0, d - 60.0),
        },
        paint.shade(0.92),
    );
    let step = (under - 12.0 - low) / f64::from(drawers);
    for drawer in 0..drawers {
        let y = low + f64::from(drawer) * step;
        let outer = stage.rect(x, (y, y + step), 58.0);
        stage.svg.rect(outer, 1.0, "rgba(35,24,14,0.55)");
        let rect = stage.front((x.0 + 3.0, x.1 - 3.0), (y + 3.0, y + step - 3.0), 58.0, paint);
        let (w, h) = (150.0 * stage.scale, (13.0 * stage.scale).max(3.0));
        let bar = Rect {
            x: rect.x + rect.w / 2.0 - w / 2.0,
            y: rect.y + rect.h * 0.35,
            w,
            h,
        };
        stage
            .svg
            .rect(bar.moved(1.5, 2.5), h / 2.0, "rgba(30,20,10,0.35)");
        stage.svg.rect(bar, h / 2.0, "rgb(142,138,131)");
    }
}

/// A frame of steel tube at each end.
fn frames(stage: &mut Stage, half: f64, under: f64, d: f64) {
    let steel = Paint::plain("#3a3836");
    let tube = 38.0;
    for x in [-half + 110.0, half - 110.0] {
        let across = (x - tube / 2.0, x + tube / 2.0);
        stage.solid(
            Solid {
                x: across,
                y: (0.0, under),
                z: (d - 80.0, d - 42.0),
            },
            steel.shade(1.12),
        );
        stage.solid(
            Solid {
                x: across,
                y: (0.0, tube),
                z: (42.0, d - 42.0),
            },
            steel.shade(1.05),
        );
        stage.solid(
            Solid {
                x: across,
                y: (under - tube, under),
                z: (42.0, d - 42.0),
            },
            steel,
        );
        stage.solid(
            Solid {
                x: across,
                y: (0.0, under),
                z: (42.0, 80.0),
            },
            steel.shade(1.08),
        );
    }
}

fn column(stage: &mut Stage, under: f64, w: f64, d: f64, paint: Paint) {
    let z = d / 2.0;
    let (x, y) = stage.point(0.0, 24.0, z);
    let (foot, flat) = (w * 0.29 * stage.scale, w * 0.29 * 0.34 * stage.scale);
    stage.svg.ellipse(
        (x + 3.0, y + 16.0),
        foot * 1.12,
        flat * 1.15,
        "rgba(40,28,16,0.28)",
    );
    stage
        .svg
        .ellipse((x, y + 7.0), foot, flat, &paint.rgb.shade(0.62).to_string());
    let sheen = stage.svg.horizontal(&[
        (0.0, paint.rgb.shade(0.95), 1.0),
        (0.4, paint.rgb.shade(1.12), 1.0),
        (1.0, paint.rgb.shade(0.72), 1.0),
    ]);
    stage.svg.ellipse((x, y), foot, flat, &sheen);
    let (half_low, half_high) = (75.0, 48.0);
    let quad = [
        stage.point(-half_high, under, z),
        stage.point(half_high, under, z),
        stage.point(half_low, 30.0, z),
        stage.point(-half_low, 30.0, z),
    ];
    stage.svg.polygon(&quad, &sheen);
}

/// A disc seen from above: two ellipses and what lies between them.
fn round_top(stage: &mut Stage, under: f64, h: f64, w: f64, d: f64, paint: Paint) {
    let (front, back) = (stage.point(0.0, h, 0.0).1, stage.point(0.0, h, d).1);
    let (cx, _) = stage.point(0.0, h, d / 2.0);
    let ry = (front - back) / 2.0;
    let cy = f64::midpoint(front, back);
    let side = stage.point(w / 2.0, h, d / 2.0).0 - cx;
    let thick = (h - under) * stage.scale;
    let edge = stage.svg.horizontal(&[
        (0.0, paint.rgb.shade(0.9), 1.0),
        (0.35, paint.rgb.shade(1.02), 1.0),
        (1.0, paint.rgb.shade(0.66), 1.0),
    ]);
    stage.svg.ellipse((cx, cy + thick), side, ry, &edge);
    stage.svg.rect(
        Rect {
            x: cx - side,
            y: cy,
            w: 2.0 * side,
            h: thick,
        },
        0.0,
        &edge,
    );
    let top = stage.svg.horizontal(&[
        (0.0, paint.rgb.shade(1.16), 1.0),
        (1.0, paint.rgb.shade(1.04), 1.0),
    ]);
    stage.svg.ellipse((cx, cy), side, ry, &top);
    if paint.grain {
        // Boards of the disc: chords, each shortened to the circle.
        for step in -4..=4_i32 {
            let v = f64::from(step) / 5.0;
            let reach = (1.0 - v * v).sqrt() * 0.97;
            stage.svg.segment(
                (cx - side * reach, cy + v * ry),
                (cx + side * reach, cy + v * ry),
                paint.rgb.mix(Rgb::hex("#4a2c10"), 0.5),
                if step % 2 == 0 { 1.0 } else { 0.6 },
                0.20,
            );
        }
    }
}

/// Smoked glass: what stands below shines through.
fn glass_top(stage: &mut Stage, half: f64, under: f64, h: f64, d: f64) {
    let quad = [
        stage.point(-half, h, d),
        stage.point(half, h, d),
        stage.point(half, h, 0.0),
        stage.point(-half, h, 0.0),
    ];
    let glass = stage.svg.diagonal(&[
        (0.0, Rgb::hex("#8d9394"), 0.80),
        (0.42, Rgb::hex("#5a5f61"), 0.78),
        (0.44, Rgb::hex("#a8aeae"), 0.80),
        (0.56, Rgb::hex("#989e9f"), 0.78),
        (0.58, Rgb::hex("#4f5456"), 0.80),
        (1.0, Rgb::hex("#3f4446"), 0.84),
    ]);
    stage.svg.polygon(&quad, &glass);
    let edge = stage.rect((-half, half), (under, h), 0.0);
    let rim = stage
        .svg
        .vertical(&[(0.0, Rgb::hex("#b9c9c6"), 1.0), (1.0, Rgb::hex("#3f5450"), 1.0)]);
    stage.svg.rect(edge, 1.0, &rim);
}
