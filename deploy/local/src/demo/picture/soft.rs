//! What is upholstered: cushions and padded frames.

use super::stage::{Paint, Stage};
use super::svg::{Rect, Rgb};

/// A padded shape seen from the front.
pub(super) fn cushion(stage: &mut Stage, rect: Rect, radius: f64, paint: Paint) {
    let (dark, light) = (paint.rgb.shade(0.72), paint.rgb.shade(1.16));
    stage
        .svg
        .rect(rect.inset(-1.2), radius + 1.2, &paint.rgb.shade(0.55).to_string());
    let body = stage.svg.vertical(&[
        (0.0, light, 1.0),
        (0.22, paint.rgb.shade(1.04), 1.0),
        (0.75, paint.rgb.shade(0.95), 1.0),
        (1.0, dark, 1.0),
    ]);
    stage.svg.rect(rect, radius, &body);
    let round = stage.svg.horizontal(&[
        (0.0, Rgb::BLACK, 0.20),
        (0.10, Rgb::BLACK, 0.0),
        (0.88, Rgb::BLACK, 0.0),
        (1.0, Rgb::BLACK, 0.24),
    ]);
    stage.svg.rect(rect, radius, &round);
    let sheen = stage
        .svg
        .radial(&[(0.0, Rgb::WHITE, 0.20), (1.0, Rgb::WHITE, 0.0)]);
    stage.svg.ellipse(
        (rect.x + rect.w * 0.40, rect.y + rect.h * 0.28),
        rect.w * 0.34,
        rect.h * 0.26,
        &sheen,
    );
}

/// A seam along the inside of a cushion's edge.
pub(super) fn piping(stage: &mut Stage, rect: Rect, radius: f64, paint: Paint) {
    let Rect { x, y, w, h } = rect.inset(3.0);
    let r = radius.min(w / 2.0).min(h / 2.0);
    stage.svg.line(
        &format!(
            "M{:.1} {y:.1}H{:.1}Q{:.1} {y:.1} {:.1} {:.1}V{:.1}",
            x + r,
            x + w - r,
            x + w,
            x + w,
            y + r,
            y + h - r
        ),
        paint.rgb.shade(1.32),
        1.0,
        0.45,
    );
}

/// A padded surface that lies level: its far edge, its near edge, its height.
pub(super) fn pad(stage: &mut Stage, x: (f64, f64), y: f64, z: (f64, f64), paint: Paint) {
    let quad = [
        stage.point(x.0, y, z.1),
        stage.point(x.1, y, z.1),
        stage.point(x.1, y, z.0),
        stage.point(x.0, y, z.0),
    ];
    let fill = stage.svg.vertical(&[
        (0.0, paint.rgb.shade(0.80), 1.0),
        (0.35, paint.rgb.shade(1.06), 1.0),
        (1.0, paint.rgb.shade(1.17), 1.0),
    ]);
    stage.svg.polygon(&quad, &fill);
}

/// A soft shadow under something that lies or stands on a surface.
pub(super) fn contact(stage: &mut Stage, rect: Rect) {
    let shadow = stage
        .svg
        .vertical(&[(0.0, Rgb::BLACK, 0.34), (1.0, Rgb::BLACK, 0.0)]);
    stage.svg.rect(rect, 0.0, &shadow);
}
