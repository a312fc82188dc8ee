//! A small SVG writer: shapes in pixels, gradients by their stops.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rgb(pub f64, pub f64, pub f64);

impl Rgb {
    pub const WHITE: Self = Self(255.0, 255.0, 255.0);
    pub const BLACK: Self = Self(30.0, 22.0, 14.0);

    /// From `#rrggbb`.
    pub fn hex(text: &str) -> Self {
        let part = |from: usize| {
            text.get(from..from + 2)
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                .map_or(0.0, f64::from)
        };
        Self(part(1), part(3), part(5))
    }

    /// A mixture with `share` of `other`.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let of = |a: f64, b: f64| a + (b - a) * share;
        Self(of(self.0, other.0), of(self.1, other.1), of(self.2, other.2))
    }

    /// Above 1 lighter, below 1 darker.
    pub fn shade(self, factor: f64) -> Self {
        if factor > 1.0 {
            self.mix(Self::WHITE, (factor - 1.0).min(1.0))
        } else {
            self.mix(Self::BLACK, (1.0 - factor).min(1.0))
        }
    }

    /// How bright it looks, 0 to 1.
    pub fn light(self) -> f64 {
        (0.299 * self.0 + 0.587 * self.1 + 0.114 * self.2) / 255.0
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rgb({:.0},{:.0},{:.0})", self.0, self.1, self.2)
    }
}

/// A point in pixels.
pub(super) type Point = (f64, f64);

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub fn between(a: Point, b: Point) -> Self {
        Self {
            x: a.0.min(b.0),
            y: a.1.min(b.1),
            w: (a.0 - b.0).abs(),
            h: (a.1 - b.1).abs(),
        }
    }

    /// Smaller by `by` on every side.
    pub fn inset(self, by: f64) -> Self {
        Self {
            x: self.x + by,
            y: self.y + by,
            w: (self.w - 2.0 * by).max(0.0),
            h: (self.h - 2.0 * by).max(0.0),
        }
    }

    pub fn moved(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x + x,
            y: self.y + y,
            ..self
        }
    }

    pub fn corners(self) -> [Point; 4] {
        [
            (self.x, self.y),
            (self.x + self.w, self.y),
            (self.x + self.w, self.y + self.h),
            (self.x, self.y + self.h),
        ]
    }
}

/// A stop of a gradient: place, colour, opacity.
pub(super) type Stop = (f64, Rgb, f64);

/// An image being written.
#[derive(Debug, Default)]
pub(super) struct Svg {
    gradients: BTreeMap<String, usize>,
    body: String,
}

impl Svg {
    /// A gradient from top to bottom of what it fills.
    pub fn vertical(&mut self, stops: &[Stop]) -> String {
        self.gradient(
            "<linearGradient x1='0' y1='0' x2='0' y2='1'",
            "</linearGradient>",
            stops,
        )
    }

    /// A gradient from left to right.
    pub fn horizontal(&mut self, stops: &[Stop]) -> String {
        self.gradient(
            "<linearGradient x1='0' y1='0' x2='1' y2='0'",
            "</linearGradient>",
            stops,
        )
    }

    /// A gradient from the upper left to the lower right.
    pub fn diagonal(&mut self, stops: &[Stop]) -> String {
        self.gradient(
            "<linearGradient x1='0' y1='0' x2='1' y2='1'",
            "</linearGradient>",
            stops,
        )
    }

    /// A gradient from the middle outwards.
    pub fn radial(&mut self, stops: &[Stop]) -> String {
        self.gradient(
            "<radialGradient cx='.5' cy='.5' r='.5'",
            "</radialGradient>",
            stops,
        )
    }

    fn gradient(&mut self, open: &str, close: &str, stops: &[Stop]) -> String {
        let mut inner = String::new();
        for (at, color, opacity) in stops {
            let _ = write!(
                inner,
                "<stop offset='{at:.3}' stop-color='{color}' stop-opacity='{opacity:.3}'/>"
            );
        }
        let next = self.gradients.len();
        let id = *self
            .gradients
            .entry(format!("{open}|{inner}{close}"))
            .or_insert(next);
        format!("url(#g{id})")
    }

    pub fn polygon(&mut self, points: &[Point], fill: &str) {
        self.body.push_str("<path d='");
        for (index, (x, y)) in points.iter().enumerate() {
            let _ = write!(self.body, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
        }
        let _ = write!(self.body, "Z' fill='{fill}'/>");
    }

    pub fn rect(&mut self, rect: Rect, radius: f64, fill: &str) {
        let Rect { x, y, w, h } = rect;
        let radius = radius.min(w / 2.0).min(h / 2.0).max(0.0);
        let _ = write!(
            self.body,
            "<rect x='{x:.1}' y='{y:.1}' width='{w:.1}' height='{h:.1}' rx='{radius:.1}' fill='{fill}'/>"
        );
    }

    pub fn ellipse(&mut self, (x, y): Point, rx: f64, ry: f64, fill: &str) {
        let _ = write!(
            self.body,
            "<ellipse cx='{x:.1}' cy='{y:.1}' rx='{rx:.1}' ry='{ry:.1}' fill='{fill}'/>"
        );
    }

    /// A filled outline in path syntax.
    pub fn shape(&mut self, path: &str, fill: &str) {
        let _ = write!(self.body, "<path d='{path}' fill='{fill}'/>");
    }

    /// A line in path syntax.
    pub fn line(&mut self, path: &str, color: Rgb, width: f64, opacity: f64) {
        let _ = write!(
            self.body,
            "<path d='{path}' fill='none' stroke='{color}' stroke-width='{width:.2}' \
             stroke-opacity='{opacity:.2}' stroke-linecap='round' stroke-linejoin='round'/>"
        );
    }

    /// The straight line between two points.
    pub fn segment(&mut self, a: Point, b: Point, color: Rgb, width: f64, opacity: f64) {
        self.line(
            &format!("M{:.1} {:.1}L{:.1} {:.1}", a.0, a.1, b.0, b.1),
            color,
            width,
            opacity,
        );
    }

    /// The document, `size` pixels wide and high.
    pub fn finish(self, size: u32) -> String {
        let mut text = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{size}' height='{size}' viewBox='0 0 {size} {size}'><defs>"
        );
        for (gradient, id) in &self.gradients {
            let (open, inner) = gradient.split_once('|').unwrap_or((gradient, ""));
            let _ = write!(text, "{open} id='g{id}'>{inner}");
        }
        text.push_str("</defs>");
        text.push_str(&self.body);
        text.push_str("</svg>");
        text
    }
}
