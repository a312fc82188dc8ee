//! Handles on doors and drawers.

use super::stage::Stage;
use super::svg::{Rect, Rgb};
use crate::demo::build::Handle;

/// Near the edge away from the hinge: `side` is 1 for the right edge. Tall doors are opened at hand height, low
/// ones at their top, hung ones at their bottom.
pub(super) fn door_handle(stage: &mut Stage, handle: Handle, rect: Rect, side: f64, y_mm: (f64, f64)) {
    let x = rect.x + rect.w / 2.0 + side * (rect.w / 2.0 - 34.0 * stage.scale);
    let height = if y_mm.0 > 1100.0 {
        y_mm.0 + 160.0
    } else if y_mm.1 < 1000.0 {
        y_mm.1 - 160.0
    } else {
        1020.0_f64.clamp(y_mm.0 + 160.0, y_mm.1 - 160.0)
    };
    let y = stage.point(0.0, height, 0.0).1;
    match handle {
        Handle::Bar => bar(stage, x, y, false),
        Handle::Knob | Handle::Shell => knob(stage, x, y),
    }
}

pub(super) fn drawer_handle(stage: &mut Stage, handle: Handle, rect: Rect) {
    let (x, y) = (rect.x + rect.w / 2.0, rect.y + rect.h / 2.0);
    match handle {
        Handle::Bar => bar(stage, x, y, true),
        Handle::Knob => knob(stage, x, y),
        Handle::Shell => {
            let (rx, ry) = (58.0 * stage.scale, 36.0 * stage.scale);
            let brass = stage
                .svg
                .vertical(&[(0.0, Rgb::hex("#e2c078"), 1.0), (1.0, Rgb::hex("#94702c"), 1.0)]);
            let cup = |x: f64, y: f64| {
                format!(
                    "M{:.1} {y:.1}A{rx:.1} {ry:.1} 0 0 1 {:.1} {y:.1}Z",
                    x - rx,
                    x + rx
                )
            };
            stage.svg.shape(&cup(x + 1.0, y + 4.0), "rgba(30,20,10,0.35)");
            stage.svg.shape(&cup(x, y), &brass);
        }
    }
}

fn bar(stage: &mut Stage, x: f64, y: f64, level: bool) {
    let (long, thick) = (170.0 * stage.scale, (13.0 * stage.scale).max(3.0));
    let (w, h) = if level { (long, thick) } else { (thick, long) };
    let rect = Rect {
        x: x - w / 2.0,
        y: y - h / 2.0,
        w,
        h,
    };
    stage
        .svg
        .rect(rect.moved(2.0, 3.0), thick / 2.0, "rgba(30,20,10,0.35)");
    let stops = [
        (0.0, Rgb::hex("#6d6a66"), 1.0),
        (0.4, Rgb::hex("#c9c6c0"), 1.0),
        (1.0, Rgb::hex("#55524e"), 1.0),
    ];
    let metal = if level {
        stage.svg.vertical(&stops)
    } else {
        stage.svg.horizontal(&stops)
    };
    stage.svg.rect(rect, thick / 2.0, &metal);
}

fn knob(stage: &mut Stage, x: f64, y: f64) {
    let r = (17.0 * stage.scale).max(3.0);
    stage
        .svg
        .ellipse((x + 1.5, y + 2.5), r * 1.05, r * 1.05, "rgba(30,20,10,0.35)");
    let brass = stage.svg.diagonal(&[
        (0.0, Rgb::hex("#f2d998"), 1.0),
        (0.5, Rgb::hex("#c39a4b"), 1.0),
        (1.0, Rgb::hex("#80601f"), 1.0),
    ]);
    stage.svg.ellipse((x, y), r, r, &brass);
}
