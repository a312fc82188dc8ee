//! The measured drawing: front and side view in lines, with dimension lines in millimetres.

use super::measure::measure;
use super::svg::{Point, Rect, Rgb, Svg};
use super::{SIDE, stage::SIDE as CANVAS};
use crate::demo::build::{
    BOARD, Base, Bed, Build, Case, Chair, ChairBack, Fill, Size, Sofa, Table, TableLegs,
};

/// A view of the unit on the paper, in millimetres from its lower left corner.
struct Sheet<'a> {
    svg: &'a mut Svg,
    origin: Point,
    scale: f64,
}

const INK: Rgb = Rgb(58.0, 48.0, 38.0);

impl Sheet<'_> {
    fn at(&self, x: f64, y: f64) -> Point {
        (self.origin.0 + x * self.scale, self.origin.1 - y * self.scale)
    }

    fn rect(&mut self, x: (f64, f64), y: (f64, f64), filled: bool) {
        let rect = Rect::between(self.at(x.0, y.0), self.at(x.1, y.1));
        self.svg
            .rect(rect, 0.0, if filled { "rgb(246,238,226)" } else { "none" });
        let [a, b, c, d] = rect.corners();
        for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
            self.svg.segment(from, to, INK, 1.8, 1.0);
        }
    }

    fn round(&mut self, x: (f64, f64), y: (f64, f64), radius: f64) {
        let Rect { x, y, w, h } = Rect::between(self.at(x.0, y.0), self.at(x.1, y.1));
        let r = (radius * self.scale).min(w / 2.0).min(h / 2.0);
        let path = format!(
            "M{:.1} {y:.1}h{:.1}a{r:.1} {r:.1} 0 0 1 {r:.1} {r:.1}v{:.1}a{r:.1} {r:.1} 0 0 1 -{r:.1} {r:.1}h-{:.1}a{r:.1} {r:.1} 0 0 1 -{r:.1} -{r:.1}v-{:.1}a{r:.1} {r:.1} 0 0 1 {r:.1} -{r:.1}Z",
            x + r,
            w - 2.0 * r,
            h - 2.0 * r,
            w - 2.0 * r,
            h - 2.0 * r
        );
        self.svg.shape(&path, "rgb(246,238,226)");
        self.svg.line(&path, INK, 1.8, 1.0);
    }

    fn thin(&mut self, a: Point, b: Point) {
        let (a, b) = (self.at(a.0, a.1), self.at(b.0, b.1));
        self.svg.segment(a, b, INK, 1.1, 0.7);
    }
}

pub(super) fn plan(build: &Build, size: Size) -> String {
    let mut svg = Svg::default();
    let (h, w, d) = (f64::from(size.h), f64::from(size.w), f64::from(size.d));
    let scale = (560.0 / (w + d)).min(580.0 / h);
    let gap = 90.0;
    let left = (CANVAS - (w + d) * scale - gap) / 2.0 + 20.0;
    let floor = CANVAS / 2.0 + h * scale / 2.0 - 20.0;
    let front = (left, floor);
    let flank = (left + w * scale + gap, floor);
    svg.segment((50.0, floor), (CANVAS - 50.0, floor), INK, 1.0, 0.35);
    front_view(
        &mut Sheet {
            svg: &mut svg,
            origin: front,
            scale,
        },
        build,
        size,
    );
    side_view(
        &mut Sheet {
            svg: &mut svg,
            origin: flank,
            scale,
        },
        build,
        size,
    );
    let below = floor + 62.0;
    measure(&mut svg, (front.0, below), (front.0 + w * scale, below), size.w);
    measure(&mut svg, (flank.0, below), (flank.0 + d * scale, below), size.d);
    measure(
        &mut svg,
        (front.0 - 46.0, floor),
        (front.0 - 46.0, floor - h * scale),
        size.h,
    );
    svg.finish(SIDE)
}

fn front_view(sheet: &mut Sheet<'_>, build: &Build, size: Size) {
    match build {
        Build::Case(case) => case_front(sheet, case, size),
        Build::Table(table) => table_front(sheet, *table, size),
        Build::Chair(chair) => chair_front(sheet, *chair, size),
        Build::Bed(bed) => bed_front(sheet, *bed, size),
        Build::Sofa(sofa) => sofa_front(sheet, *sofa, size),
    }
}

fn side_view(sheet: &mut Sheet<'_>, build: &Build, size: Size) {
    let (h, d) = (f64::from(size.h), f64::from(size.d));
    match build {
        Build::Case(case) => {
            let base = f64::from(case.base.height());
            legs(sheet, case.base, d, base);
            let top = h - f64::from(case.worktop);
            sheet.rect((0.0, d), (base, top), true);
            sheet.thin((16.0, base), (16.0, top));
            if case.worktop > 0 {
                sheet.rect((-20.0, d), (top, h), true);
            }
        }
        Build::Table(table) => table_front(sheet, Table { drawers: 0, ..*table }, Size { w: size.d, ..size }),
        Build::Chair(chair) => chair_side(sheet, *chair, size),
        Build::Bed(_) => {
            sheet.rect((d - 60.0, d), (0.0, h), true);
            sheet.round((20.0, d - 60.0), (300.0, 520.0), 70.0);
            sheet.rect((0.0, d - 60.0), (70.0, 350.0), true);
        }
        Build::Sofa(_) => {
            sheet.rect((80.0, 130.0), (0.0, 120.0), true);
            sheet.rect((d - 130.0, d - 80.0), (0.0, 120.0), true);
            sheet.round((d - 330.0, d), (200.0, h), 90.0);
            sheet.round((0.0, d - 60.0), (120.0, 620.0), 60.0);
        }
    }
}

fn legs(sheet: &mut Sheet<'_>, base: Base, w: f64, height: f64) {
    match base {
        Base::Wall(_) => {}
        Base::Plinth(_) => sheet.rect((20.0, w - 20.0), (0.0, height), true),
        Base::Legs(_) => {
            for x in [40.0, w - 80.0] {
                sheet.rect((x, x + 40.0), (0.0, height), true);
            }
        }
    }
}

fn case_front(sheet: &mut Sheet<'_>, case: &Case, size: Size) {
    let (h, w) = (f64::from(size.h), f64::from(size.w));
    let base = f64::from(case.base.height());
    legs(sheet, case.base, w, base);
    let top = h - f64::from(case.worktop);
    sheet.rect((0.0, w), (base, top), true);
    if case.worktop > 0 {
        sheet.rect((0.0, w), (top, h), true);
    }
    for cell in case.cells(size) {
        let x = (f64::from(cell.x), f64::from(cell.x + cell.w));
        let y = (base + f64::from(cell.y), base + f64::from(cell.y + cell.h));
        sheet.rect(x, y, false);
        let (mid_x, mid_y) = (f64::midpoint(x.0, x.1), f64::midpoint(y.0, y.1));
        match cell.fill {
            // Lines meet on the side of the hinge.
            Fill::DoorLeft => opening(sheet, x.1, x.0, y),
            Fill::DoorRight => opening(sheet, x.0, x.1, y),
            Fill::Doors | Fill::Glass => {
                sheet.thin((mid_x, y.0), (mid_x, y.1));
                opening(sheet, mid_x, x.0, y);
                opening(sheet, mid_x, x.1, y);
            }
            Fill::Drawer => sheet.thin((mid_x - 60.0, mid_y), (mid_x + 60.0, mid_y)),
            Fill::Slide | Fill::SlideMirror => {
                sheet.thin((mid_x - 120.0, mid_y), (mid_x + 120.0, mid_y));
                for end in [-1.0, 1.0] {
                    sheet.thin((mid_x + end * 120.0, mid_y), (mid_x + end * 80.0, mid_y + 30.0));
                    sheet.thin((mid_x + end * 120.0, mid_y), (mid_x + end * 80.0, mid_y - 30.0));
                }
            }
            Fill::Open(shelves) => {
                for shelf in 1..=shelves {
                    let at = y.0 + (y.1 - y.0) * f64::from(shelf) / f64::from(shelves + 1);
                    sheet.rect(x, (at - f64::from(BOARD), at), false);
                }
            }
        }
    }
}

fn opening(sheet: &mut Sheet<'_>, free: f64, hinge: f64, y: (f64, f64)) {
    let middle = f64::midpoint(y.0, y.1);
    sheet.thin((free, y.0), (hinge, middle));
    sheet.thin((free, y.1), (hinge, middle));
}

fn table_front(sheet: &mut Sheet<'_>, table: Table, size: Size) {
    let (h, w) = (f64::from(size.h), f64::from(size.w));
    let under = h - f64::from(table.top);
    match table.legs {
        TableLegs::Column => {
            sheet.rect((w * 0.21, w * 0.79), (0.0, 24.0), true);
            sheet.rect((w / 2.0 - 55.0, w / 2.0 + 55.0), (24.0, under), true);
        }
        TableLegs::Wood | TableLegs::Frames => {
            if table.legs == TableLegs::Wood {
                sheet.rect((75.0, w - 75.0), (under - 90.0, under), true);
            }
            for x in [45.0, w - 105.0] {
                sheet.rect((x, x + 60.0), (0.0, under), true);
            }
        }
    }
    for drawer in 0..table.drawers {
        let y = under - 540.0 + 180.0 * f64::from(drawer);
        sheet.rect((w - 500.0, w - 110.0), (y, y + 180.0), true);
    }
    sheet.rect((0.0, w), (under, h), true);
}

fn chair_front(sheet: &mut Sheet<'_>, chair: Chair, size: Size) {
    let (h, w) = (f64::from(size.h), f64::from(size.w));
    let seat = f64::from(chair.seat);
    for x in [20.0, w - 55.0] {
        sheet.rect((x, x + 35.0), (0.0, seat - 20.0), true);
    }
    match chair.back {
        ChairBack::Upholstered => sheet.round((14.0, w - 14.0), (seat, h), 95.0),
        ChairBack::Slats(slats) => {
            sheet.rect((0.0, w), (h - 92.0, h), true);
            sheet.rect((0.0, 38.0), (seat, h - 92.0), true);
            sheet.rect((w - 38.0, w), (seat, h - 92.0), true);
            for slat in 0..slats {
                let x = 45.0 + (w - 90.0) * (f64::from(slat) + 0.5) / f64::from(slats);
                sheet.rect((x - 17.0, x + 17.0), (seat, h - 92.0), true);
            }
        }
    }
    if chair.arms {
        for x in [0.0, w - 70.0] {
            sheet.round((x, x + 70.0), (seat - 40.0, seat + 170.0), 30.0);
        }
    }
    let thick = if chair.back == ChairBack::Upholstered {
        85.0
    } else {
        26.0
    };
    sheet.round((0.0, w), (seat - thick, seat), 30.0);
}

fn chair_side(sheet: &mut Sheet<'_>, chair: Chair, size: Size) {
    let (h, d) = (f64::from(size.h), f64::from(size.d));
    let seat = f64::from(chair.seat);
    for x in [30.0, d - 65.0] {
        sheet.rect((x, x + 35.0), (0.0, seat), true);
    }
    let thick = if chair.back == ChairBack::Upholstered {
        85.0
    } else {
        32.0
    };
    sheet.round((d - thick, d), (seat - 40.0, h), 30.0);
    sheet.round((0.0, d - 20.0), (seat - thick, seat), 30.0);
    if chair.arms {
        sheet.round((90.0, d - 60.0), (seat + 110.0, seat + 170.0), 30.0);
    }
}

fn bed_front(sheet: &mut Sheet<'_>, bed: Bed, size: Size) {
    let (h, w) = (f64::from(size.h), f64::from(size.w));
    sheet.rect((0.0, w), (60.0, h), true);
    let lying = f64::from(bed.mattress);
    sheet.round(((w - lying) / 2.0, f64::midpoint(w, lying)), (300.0, 520.0), 70.0);
    for x in [40.0, w - 100.0] {
        sheet.rect((x, x + 60.0), (0.0, 70.0), true);
    }
    sheet.rect((0.0, w), (70.0, 350.0), true);
    for drawer in 0..bed.drawers {
        let width = (w - 60.0) / f64::from(bed.drawers);
        let x = 30.0 + width * f64::from(drawer);
        sheet.rect((x + 6.0, x + width - 6.0), (94.0, 320.0), true);
    }
}

fn sofa_front(sheet: &mut Sheet<'_>, sofa: Sofa, size: Size) {
    let (h, w) = (f64::from(size.h), f64::from(size.w));
    let arm = f64::from(sofa.arm);
    for x in [60.0, w - 110.0] {
        sheet.rect((x, x + 50.0), (0.0, 120.0), true);
    }
    let width = (w - 2.0 * arm) / f64::from(sofa.seats);
    for seat in 0..sofa.seats {
        let x = arm + width * f64::from(seat);
        sheet.round((x, x + width), (400.0, h), 85.0);
        sheet.rect((x, x + width), (120.0, 270.0), true);
        sheet.round((x, x + width), (260.0, 430.0), 46.0);
    }
    for x in [0.0, w - arm] {
        sheet.round((x, x + arm), (120.0, 620.0), 60.0);
    }
}
