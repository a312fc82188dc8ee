//! Cases: carcass, fronts, handles, what stands on open shelves.

use super::handle::{door_handle, drawer_handle};
use super::props;
use super::stage::{Paint, Solid, Stage};
use super::svg::{Rect, Rgb};
use crate::demo::build::{BOARD, Base, Case, Cell, Fill, Size};

pub(super) fn case(stage: &mut Stage, case: &Case, size: Size, paint: Paint) {
    let (w, d) = (f64::from(size.w), f64::from(size.d));
    let lift = stage.view.lift;
    let bottom = lift + f64::from(case.base.height());
    let top = bottom + f64::from(case.carcass(size));
    let x = (-w / 2.0, w / 2.0);
    base(stage, case.base, w, d, paint);
    if case.worktop == 0 && stage.view.eye > top {
        stage.level(x, top, (0.0, d), paint.shade(1.13));
    }
    if stage.view.eye < bottom {
        stage.level(x, bottom, (0.0, d), paint.shade(0.55));
    }
    stage.front(x, (bottom, top), 0.0, paint.shade(0.97));
    for cell in case.cells(size) {
        let cell = Placed {
            x: (
                -w / 2.0 + f64::from(cell.x),
                -w / 2.0 + f64::from(cell.x + cell.w),
            ),
            y: (bottom + f64::from(cell.y), bottom + f64::from(cell.y + cell.h)),
            d,
            cell,
        };
        draw_cell(stage, case, &cell, paint);
    }
    if case.worktop > 0 {
        let over = Solid {
            x: (x.0 - 6.0, x.1 + 6.0),
            y: (top, top + f64::from(case.worktop)),
            z: (-20.0, d),
        };
        stage.solid(over, paint.shade(0.93));
        let edge = stage.rect(over.x, (top - 14.0, top), 0.0);
        let shadow = stage
            .svg
            .vertical(&[(0.0, Rgb::BLACK, 0.35), (1.0, Rgb::BLACK, 0.0)]);
        stage.svg.rect(edge, 0.0, &shadow);
    }
    if (600..=1200).contains(&size.h) && lift <= 0.0 {
        props::on_top(stage, w, f64::from(size.h), d);
    }
}

/// A cell in the room.
struct Placed {
    x: (f64, f64),
    y: (f64, f64),
    d: f64,
    cell: Cell,
}

fn base(stage: &mut Stage, base: Base, w: f64, d: f64, paint: Paint) {
    match base {
        Base::Wall(_) => {}
        Base::Plinth(h) => {
            let x = (-w / 2.0 + 4.0, w / 2.0 - 4.0);
            stage.front(x, (0.0, f64::from(h)), 40.0, paint.shade(0.62));
        }
        Base::Legs(h) => {
            let oak = Paint::plain("#a57a48");
            let top = f64::from(h) + 4.0;
            for (z, factor) in [(d - 70.0, 0.6), (40.0, 1.0)] {
                for x in [-w / 2.0 + 60.0, w / 2.0 - 60.0] {
                    leg(stage, x, top, z, (22.0, 13.0), oak.shade(factor));
                }
            }
        }
    }
}

/// A tapered leg: half its width above and below.
pub(super) fn leg(stage: &mut Stage, x: f64, top: f64, z: f64, half: (f64, f64), paint: Paint) {
    let splay = x.signum() * (half.0 - half.1);
    let quad = [
        stage.point(x - half.0, top, z),
        stage.point(x + half.0, top, z),
        stage.point(x + half.1 + splay, 0.0, z),
        stage.point(x - half.1 + splay, 0.0, z),
    ];
    let fill = stage.svg.horizontal(&[
        (0.0, paint.rgb.shade(1.12), 1.0),
        (0.45, paint.rgb, 1.0),
        (1.0, paint.rgb.shade(0.7), 1.0),
    ]);
    stage.svg.polygon(&quad, &fill);
}

fn draw_cell(stage: &mut Stage, case: &Case, cell: &Placed, paint: Paint) {
    let (mid, right) = (f64::midpoint(cell.x.0, cell.x.1), cell.x.1);
    match cell.cell.fill {
        Fill::Open(shelves) => {
            inside(stage, cell, shelves, case.back, paint);
        }
        Fill::Drawer => {
            let rect = leaf(stage, cell.x, cell.y, paint);
            drawer_handle(stage, case.handle, rect);
        }
        Fill::DoorLeft => {
            let rect = leaf(stage, cell.x, cell.y, paint);
            door_handle(stage, case.handle, rect, 1.0, cell.y);
        }
        Fill::DoorRight => {
            let rect = leaf(stage, cell.x, cell.y, paint);
            door_handle(stage, case.handle, rect, -1.0, cell.y);
        }
        Fill::Doors => {
            let rect = leaf(stage, (cell.x.0, mid), cell.y, paint);
            door_handle(stage, case.handle, rect, 1.0, cell.y);
            let rect = leaf(stage, (mid, right), cell.y, paint);
            door_handle(stage, case.handle, rect, -1.0, cell.y);
        }
        Fill::Glass => {
            inside(stage, cell, cell.cell.h / 350, true, paint);
            let rect = glazed(stage, (cell.x.0, mid), cell.y, paint);
            door_handle(stage, case.handle, rect, 1.0, cell.y);
            let rect = glazed(stage, (mid, right), cell.y, paint);
            door_handle(stage, case.handle, rect, -1.0, cell.y);
        }
        Fill::Slide => {
            let rect = stage.front((cell.x.0, cell.x.1 + 8.0), cell.y, 0.0, paint);
            profile(stage, rect);
        }
        Fill::SlideMirror => mirror(stage, (cell.x.0 - 8.0, cell.x.1), cell.y),
    }
}

/// A door or a drawer front with the gap around it.
fn leaf(stage: &mut Stage, x: (f64, f64), y: (f64, f64), paint: Paint) -> Rect {
    let outer = stage.rect(x, y, 0.0);
    stage.svg.rect(outer, 1.0, "rgba(35,24,14,0.62)");
    let rect = stage.front((x.0 + 2.5, x.1 - 2.5), (y.0 + 2.5, y.1 - 2.5), 0.0, paint);
    let edge = paint.rgb.shade(1.3);
    stage.svg.segment(
        (rect.x + 1.0, rect.y + 0.8),
        (rect.x + rect.w - 1.0, rect.y + 0.8),
        edge,
        1.0,
        0.55,
    );
    // Lacquered fronts are framed; veneered and laminated ones are plain, their grain is enough.
    let frame = 62.0 * stage.scale;
    if !paint.grain && rect.w > 3.2 * frame && rect.h > 3.2 * frame {
        let field = rect.inset(frame);
        let sunk = stage.svg.vertical(&[
            (0.0, paint.rgb.shade(0.95), 1.0),
            (1.0, paint.rgb.shade(1.02), 1.0),
        ]);
        stage.svg.rect(field, 0.0, &sunk);
        let [a, b, c, d] = field.corners();
        stage.svg.segment(a, b, Rgb::BLACK, 1.3, 0.28);
        stage.svg.segment(a, d, Rgb::BLACK, 1.3, 0.20);
        stage.svg.segment(d, c, Rgb::WHITE, 1.3, 0.45);
        stage.svg.segment(b, c, Rgb::WHITE, 1.3, 0.35);
    }
    rect
}

/// What one sees in an open cell: back, walls, floor, ceiling, shelves.
fn inside(stage: &mut Stage, cell: &Placed, shelves: i32, closed: bool, paint: Paint) {
    let front = stage.rect(cell.x, cell.y, 0.0);
    let deep = cell.d - 10.0;
    let back = clamp(stage.rect(cell.x, cell.y, deep), front);
    let ([fa, fb, fc, fd], [ba, bb, bc, bd]) = (front.corners(), back.corners());
    if closed {
        let fill = stage.svg.vertical(&[
            (0.0, paint.rgb.shade(0.58), 1.0),
            (1.0, paint.rgb.shade(0.74), 1.0),
        ]);
        stage.svg.rect(front, 0.0, &fill);
        stage.svg.rect(back, 0.0, &fill);
    } else {
        stage.svg.rect(front, 0.0, "rgb(226,215,198)");
    }
    for (quad, factor) in [
        ([fa, ba, bd, fd], 0.66),
        ([bb, fb, fc, bc], 0.82),
        ([fa, fb, bb, ba], 0.5),
        ([bd, bc, fc, fd], 0.9),
    ] {
        stage.svg.polygon(&quad, &paint.rgb.shade(factor).to_string());
    }
    let spaces = f64::from(shelves + 1);
    let step = (cell.y.1 - cell.y.0) / spaces;
    for space in 0..=shelves {
        let floor = cell.y.0 + f64::from(space) * step;
        if space > 0 {
            let board = f64::from(BOARD);
            stage.solid(
                Solid {
                    x: cell.x,
                    y: (floor - board, floor),
                    z: (4.0, deep),
                },
                paint.shade(0.95),
            );
        }
        props::in_space(stage, cell.x, (floor, floor + step - 30.0), deep, space);
    }
}

fn clamp(inner: Rect, outer: Rect) -> Rect {
    let x = inner.x.max(outer.x);
    let y = inner.y.max(outer.y);
    Rect {
        x,
        y,
        w: (inner.x + inner.w).min(outer.x + outer.w) - x,
        h: (inner.y + inner.h).min(outer.y + outer.h) - y,
    }
}

fn glazed(stage: &mut Stage, x: (f64, f64), y: (f64, f64), paint: Paint) -> Rect {
    let rect = stage.rect((x.0 + 2.0, x.1 - 2.0), (y.0 + 2.0, y.1 - 2.0), 0.0);
    let pane = rect.inset(46.0 * stage.scale);
    let glass = stage.svg.diagonal(&[
        (0.0, Rgb::hex("#eef4f4"), 0.42),
        (0.38, Rgb::hex("#dfe9ea"), 0.20),
        (0.40, Rgb::hex("#ffffff"), 0.36),
        (0.52, Rgb::hex("#ffffff"), 0.30),
        (0.54, Rgb::hex("#d5e2e4"), 0.16),
        (1.0, Rgb::hex("#c6d6d9"), 0.26),
    ]);
    stage.svg.rect(pane, 0.0, &glass);
    let width = 46.0 * stage.scale;
    for (side, factor) in [
        (Rect { w: width, ..rect }, 1.0),
        (
            Rect {
                x: rect.x + rect.w - width,
                w: width,
                ..rect
            },
            0.97,
        ),
        (Rect { h: width, ..rect }, 1.03),
        (
            Rect {
                y: rect.y + rect.h - width,
                h: width,
                ..rect
            },
            0.95,
        ),
    ] {
        stage.svg.rect(side, 0.0, &paint.rgb.shade(factor).to_string());
        if paint.grain {
            stage.grain(side.corners(), side.h > side.w, paint.rgb);
        }
    }
    let [a, b, c, d] = pane.corners();
    stage.svg.segment(a, b, Rgb::BLACK, 1.2, 0.4);
    stage.svg.segment(a, d, Rgb::BLACK, 1.2, 0.3);
    stage.svg.segment(d, c, Rgb::WHITE, 1.0, 0.4);
    stage.svg.segment(b, c, Rgb::WHITE, 1.0, 0.3);
    let [a, b, c, d] = rect.corners();
    for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
        stage.svg.segment(from, to, Rgb::BLACK, 1.1, 0.35);
    }
    rect
}

fn mirror(stage: &mut Stage, x: (f64, f64), y: (f64, f64)) {
    let rect = stage.rect(x, y, 0.0);
    let glass = stage.svg.diagonal(&[
        (0.0, Rgb::hex("#e4e6e3"), 1.0),
        (0.3, Rgb::hex("#cfd4d2"), 1.0),
        (0.31, Rgb::hex("#e9ebe8"), 1.0),
        (0.44, Rgb::hex("#e2e5e2"), 1.0),
        (0.45, Rgb::hex("#c9cfcd"), 1.0),
        (1.0, Rgb::hex("#d9d4c9"), 1.0),
    ]);
    stage.svg.rect(rect, 0.0, &glass);
    profile(stage, rect);
}

/// Slim uprights of metal at both edges of a sliding door.
fn profile(stage: &mut Stage, rect: Rect) {
    let width = (24.0 * stage.scale).max(4.0);
    let metal = stage.svg.horizontal(&[
        (0.0, Rgb::hex("#8f8b84"), 1.0),
        (0.4, Rgb::hex("#e6e3dd"), 1.0),
        (1.0, Rgb::hex("#77736c"), 1.0),
    ]);
    stage.svg.rect(Rect { w: width, ..rect }, 0.0, &metal);
    stage.svg.rect(
        Rect {
            x: rect.x + rect.w - width,
            w: width,
            ..rect
        },
        0.0,
        &metal,
    );
    let [a, b, c, d] = rect.corners();
    stage.svg.segment(a, b, Rgb::BLACK, 1.4, 0.4);
    stage.svg.segment(d, c, Rgb::BLACK, 1.4, 0.4);
}
