//! Dimension lines. Digits are strokes of our own: a picture drawn without fonts shows no text.

use std::fmt::Write as _;

use super::svg::{Point, Rgb, Svg};

const MEASURE: Rgb = Rgb(166.0, 63.0, 22.0);

/// Strokes of a digit in a box of 2×4.
const DIGITS: [&[&[(f64, f64)]]; 10] = [
    &[&[
        (0.0, 0.6),
        (0.6, 0.0),
        (1.4, 0.0),
        (2.0, 0.6),
        (2.0, 3.4),
        (1.4, 4.0),
        (0.6, 4.0),
        (0.0, 3.4),
        (0.0, 0.6),
    ]],
    &[&[(0.3, 0.9), (1.2, 0.0), (1.2, 4.0)]],
    &[&[
        (0.0, 0.7),
        (0.6, 0.0),
        (1.4, 0.0),
        (2.0, 0.7),
        (2.0, 1.4),
        (0.0, 4.0),
        (2.0, 4.0),
    ]],
    &[
        &[
            (0.0, 0.4),
            (0.5, 0.0),
            (1.5, 0.0),
            (2.0, 0.6),
            (2.0, 1.3),
            (1.4, 1.9),
            (0.8, 1.9),
        ],
        &[
            (1.4, 1.9),
            (2.0, 2.5),
            (2.0, 3.4),
            (1.4, 4.0),
            (0.5, 4.0),
            (0.0, 3.5),
        ],
    ],
    &[&[(1.5, 4.0), (1.5, 0.0), (0.0, 2.8), (2.0, 2.8)]],
    &[&[
        (1.9, 0.0),
        (0.2, 0.0),
        (0.1, 1.7),
        (1.3, 1.6),
        (2.0, 2.3),
        (2.0, 3.3),
        (1.4, 4.0),
        (0.5, 4.0),
        (0.0, 3.6),
    ]],
    &[&[
        (1.8, 0.2),
        (1.3, 0.0),
        (0.7, 0.0),
        (0.0, 0.9),
        (0.0, 3.3),
        (0.6, 4.0),
        (1.4, 4.0),
        (2.0, 3.3),
        (2.0, 2.4),
        (1.4, 1.8),
        (0.6, 1.8),
        (0.0, 2.4),
    ]],
    &[&[(0.0, 0.0), (2.0, 0.0), (0.7, 4.0)]],
    &[&[
        (0.6, 1.9),
        (0.0, 1.3),
        (0.0, 0.6),
        (0.6, 0.0),
        (1.4, 0.0),
        (2.0, 0.6),
        (2.0, 1.3),
        (1.4, 1.9),
        (0.6, 1.9),
        (0.0, 2.5),
        (0.0, 3.4),
        (0.6, 4.0),
        (1.4, 4.0),
        (2.0, 3.4),
        (2.0, 2.5),
        (1.4, 1.9),
    ]],
    &[&[
        (0.2, 3.8),
        (0.7, 4.0),
        (1.3, 4.0),
        (2.0, 3.1),
        (2.0, 0.7),
        (1.4, 0.0),
        (0.6, 0.0),
        (0.0, 0.7),
        (0.0, 1.6),
        (0.6, 2.2),
        (1.4, 2.2),
        (2.0, 1.6),
    ]],
];

/// A dimension line between two points with the number beside it.
pub(super) fn measure(svg: &mut Svg, a: Point, b: Point, millimetres: i32) {
    svg.segment(a, b, MEASURE, 1.4, 1.0);
    let upright = (a.0 - b.0).abs() < 1.0;
    for end in [a, b] {
        svg.segment(
            (end.0 - 6.0, end.1 + 6.0),
            (end.0 + 6.0, end.1 - 6.0),
            MEASURE,
            2.0,
            1.0,
        );
        let (from, to) = if upright {
            ((end.0 - 8.0, end.1), (end.0 + 38.0, end.1))
        } else {
            ((end.0, end.1 - 54.0), (end.0, end.1 + 8.0))
        };
        svg.segment(from, to, MEASURE, 0.8, 0.55);
    }
    let middle = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
    number(svg, middle, upright, millimetres);
}

fn number(svg: &mut Svg, middle: Point, upright: bool, value: i32) {
    let digits: Vec<usize> = value
        .to_string()
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|digit| usize::try_from(digit).ok())
        .collect();
    let (unit, advance) = (6.2, 17.5);
    let count = f64::from(u32::try_from(digits.len()).unwrap_or(0));
    let length = count * advance - 5.0;
    for (index, &digit) in digits.iter().enumerate() {
        let along = f64::from(u32::try_from(index).unwrap_or(0)) * advance - length / 2.0;
        for stroke in DIGITS[digit] {
            let mut path = String::new();
            for (step, &(x, y)) in stroke.iter().enumerate() {
                let (u, v) = (along + x * unit, y * unit);
                // Beside an upright line the number reads from below.
                let (px, py) = if upright {
                    (middle.0 - 12.0 - 4.0 * unit + v, middle.1 - u)
                } else {
                    (middle.0 + u, middle.1 + 12.0 + v)
                };
                let command = if step == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{command}{px:.1} {py:.1}");
            }
            svg.line(&path, MEASURE, 2.3, 1.0);
        }
    }
}
