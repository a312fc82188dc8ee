use super::Family;
use crate::demo::build::{Base, Build, Case, Fill, Handle, Size};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "dresser-selenga",
        category: "dressers",
        style: "scandinavian",
        load_kg: Some(20),
        name: ("Комод «Селенга», четыре ящика", "Selenga chest of four drawers"),
        about: (
            "Комод на четыре вместительных ящика с полным выдвижением и доводчиками. Крепление к стене входит в комплект.",
            "A chest of four roomy drawers that pull out fully and close softly. A wall anchor is included.",
        ),
        size: Size {
            h: 950,
            w: 900,
            d: 450,
        },
        build: Build::Case(Case {
            columns: &[(
                1,
                &[
                    (1, Fill::Drawer),
                    (1, Fill::Drawer),
                    (1, Fill::Drawer),
                    (1, Fill::Drawer),
                ],
            )],
            base: Base::Legs(120),
            worktop: 22,
            handle: Handle::Shell,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::WHITE, Finish::SAGE],
    },
    Family {
        code: "dresser-mezen",
        category: "dressers",
        style: "classic",
        load_kg: Some(20),
        name: ("Комод «Мезень» широкий", "Mezen wide dresser"),
        about: (
            "Широкий комод в спальню или гостиную: шесть ящиков и место для зеркала или телевизора сверху. Фасады подобраны так, что рисунок дерева идёт сплошной линией.",
            "A wide dresser for the bedroom or living room: six drawers and space for a mirror or a television on top. The fronts are matched so that the grain runs on unbroken.",
        ),
        size: Size {
            h: 820,
            w: 1400,
            d: 450,
        },
        build: Build::Case(Case {
            columns: &[
                (1, &[(2, Fill::Drawer), (3, Fill::Drawer), (3, Fill::Drawer)]),
                (1, &[(2, Fill::Drawer), (3, Fill::Drawer), (3, Fill::Drawer)]),
            ],
            base: Base::Legs(140),
            worktop: 22,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::GRAPHITE],
    },
    Family {
        code: "nightstand-sheksna",
        category: "nightstands",
        style: "scandinavian",
        load_kg: Some(12),
        name: ("Тумба прикроватная «Шексна»", "Sheksna nightstand"),
        about: (
            "Тумба к кровати: открытая ниша для книги и телефона, под ней ящик. Сзади вырез для провода зарядки.",
            "A stand for the bedside: an open niche for a book and a phone, a drawer below it, and a cut-out at the back for the charging cable.",
        ),
        size: Size {
            h: 520,
            w: 450,
            d: 400,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(2, Fill::Open(0)), (3, Fill::Drawer)])],
            base: Base::Legs(140),
            worktop: 0,
            handle: Handle::Knob,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::WHITE],
    },
    Family {
        code: "nightstand-pinega",
        category: "nightstands",
        style: "classic",
        load_kg: Some(15),
        name: ("Тумба прикроватная «Пинега»", "Pinega nightstand"),
        about: (
            "Тумба с двумя ящиками на высоких ножках: в верхнем умещаются очки и книга, в нижнем – плед. Ящики закрываются мягко и не будят соседа.",
            "A stand with two drawers on tall legs: spectacles and a book fit in the upper one, a blanket in the lower. They close softly and wake nobody.",
        ),
        size: Size {
            h: 560,
            w: 480,
            d: 420,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(2, Fill::Drawer), (3, Fill::Drawer)])],
            base: Base::Legs(140),
            worktop: 22,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::OAK_SOLID, Finish::WHITE],
    },
    Family {
        code: "stand-tuloma",
        category: "dressers",
        style: "modern",
        load_kg: Some(50),
        name: ("Тумба под телевизор «Тулома»", "Tuloma television stand"),
        about: (
            "Длинная низкая тумба для телевизора до 75 дюймов: в середине открытые полки для приставки и звука, по краям двери. Провода уходят в общий канал сзади.",
            "A long, low stand for a television of up to 75 inches: open shelves for a console and a sound bar in the middle, doors at both ends. Cables run through a channel at the back.",
        ),
        size: Size {
            h: 520,
            w: 1650,
            d: 420,
        },
        build: Build::Case(Case {
            columns: &[
                (3, &[(1, Fill::DoorLeft)]),
                (4, &[(1, Fill::Open(0)), (1, Fill::Open(0))]),
                (3, &[(1, Fill::DoorRight)]),
            ],
            base: Base::Legs(140),
            worktop: 0,
            handle: Handle::Knob,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::GRAPHITE],
    },
];
