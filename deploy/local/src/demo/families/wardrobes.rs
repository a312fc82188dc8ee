use super::Family;
use crate::demo::build::{Base, Build, Case, Fill, Handle, Size};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "wardrobe-onega",
        category: "wardrobes",
        style: "classic",
        load_kg: Some(25),
        name: ("Шкаф «Онега» трёхдверный", "Onega three-door wardrobe"),
        about: (
            "Просторный шкаф для спальни: слева и в середине штанга для длинных вещей, справа полки, внизу два глубоких ящика с доводчиками. Двери регулируются в трёх плоскостях и закрываются бесшумно.",
            "A roomy bedroom wardrobe: a rail for long garments on the left and in the middle, shelves on the right, two deep soft-close drawers below. The doors adjust in three directions and shut without a sound.",
        ),
        size: Size {
            h: 2200,
            w: 1350,
            d: 580,
        },
        build: Build::Case(Case {
            columns: &[
                (2, &[(15, Fill::Doors), (4, Fill::Drawer)]),
                (1, &[(1, Fill::DoorRight)]),
            ],
            base: Base::Plinth(80),
            worktop: 0,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::WHITE],
    },
    Family {
        code: "wardrobe-ladoga",
        category: "wardrobes",
        style: "modern",
        load_kg: Some(25),
        name: (
            "Шкаф-купе «Ладога» с зеркалом",
            "Ladoga sliding wardrobe with mirror",
        ),
        about: (
            "Шкаф-купе до потолка с зеркалом в полный рост. Двери идут по верхнему рельсу на роликах с доводчиком, поэтому перед шкафом не нужно свободное место. За ними – две штанги и восемь полок.",
            "A full-height sliding wardrobe with a full-length mirror. The doors hang from a soft-close rail and need no room in front. Behind them are two rails and eight shelves.",
        ),
        size: Size {
            h: 2300,
            w: 1800,
            d: 620,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(1, Fill::Slide)]), (1, &[(1, Fill::SlideMirror)])],
            base: Base::Plinth(60),
            worktop: 0,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::OAK, Finish::WHITE, Finish::GRAPHITE],
    },
    Family {
        code: "wardrobe-seliger",
        category: "wardrobes",
        style: "scandinavian",
        load_kg: Some(20),
        name: ("Шкаф «Селигер» двухдверный", "Seliger two-door wardrobe"),
        about: (
            "Компактный шкаф на ножках для небольшой комнаты или прихожей: под ним легко убирать. Внутри штанга, полка для шапок и два ящика для белья.",
            "A compact wardrobe on legs for a small room or a hallway, easy to clean under. Inside are a rail, a hat shelf and two drawers for linen.",
        ),
        size: Size {
            h: 2100,
            w: 900,
            d: 520,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(7, Fill::Doors), (1, Fill::Drawer), (1, Fill::Drawer)])],
            base: Base::Legs(140),
            worktop: 0,
            handle: Handle::Knob,
            back: true,
        }),
        finishes: &[Finish::WHITE, Finish::SAGE, Finish::ASH],
    },
];
