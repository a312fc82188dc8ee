//! Pictures of a unit, drawn from its construction, dimensions and colour: one in a room, one with measures.

#![expect(clippy::many_single_char_names, reason = "coordinates have no longer names")]

mod bed;
mod case;
mod chair;
mod handle;
mod measure;
mod plan;
mod png;
mod props;
mod sofa;
mod soft;
mod stage;
mod svg;
mod table;

use self::stage::{Paint, Stage, View};
use self::svg::Rgb;
use super::assortment::Unit;
use super::build::{Base, Build};

use self::png::Backdrop;
pub use self::png::DrawError;
pub(super) use self::png::{Drawing, SIDE, render};

/// The pictures of a unit, the one for lists first.
pub(super) fn pictures(unit: &Unit) -> [Drawing; 2] {
    [
        Drawing {
            backdrop: Backdrop::Wall,
            svg: room(unit),
        },
        Drawing {
            backdrop: Backdrop::Paper,
            svg: plan::plan(unit.build, unit.size),
        },
    ]
}

fn room(unit: &Unit) -> String {
    let size = unit.size;
    let lift = match unit.build {
        Build::Case(case) => match case.base {
            Base::Wall(lift) => f64::from(lift),
            Base::Plinth(_) | Base::Legs(_) => 0.0,
        },
        _ => 0.0,
    };
    let h = f64::from(size.h);
    let eye = match unit.build {
        Build::Bed(_) => 2000.0,
        Build::Sofa(sofa) if sofa.chaise => 1900.0,
        Build::Sofa(_) => 1500.0,
        Build::Chair(_) | Build::Table(_) => 1400.0,
        Build::Case(_) if lift > 0.0 => lift + 0.3 * h,
        Build::Case(_) if size.h > 1500 => 1350.0,
        Build::Case(_) => h + 420.0,
    };
    let view = View {
        h,
        w: f64::from(size.w),
        d: f64::from(size.d),
        lift,
        eye,
        boxed: matches!(unit.build, Build::Case(_)),
    };
    let mut stage = Stage::new(view, &unit.slug);
    let paint = Paint {
        rgb: Rgb::hex(unit.finish.color().hex),
        grain: matches!(unit.finish.color, "oak" | "walnut" | "ash" | "pine"),
    };
    match unit.build {
        Build::Case(case) => case::case(&mut stage, case, size, paint),
        Build::Table(table) => table::table(&mut stage, *table, size, paint),
        Build::Chair(chair) => chair::chair(&mut stage, *chair, size, paint),
        Build::Bed(bed) => bed::bed(&mut stage, *bed, size, paint),
        Build::Sofa(sofa) => sofa::sofa(&mut stage, *sofa, size, paint),
    }
    stage.svg.finish(SIDE)
}
