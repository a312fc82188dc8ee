//! Books and vases: what makes a room lived in. They never hide the unit itself.

use super::stage::{Stage, ratio};
use super::svg::{Rect, Rgb};
use crate::demo::draws::draw;

const SPINES: [&str; 8] = [
    "#a8573a", "#3f5d63", "#c9a25b", "#6d7a5a", "#8c4b4f", "#d8cfc0", "#4d4a52", "#b98463",
];

/// Fills the space above a shelf with books, a vase, or nothing.
pub(super) fn in_space(stage: &mut Stage, x: (f64, f64), y: (f64, f64), depth: f64, space: i32) {
    let (w, h) = (x.1 - x.0, y.1 - y.0);
    if h < 110.0 || w < 180.0 {
        return;
    }
    let name = format!("{:.0} {:.0} {:.0} {space}", x.0, y.0, w);
    match draw("prop", &name, 5) {
        0..=1 => books(
            stage,
            (x.0 + w * 0.06, x.0 + w * 0.62),
            (y.0, y.1),
            depth * 0.35,
            &name,
        ),
        2 => books(
            stage,
            (x.0 + w * 0.40, x.0 + w * 0.94),
            (y.0, y.1),
            depth * 0.35,
            &name,
        ),
        3 => vase(stage, x.0 + w * 0.3, y.0, depth * 0.4, (h * 0.62).min(230.0)),
        _ => {}
    }
}

/// A vase with a few twigs on a low unit.
pub(super) fn on_top(stage: &mut Stage, w: f64, top: f64, d: f64) {
    let (x, z) = (-w * 0.28, d * 0.45);
    let h = 210.0;
    if stage.point(x, top + h + 270.0, z).1 < 20.0 {
        return;
    }
    twigs(stage, x, top + h - 12.0, z);
    vase(stage, x, top, z, h);
}

fn books(stage: &mut Stage, x: (f64, f64), y: (f64, f64), z: f64, name: &str) {
    let mut left = x.0;
    let mut index = 0;
    while left < x.1 - 45.0 {
        let book = format!("{name} {index}");
        let at = |what: &str| ratio(draw(what, &book, 100), 100);
        let thick = 20.0 + 26.0 * at("thick");
        let high = (170.0 + 90.0 * at("high")).min((y.1 - y.0) * 0.9);
        let spine = SPINES[usize::try_from(draw("spine", &book, 8)).unwrap_or(0)];
        let rect = stage.rect((left, left + thick), (y.0, y.0 + high), z);
        let rgb = Rgb::hex(spine).shade(0.9);
        let fill = stage.svg.horizontal(&[
            (0.0, rgb.shade(0.78), 1.0),
            (0.35, rgb.shade(1.1), 1.0),
            (1.0, rgb.shade(0.75), 1.0),
        ]);
        stage.svg.rect(rect, 1.0, &fill);
        stage.svg.rect(
            Rect {
                y: rect.y + rect.h * 0.16,
                h: (rect.h * 0.05).max(1.0),
                ..rect
            },
            0.0,
            "rgba(255,244,220,0.45)",
        );
        left += thick + 1.0;
        index += 1;
    }
}

fn vase(stage: &mut Stage, x: f64, y: f64, z: f64, h: f64) {
    let half = h * 0.27;
    let p = |dx: f64, dy: f64| stage.point(x + dx * half, y + dy * h, z);
    let (a, b) = (p(-0.42, 1.0), p(0.42, 1.0));
    let (c1, c2, foot_r) = (p(0.2, 0.74), p(1.28, 0.52), p(0.52, 0.0));
    let (c3, c4, foot_l) = (p(-1.28, 0.52), p(-0.2, 0.74), p(-0.52, 0.0));
    let path = format!(
        "M{:.1} {:.1}L{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}L{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}Z",
        a.0,
        a.1,
        b.0,
        b.1,
        c1.0,
        c1.1,
        c2.0,
        c2.1,
        foot_r.0,
        foot_r.1,
        foot_l.0,
        foot_l.1,
        c3.0,
        c3.1,
        c4.0,
        c4.1,
        a.0,
        a.1
    );
    let clay = stage.svg.horizontal(&[
        (0.0, Rgb::hex("#e9ddcb"), 1.0),
        (0.4, Rgb::hex("#f6efe3"), 1.0),
        (1.0, Rgb::hex("#b7a58c"), 1.0),
    ]);
    stage.svg.shape(&path, &clay);
}

fn twigs(stage: &mut Stage, x: f64, y: f64, z: f64) {
    for (index, lean) in [-110.0, -40.0, 55.0, 120.0].into_iter().enumerate() {
        let high = 260.0 - 0.8 * f64::abs(lean);
        let (a, b) = (stage.point(x, y, z), stage.point(x + lean, y + high, z));
        let bend = stage.point(x + lean * 0.2, y + high * 0.6, z);
        stage.svg.line(
            &format!(
                "M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
                a.0, a.1, bend.0, bend.1, b.0, b.1
            ),
            Rgb::hex("#7b6a4a"),
            1.6,
            0.9,
        );
        for leaf in 1..6 {
            let t = f64::from(leaf) / 5.0;
            let side = if (leaf + i32::try_from(index).unwrap_or(0)) % 2 == 0 {
                1.0
            } else {
                -1.0
            };
            let (cx, cy) = (
                a.0 + (b.0 - a.0) * t * t + side * 5.0,
                a.1 + (b.1 - a.1) * t - 2.0,
            );
            let r = (24.0 * stage.scale).clamp(3.0, 11.0);
            stage.svg.ellipse((cx, cy), r, r * 0.62, "rgb(128,141,104)");
        }
    }
}
