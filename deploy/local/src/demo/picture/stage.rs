//! The room a unit stands in, seen by a camera that looks straight at it: one-point perspective in millimetres,
//! x to the right of the unit's middle, y up from the floor, z away from the unit's front.

use super::svg::{Point, Rect, Rgb, Svg};
use crate::demo::draws::draw;

/// Pixels on a side.
pub(super) const SIDE: f64 = 900.0;

/// What the camera looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub h: f64,
    pub w: f64,
    pub d: f64,
    /// How high above the floor the unit begins.
    pub lift: f64,
    /// Height of the eye above the floor.
    pub eye: f64,
    /// Whether it is a closed box, whose whole front throws a shadow on the wall.
    pub boxed: bool,
}

/// A surface: its colour and whether it shows grain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub rgb: Rgb,
    pub grain: bool,
}

impl Paint {
    pub fn plain(hex: &str) -> Self {
        Self {
            rgb: Rgb::hex(hex),
            grain: false,
        }
    }

    pub fn shade(self, factor: f64) -> Self {
        Self {
            rgb: self.rgb.shade(factor),
            ..self
        }
    }
}

/// A box in millimetres: from, to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Solid {
    pub x: (f64, f64),
    pub y: (f64, f64),
    pub z: (f64, f64),
}

pub(super) struct Stage {
    pub svg: Svg,
    /// Pixels of a millimetre at the front.
    pub scale: f64,
    pub view: View,
    far: f64,
    ground: f64,
    seed: String,
    grains: u32,
}

impl Stage {
    /// A room with the unit's shadow in it.
    pub fn new(view: View, seed: &str) -> Self {
        let far = 2.2 * view.w.max(view.h).max(view.d) + 1400.0;
        let apparent = |y: f64, z: f64| view.eye + (y - view.eye) * far / (far + z);
        let top = view.lift + view.h;
        let top = apparent(top, 0.0).max(apparent(top, view.d));
        let height = top - view.lift;
        let scale = (720.0 / view.w).min(640.0 / height);
        let lower = SIDE / 2.0 + height * scale / 2.0 + if view.lift > 0.0 { 0.0 } else { 30.0 };
        let mut stage = Self {
            svg: Svg::default(),
            scale,
            view,
            far,
            ground: lower + view.lift * scale,
            seed: seed.to_owned(),
            grains: 0,
        };
        stage.room();
        stage
    }

    pub fn point(&self, x: f64, y: f64, z: f64) -> Point {
        let k = self.far / (self.far + z);
        let seen = self.view.eye + (y - self.view.eye) * k;
        (SIDE / 2.0 + x * k * self.scale, self.ground - seen * self.scale)
    }

    /// The rectangle parallel to the picture at depth `z`.
    pub fn rect(&self, x: (f64, f64), y: (f64, f64), z: f64) -> Rect {
        Rect::between(self.point(x.0, y.0, z), self.point(x.1, y.1, z))
    }

    fn room(&mut self) {
        let View {
            w, h, d, lift, boxed, ..
        } = self.view;
        let back = d + 120.0;
        let corner = self.point(0.0, 0.0, back).1;
        if corner < SIDE {
            self.floor(corner, back);
        }
        // The shadow on the wall falls to the right of what stands before it.
        let shape = self.rect((-w / 2.0, w / 2.0), (lift, lift + h), back);
        for step in 0..if boxed { 4 } else { 0 } {
            let spread = f64::from(step) * 7.0;
            let shadow = shape
                .inset(-spread)
                .moved(14.0, if lift > 0.0 { 18.0 } else { 4.0 });
            self.svg.rect(
                Rect {
                    h: shadow.h.min((corner - shadow.y).max(0.0)),
                    ..shadow
                },
                14.0 + spread,
                "rgba(120,84,40,0.045)",
            );
        }
        if lift <= 0.0 {
            let (x, y) = self.point(12.0, 0.0, d * 0.45);
            let depth = (self.point(0.0, 0.0, 0.0).1 - self.point(0.0, 0.0, d).1).max(18.0);
            let shadow = self.svg.radial(&[
                (0.0, Rgb::BLACK, 0.42),
                (0.72, Rgb::BLACK, 0.24),
                (1.0, Rgb::BLACK, 0.0),
            ]);
            self.svg
                .ellipse((x, y), w * self.scale * 0.56, depth * 0.62 + 14.0, &shadow);
        }
    }

    fn floor(&mut self, corner: f64, back: f64) {
        let floor = self
            .svg
            .vertical(&[(0.0, Rgb::hex("#cdb697"), 1.0), (1.0, Rgb::hex("#dcc9ae"), 1.0)]);
        self.svg.rect(
            Rect {
                x: 0.0,
                y: corner,
                w: SIDE,
                h: SIDE - corner,
            },
            0.0,
            &floor,
        );
        let boards = 190.0;
        let near = -self.far * 0.45;
        for step in -24..=24 {
            let x = f64::from(step) * boards;
            let (from, to) = (self.point(x, 0.0, back), self.point(x, 0.0, near));
            if (-SIDE..2.0 * SIDE).contains(&from.0) {
                self.svg.segment(from, to, Rgb::hex("#8d7350"), 1.0, 0.22);
            }
        }
        let skirting = self.point(0.0, 85.0, back).1;
        self.svg.rect(
            Rect {
                x: 0.0,
                y: skirting,
                w: SIDE,
                h: corner - skirting,
            },
            0.0,
            "rgb(247,243,236)",
        );
        self.svg.rect(
            Rect {
                x: 0.0,
                y: corner - 1.5,
                w: SIDE,
                h: 2.5,
            },
            0.0,
            "rgba(70,50,30,0.30)",
        );
        self.svg.rect(
            Rect {
                x: 0.0,
                y: skirting,
                w: SIDE,
                h: 1.0,
            },
            0.0,
            "rgba(120,95,65,0.25)",
        );
    }

    /// A surface parallel to the picture, grain along its longer side.
    pub fn front(&mut self, x: (f64, f64), y: (f64, f64), z: f64, paint: Paint) -> Rect {
        let rect = self.rect(x, y, z);
        let fill = self.svg.vertical(&[
            (0.0, paint.rgb.shade(1.05), 1.0),
            (1.0, paint.rgb.shade(0.94), 1.0),
        ]);
        self.svg.rect(rect, 1.2, &fill);
        if paint.grain {
            self.grain(rect.corners(), rect.h > rect.w, paint.rgb);
        }
        rect
    }

    /// A level surface, seen from above or below.
    pub fn level(&mut self, x: (f64, f64), y: f64, z: (f64, f64), paint: Paint) {
        let quad = [
            self.point(x.0, y, z.1),
            self.point(x.1, y, z.1),
            self.point(x.1, y, z.0),
            self.point(x.0, y, z.0),
        ];
        let fill = self.svg.horizontal(&[
            (0.0, paint.rgb.shade(1.07), 1.0),
            (1.0, paint.rgb.shade(0.97), 1.0),
        ]);
        self.svg.polygon(&quad, &fill);
        if paint.grain {
            self.grain(quad, false, paint.rgb);
        }
    }

    /// An upright surface at right angles to the picture.
    pub fn flank(&mut self, x: f64, y: (f64, f64), z: (f64, f64), paint: Paint) {
        let quad = [
            self.point(x, y.1, z.0),
            self.point(x, y.1, z.1),
            self.point(x, y.0, z.1),
            self.point(x, y.0, z.0),
        ];
        self.svg.polygon(&quad, &paint.rgb.to_string());
    }

    /// A solid with its visible faces; light comes from the upper left.
    pub fn solid(&mut self, solid: Solid, paint: Paint) {
        let Solid { x, y, z } = solid;
        if self.view.eye > y.1 {
            self.level(x, y.1, z, paint.shade(1.12));
        }
        if self.view.eye < y.0 {
            self.level(x, y.0, z, paint.shade(0.6));
        }
        if x.1 < 0.0 {
            self.flank(x.1, y, z, paint.shade(0.72));
        }
        if x.0 > 0.0 {
            self.flank(x.0, y, z, paint.shade(0.86));
        }
        self.front(x, y, z.0, paint);
    }

    /// Lines of grain in a quadrilateral (upper left, upper right, lower right, lower left).
    pub fn grain(&mut self, quad: [Point; 4], upright: bool, rgb: Rgb) {
        self.grains += 1;
        let name = format!("{} {}", self.seed, self.grains);
        let across = if upright {
            distance(quad[0], quad[1])
        } else {
            distance(quad[0], quad[3])
        };
        let along = if upright {
            distance(quad[0], quad[3])
        } else {
            distance(quad[0], quad[1])
        };
        if across < 5.0 || along < 24.0 {
            return;
        }
        let lines = draws((across / 7.5).clamp(2.0, 26.0));
        let wave = (2.2 / across).min(0.04);
        for line in 0..lines {
            let at = |salt: &str, below: i64| ratio(draw(salt, &format!("{name} {line}"), below), below);
            let place = (f64::from(line) + 0.15 + 0.7 * at("place", 100)) / f64::from(lines);
            let (from, to) = (at("from", 100) * 0.25, 1.0 - at("to", 100) * 0.25);
            let bend = (at("bend", 100) - 0.5) * 2.0 * wave;
            let spot = |t: f64, offset: f64| {
                let cross = (place + offset).clamp(0.004, 0.996);
                if upright {
                    inside(quad, cross, t)
                } else {
                    inside(quad, t, cross)
                }
            };
            let (a, b, c) = (
                spot(from, 0.0),
                spot(f64::midpoint(from, to), 2.0 * bend),
                spot(to, bend),
            );
            self.svg.line(
                &format!(
                    "M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
                    a.0, a.1, b.0, b.1, c.0, c.1
                ),
                rgb.mix(Rgb::hex("#4a2c10"), 0.55),
                0.6 + at("width", 10),
                0.10 + 0.16 * at("ink", 10),
            );
        }
    }
}

/// The wall that every room has, as a drawing of its own: it is painted once, not for each picture.
pub(super) fn wall() -> String {
    let mut svg = Svg::default();
    let wall = svg.vertical(&[(0.0, Rgb::hex("#f1eadf"), 1.0), (1.0, Rgb::hex("#e9dfd0"), 1.0)]);
    let all = Rect {
        x: 0.0,
        y: 0.0,
        w: SIDE,
        h: SIDE,
    };
    svg.rect(all, 0.0, &wall);
    let light = svg.radial(&[(0.0, Rgb::WHITE, 0.55), (1.0, Rgb::WHITE, 0.0)]);
    svg.ellipse((SIDE * 0.34, SIDE * 0.3), SIDE * 0.62, SIDE * 0.5, &light);
    svg.finish(super::SIDE)
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The point at (`u`, `v`) of a quadrilateral, both from 0 to 1.
fn inside(quad: [Point; 4], u: f64, v: f64) -> Point {
    let on = |a: Point, b: Point, t: f64| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
    on(on(quad[0], quad[1], u), on(quad[3], quad[2], u), v)
}

#[expect(clippy::cast_possible_truncation, reason = "a small count")]
pub(super) fn draws(count: f64) -> i32 {
    count as i32
}

#[expect(clippy::cast_precision_loss, reason = "both are small")]
pub(super) fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}
