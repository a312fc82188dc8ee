use super::Family;
use crate::demo::build::{Base, Build, Case, Fill, Handle, Size};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "shelving-valdai",
        category: "shelving",
        style: "loft",
        load_kg: Some(35),
        name: ("Стеллаж «Валдай» открытый", "Valdai open shelving"),
        about: (
            "Открытый стеллаж без задней стенки: им можно разделить комнату и не потерять свет. Каждая полка держит 35 кг – хватит и для книг, и для пластинок.",
            "Open shelving without a back: it divides a room and lets the light through. Each shelf carries 35 kg, enough for books and records alike.",
        ),
        size: Size {
            h: 1900,
            w: 800,
            d: 350,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(1, Fill::Open(4))])],
            base: Base::Plinth(60),
            worktop: 0,
            handle: Handle::Knob,
            back: false,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::WHITE],
    },
    Family {
        code: "bookcase-kizhi",
        category: "shelving",
        style: "classic",
        load_kg: Some(25),
        name: ("Шкаф книжный «Кижи» с витриной", "Kizhi glazed bookcase"),
        about: (
            "Книжный шкаф со стеклянными дверями: книги видны, а пыль остаётся снаружи. Внизу закрытое отделение для бумаг и настольных игр.",
            "A bookcase with glass doors: the books show, the dust stays outside. Below is a closed section for papers and board games.",
        ),
        size: Size {
            h: 2050,
            w: 900,
            d: 380,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(5, Fill::Glass), (2, Fill::Doors)])],
            base: Base::Plinth(80),
            worktop: 0,
            handle: Handle::Knob,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::SAGE],
    },
    Family {
        code: "shelving-sayan",
        category: "shelving",
        style: "scandinavian",
        load_kg: Some(30),
        name: ("Стеллаж «Саян» низкий", "Sayan low shelving"),
        about: (
            "Низкий стеллаж под окно или к стене: шесть открытых ячеек и три ящика. Сверху можно поставить лампу или цветы.",
            "Low shelving to go under a window or along a wall: six open compartments and three drawers, with room for a lamp or flowers on top.",
        ),
        size: Size {
            h: 1150,
            w: 1200,
            d: 380,
        },
        build: Build::Case(Case {
            columns: &[
                (1, &[(3, Fill::Open(0)), (3, Fill::Open(0)), (2, Fill::Drawer)]),
                (1, &[(3, Fill::Open(0)), (3, Fill::Open(0)), (2, Fill::Drawer)]),
                (1, &[(3, Fill::Open(0)), (3, Fill::Open(0)), (2, Fill::Drawer)]),
            ],
            base: Base::Legs(120),
            worktop: 0,
            handle: Handle::Shell,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::GRAPHITE],
    },
];
