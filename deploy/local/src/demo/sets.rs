//! Sets of units (CAT-8): most of them complete, some with more than they need, some that still lack something.

use catalog_store::{ProductSetEntry, SetUnitEntry};

use super::terms::{Finish, Words, text};

/// A set of units in one finish.
struct Furniture {
    id: &'static str,
    kind: &'static str,
    name: Words,
    about: Words,
    finish: Finish,
    /// Families and how many of their unit in the set's colour.
    units: &'static [(&'static str, i64)],
}

const SETS: &[Furniture] = &[
    Furniture {
        id: "BEDROOM-VUOKSA-WALNUT",
        kind: "bedroom",
        name: ("Спальня «Вуокса», орех", "Vuoksa bedroom, walnut"),
        about: (
            "Кровать, шкаф и две тумбы из шпона ореха, подобранного из одной пачки: рисунок переходит с предмета на предмет.",
            "A bed, a wardrobe and two nightstands in walnut veneer from one stack, so that the grain runs from piece to piece.",
        ),
        finish: Finish::WALNUT,
        units: &[
            ("bed-vuoksa", 1),
            ("wardrobe-onega", 1),
            ("nightstand-sheksna", 2),
        ],
    },
    Furniture {
        id: "BEDROOM-VUOKSA-WHITE",
        kind: "bedroom",
        name: ("Спальня «Вуокса», белая", "Vuoksa bedroom, white"),
        about: (
            "Светлая спальня с зеркальным шкафом-купе и комодом сверх обычного набора.",
            "A light bedroom with a mirrored sliding wardrobe, and a chest of drawers besides.",
        ),
        finish: Finish::WHITE,
        units: &[
            ("bed-vuoksa", 1),
            ("wardrobe-ladoga", 1),
            ("nightstand-sheksna", 2),
            ("dresser-selenga", 1),
        ],
    },
    Furniture {
        id: "BEDROOM-VUOKSA-OAK",
        kind: "bedroom",
        name: ("Спальня «Вуокса», массив дуба", "Vuoksa bedroom, solid oak"),
        about: (
            "Кровать и тумбы из массива дуба. Шкаф к ним из того же массива ещё в разработке.",
            "A bed and nightstands of solid oak. A wardrobe of the same wood is still being designed.",
        ),
        finish: Finish::OAK_SOLID,
        units: &[("bed-vuoksa", 1), ("nightstand-pinega", 2)],
    },
    Furniture {
        id: "KITCHEN-VOLGA-WHITE",
        kind: "kitchen",
        name: ("Кухня «Волга», белая", "Volga kitchen, white"),
        about: (
            "Прямая кухня на 2,8 метра: шкаф с мойкой, ящики, витрина и пенал.",
            "A straight kitchen of 2.8 metres: a sink cabinet, drawers, a glazed cabinet and a tall one.",
        ),
        finish: Finish::WHITE,
        units: &[
            ("kitchen-volga-base", 1),
            ("kitchen-volga-drawers", 1),
            ("kitchen-volga-wall", 1),
            ("kitchen-volga-tall", 1),
        ],
    },
    Furniture {
        id: "KITCHEN-VOLGA-GRAPHITE",
        kind: "kitchen",
        name: ("Кухня «Волга», графит", "Volga kitchen, graphite"),
        about: (
            "Кухня на всю стену: по два шкафа с ящиками и витрины, пенал под технику.",
            "A kitchen along a whole wall: two cabinets with drawers, two glazed ones and a tall one for appliances.",
        ),
        finish: Finish::GRAPHITE,
        units: &[
            ("kitchen-volga-base", 1),
            ("kitchen-volga-drawers", 2),
            ("kitchen-volga-wall", 2),
            ("kitchen-volga-tall", 1),
        ],
    },
    Furniture {
        id: "KITCHEN-VOLGA-SAGE",
        kind: "kitchen",
        name: ("Кухня «Волга», шалфей", "Volga kitchen, sage"),
        about: (
            "Небольшая кухня цвета шалфея. Четвёртый шкаф покупатель выбирает сам.",
            "A small kitchen in sage. The fourth cabinet is the customer's choice.",
        ),
        finish: Finish::SAGE,
        units: &[
            ("kitchen-volga-base", 1),
            ("kitchen-volga-drawers", 1),
            ("kitchen-volga-wall", 1),
        ],
    },
    Furniture {
        id: "DINING-BAIKAL-OAK",
        kind: "dining",
        name: ("Столовая «Байкал», дуб", "Baikal dining room, oak"),
        about: (
            "Стол и четыре стула из массива дуба: масло одной варки, один тон.",
            "A table and four chairs of solid oak, oiled from one batch in one tone.",
        ),
        finish: Finish::OAK_SOLID,
        units: &[("table-baikal", 1), ("chair-oka", 4)],
    },
    Furniture {
        id: "DINING-BAIKAL-ASH",
        kind: "dining",
        name: ("Столовая «Байкал», ясень", "Baikal dining room, ash"),
        about: (
            "Стол и шесть стульев из ясеня: хватит на всю семью и на гостей.",
            "A table and six chairs of ash: enough for the family and for guests.",
        ),
        finish: Finish::ASH,
        units: &[("table-baikal", 1), ("chair-oka", 6)],
    },
    Furniture {
        id: "DINING-ILMEN-WHITE",
        kind: "dining",
        name: ("Столовая «Ильмень», белая", "Ilmen dining room, white"),
        about: (
            "Набор вокруг круглого стола, который мы сейчас собираем: предметы появятся здесь первыми.",
            "A set around the round table that is just being put together: its pieces will be shown here first.",
        ),
        finish: Finish::WHITE,
        units: &[],
    },
    Furniture {
        id: "LOUNGE-YENISEI-TERRACOTTA",
        kind: "lounge",
        name: (
            "Мягкая группа «Енисей», терракота",
            "Yenisei sofa and armchair, terracotta",
        ),
        about: (
            "Трёхместный диван и кресло в одном велюре, раскроенном вместе.",
            "A three-seat sofa and an armchair in one velvet, cut together.",
        ),
        finish: Finish::TERRACOTTA,
        units: &[("sofa-yenisei", 1), ("armchair-lena", 1)],
    },
    Furniture {
        id: "LOUNGE-YENISEI-BEIGE",
        kind: "lounge",
        name: (
            "Мягкая группа «Енисей», бежевая",
            "Yenisei sofas and armchairs, beige",
        ),
        about: (
            "Большой и малый диваны и два кресла для просторной гостиной.",
            "A large sofa, a small one and two armchairs for a spacious living room.",
        ),
        finish: Finish::BEIGE,
        units: &[("sofa-yenisei", 1), ("sofa-aldan", 1), ("armchair-tavda", 2)],
    },
    Furniture {
        id: "LIVING-TULOMA-OAK",
        kind: "living-room",
        name: ("Гостиная «Тулома», дуб", "Tuloma living room, oak"),
        about: (
            "Тумба под телевизор, книжный шкаф и журнальный столик: спокойная стена цвета дуба.",
            "A television stand, a bookcase and a coffee table: a calm wall in oak.",
        ),
        finish: Finish::OAK,
        units: &[("stand-tuloma", 1), ("bookcase-kizhi", 1), ("table-istra", 1)],
    },
    Furniture {
        id: "LIVING-TULOMA-GRAPHITE",
        kind: "living-room",
        name: ("Гостиная «Тулома», графит", "Tuloma living room, graphite"),
        about: (
            "Тумба и низкий стеллаж в матовой эмали. Столика в том же материале пока нет.",
            "A stand and low shelving in matt lacquer. There is no table in this material yet.",
        ),
        finish: Finish::GRAPHITE,
        units: &[("stand-tuloma", 1), ("shelving-sayan", 1)],
    },
    Furniture {
        id: "STUDY-PAKHRA-OAK",
        kind: "study",
        name: ("Кабинет «Пахра», дуб", "Pakhra study, oak"),
        about: (
            "Рабочий стол с ящиками и низкий стеллаж, который встаёт под окно.",
            "A desk with drawers and low shelving that goes under the window.",
        ),
        finish: Finish::OAK,
        units: &[("desk-pakhra", 1), ("shelving-sayan", 1)],
    },
    Furniture {
        id: "NURSERY-KAMA-WHITE",
        kind: "nursery",
        name: ("Детская «Кама», белая", "Kama child's room, white"),
        about: (
            "Кровать с ящиками, компактный шкаф и письменный стол школьника.",
            "A bed with drawers, a compact wardrobe and a pupil's desk.",
        ),
        finish: Finish::WHITE,
        units: &[("bed-kama", 1), ("wardrobe-seliger", 1), ("desk-pakhra", 1)],
    },
];

/// The sets whose units are all among those with these slugs.
pub(super) fn sets(slugs: &[&str]) -> Vec<ProductSetEntry> {
    let sets = SETS.iter().map(|set| ProductSetEntry {
        external_id: set.id.to_owned(),
        kind: set.kind.to_owned(),
        name: text(set.name),
        description: text(set.about),
        color: set.finish.color.to_owned(),
        material: set.finish.material.to_owned(),
        units: set
            .units
            .iter()
            .map(|&(family, quantity)| SetUnitEntry {
                slug: format!("{family}-{}", set.finish.color),
                quantity,
            })
            .collect(),
    });
    sets.filter(|set| set.units.iter().all(|unit| slugs.contains(&&*unit.slug)))
        .collect()
}
