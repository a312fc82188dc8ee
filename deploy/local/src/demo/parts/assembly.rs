//! Assemblies: what workers put together before it goes into a unit, the same for many units.

use super::hardware::bought;
use super::{Line, Part, made, weight_g};
use crate::demo::build::Size;
use crate::demo::terms::Words;

/// A drawer on its slides, without the front: a box, itself an assembly, and a pair of slides.
pub(super) fn drawer(w: i32, length: i32) -> Part {
    assembly(
        &format!("DRW-{w}-{length}"),
        "drawer",
        ("Ящик на направляющих", "Drawer on slides"),
        Size { h: 130, w, d: length },
        vec![
            need(1, drawer_box(w, length)),
            need(1, bought(&format!("SLD-{length}"))),
        ],
    )
}

fn drawer_box(w: i32, length: i32) -> Part {
    let (wide, long) = (i64::from(w), i64::from(length));
    let side = Size {
        h: 120,
        w: length,
        d: 12,
    };
    let end = Size { h: 105, w, d: 12 };
    let bottom = Size { h: length, w, d: 6 };
    let part = |code, name, size, cost, weight_g| made(code, "drawer-part", name, size, cost, weight_g);
    assembly(
        &format!("BOX-{w}-{length}"),
        "drawer",
        ("Короб ящика", "Drawer box"),
        Size { h: 120, w, d: length },
        vec![
            need(
                2,
                part("DBS", ("Боковина ящика", "Drawer side"), side, 85_00, 250 + long),
            ),
            need(
                2,
                part(
                    "DBE",
                    ("Торец ящика", "Drawer end"),
                    end,
                    60_00 + wide * 15,
                    150 + wide,
                ),
            ),
            need(
                1,
                part(
                    "DBB",
                    ("Дно ящика", "Drawer bottom"),
                    bottom,
                    130_00 + wide * 20,
                    300 + wide + long,
                ),
            ),
        ],
    )
}

/// A door with the hinges that it hangs on.
pub(super) fn door(door: Part, hinges: i32, hinge: Part) -> Part {
    let mut hung = assembly(&format!("H{}", door.sku), "door", ("", ""), door.size, Vec::new());
    hung.name_ru = format!("{} на петлях", door.name_ru);
    hung.name_en = format!("{} on hinges", door.name_en);
    (hung.color, hung.material) = (door.color, door.material);
    hung.lines = vec![need(1, door), need(hinges, hinge)];
    hung.weight_g = weight_g(&hung.lines);
    hung
}

fn assembly(sku: &str, kind: &'static str, name: Words, size: Size, lines: Vec<Line>) -> Part {
    Part {
        sku: sku.to_owned(),
        kind,
        name_ru: format!("{} {}×{}×{}", name.0, size.h, size.w, size.d),
        name_en: format!("{} {}×{}×{}", name.1, size.h, size.w, size.d),
        color: None,
        material: None,
        size,
        cost: None,
        weight_g: weight_g(&lines),
        properties: Vec::new(),
        lines,
    }
}

fn need(quantity: i32, part: Part) -> Line {
    Line::new(quantity, part, true)
}
