use super::Family;
use crate::demo::build::{Base, Build, Case, Fill, Handle, Size};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "kitchen-volga-base",
        category: "kitchen",
        style: "modern",
        load_kg: Some(30),
        name: ("Шкаф-стол «Волга» с дверями", "Volga base cabinet with doors"),
        about: (
            "Нижний шкаф кухни «Волга» с двумя дверями и полкой, которую можно поставить на любую из пяти высот. Столешница 28 мм с влагостойкой кромкой входит в комплект, ножки регулируются.",
            "The base cabinet of the Volga kitchen with two doors and a shelf for any of five heights. The 28 mm worktop with waterproof edging is included, the legs adjust.",
        ),
        size: Size {
            h: 850,
            w: 800,
            d: 600,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(1, Fill::Doors)])],
            base: Base::Plinth(100),
            worktop: 28,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::WHITE, Finish::SAGE, Finish::GRAPHITE],
    },
    Family {
        code: "kitchen-volga-drawers",
        category: "kitchen",
        style: "modern",
        load_kg: Some(30),
        name: ("Шкаф-стол «Волга» с ящиками", "Volga base cabinet with drawers"),
        about: (
            "Нижний шкаф кухни «Волга»: мелкий ящик для приборов и два глубоких для посуды и кастрюль. Ящики выдвигаются полностью и держат до 30 кг.",
            "The base cabinet of the Volga kitchen with a shallow drawer for cutlery and two deep ones for plates and pans. The drawers pull out fully and carry up to 30 kg.",
        ),
        size: Size {
            h: 850,
            w: 600,
            d: 600,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(2, Fill::Drawer), (3, Fill::Drawer), (3, Fill::Drawer)])],
            base: Base::Plinth(100),
            worktop: 28,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::WHITE, Finish::SAGE, Finish::GRAPHITE],
    },
    Family {
        code: "kitchen-volga-wall",
        category: "kitchen",
        style: "modern",
        load_kg: Some(60),
        name: (
            "Шкаф навесной «Волга» с витриной",
            "Volga wall cabinet with glass doors",
        ),
        about: (
            "Навесной шкаф кухни «Волга» с дверями из закалённого стекла и двумя полками. Скрытые навесы выравниваются после монтажа и выдерживают 60 кг.",
            "The wall cabinet of the Volga kitchen with tempered glass doors and two shelves. The concealed brackets can be levelled after hanging and hold 60 kg.",
        ),
        size: Size {
            h: 720,
            w: 800,
            d: 320,
        },
        build: Build::Case(Case {
            columns: &[(1, &[(1, Fill::Glass)])],
            base: Base::Wall(1400),
            worktop: 0,
            handle: Handle::Knob,
            back: true,
        }),
        finishes: &[Finish::WHITE, Finish::SAGE, Finish::GRAPHITE],
    },
    Family {
        code: "kitchen-volga-tall",
        category: "kitchen",
        style: "modern",
        load_kg: Some(30),
        name: ("Шкаф-пенал «Волга»", "Volga tall cabinet"),
        about: (
            "Высокий шкаф кухни «Волга» для припасов и бытовой техники: наверху полки, посередине открытая ниша под микроволновую печь, внизу ящик и дверь.",
            "The tall cabinet of the Volga kitchen for supplies and appliances: shelves above, an open niche for a microwave in the middle, a drawer and a door below.",
        ),
        size: Size {
            h: 2120,
            w: 600,
            d: 600,
        },
        build: Build::Case(Case {
            columns: &[(
                1,
                &[
                    (8, Fill::DoorLeft),
                    (4, Fill::Open(0)),
                    (2, Fill::Drawer),
                    (7, Fill::DoorLeft),
                ],
            )],
            base: Base::Plinth(100),
            worktop: 0,
            handle: Handle::Bar,
            back: true,
        }),
        finishes: &[Finish::WHITE, Finish::GRAPHITE],
    },
];
