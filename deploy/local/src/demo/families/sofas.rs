use super::Family;
use crate::demo::build::{Build, Size, Sofa};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "sofa-yenisei",
        category: "sofas",
        style: "classic",
        load_kg: None,
        name: ("Диван «Енисей» трёхместный", "Yenisei three-seat sofa"),
        about: (
            "Большой диван, на котором помещается вся семья. Глубокие сиденья на независимых пружинах не проминаются, подушки спинки набиты пеной с пухом.",
            "A large sofa for the whole family. The deep seats on pocket springs keep their shape, the back cushions are filled with foam and down.",
        ),
        size: Size {
            h: 850,
            w: 2200,
            d: 950,
        },
        build: Build::Sofa(Sofa {
            seats: 3,
            arm: 200,
            chaise: false,
        }),
        finishes: &[Finish::BEIGE, Finish::GREY, Finish::TERRACOTTA],
    },
    Family {
        code: "sofa-angara",
        category: "sofas",
        style: "modern",
        load_kg: None,
        name: ("Диван угловой «Ангара»", "Angara corner sofa"),
        about: (
            "Угловой диван с оттоманкой, чтобы вытянуть ноги. В оттоманке ящик для пледов, чехлы снимаются и стираются.",
            "A corner sofa with a chaise to stretch out on. The chaise holds a box for blankets, the covers come off for washing.",
        ),
        size: Size {
            h: 850,
            w: 2700,
            d: 1600,
        },
        build: Build::Sofa(Sofa {
            seats: 3,
            arm: 220,
            chaise: true,
        }),
        finishes: &[Finish::GREY, Finish::EMERALD],
    },
    Family {
        code: "sofa-aldan",
        category: "sofas",
        style: "scandinavian",
        load_kg: None,
        name: ("Диван «Алдан» двухместный", "Aldan two-seat sofa"),
        about: (
            "Небольшой диван на высоких ножках для кабинета или кухни-гостиной. Тонкие подлокотники экономят место, не отнимая его у сиденья.",
            "A small sofa on tall legs for a study or an open kitchen. The slim arms save space without taking it from the seat.",
        ),
        size: Size {
            h: 820,
            w: 1600,
            d: 900,
        },
        build: Build::Sofa(Sofa {
            seats: 2,
            arm: 130,
            chaise: false,
        }),
        finishes: &[Finish::BEIGE, Finish::NAVY, Finish::COGNAC],
    },
    Family {
        code: "armchair-lena",
        category: "armchairs",
        style: "classic",
        load_kg: None,
        name: ("Кресло «Лена»", "Lena armchair"),
        about: (
            "Кресло для чтения с широкими подлокотниками, на которые можно поставить чашку. Пара к диванам «Енисей» и «Алдан».",
            "A reading chair with arms wide enough for a cup. It goes with the Yenisei and Aldan sofas.",
        ),
        size: Size {
            h: 850,
            w: 920,
            d: 900,
        },
        build: Build::Sofa(Sofa {
            seats: 1,
            arm: 160,
            chaise: false,
        }),
        finishes: &[Finish::TERRACOTTA, Finish::EMERALD],
    },
    Family {
        code: "armchair-tavda",
        category: "armchairs",
        style: "scandinavian",
        load_kg: None,
        name: ("Кресло «Тавда»", "Tavda armchair"),
        about: (
            "Лёгкое кресло с узкими подлокотниками для спальни или уголка у окна. Повторяет линии дивана «Алдан» и ставится с ним в пару.",
            "A light armchair with slim arms for the bedroom or a place by the window. It has the lines of the Aldan sofa and goes with it.",
        ),
        size: Size {
            h: 800,
            w: 760,
            d: 820,
        },
        build: Build::Sofa(Sofa {
            seats: 1,
            arm: 90,
            chaise: false,
        }),
        finishes: &[Finish::BEIGE, Finish::GREY, Finish::COGNAC],
    },
];
