use super::Family;
use crate::demo::build::{Bed, Build, Size};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "bed-vuoksa",
        category: "beds",
        style: "classic",
        load_kg: Some(300),
        name: ("Кровать «Вуокса» 160×200", "Vuoksa bed 160×200"),
        about: (
            "Двуспальная кровать с высоким изголовьем, на которое удобно опереться с книгой. Ортопедическое основание из берёзовых лат входит в комплект, матрас выбирается отдельно.",
            "A double bed with a tall headboard to lean on with a book. The slatted birch base is included, the mattress is chosen separately.",
        ),
        size: Size {
            h: 1000,
            w: 1680,
            d: 2080,
        },
        build: Build::Bed(Bed {
            mattress: 1600,
            upholstered: false,
            drawers: 0,
        }),
        finishes: &[Finish::OAK_SOLID, Finish::WALNUT, Finish::WHITE],
    },
    Family {
        code: "bed-pechora",
        category: "beds",
        style: "modern",
        load_kg: Some(280),
        name: (
            "Кровать «Печора» мягкая 160×200",
            "Pechora upholstered bed 160×200",
        ),
        about: (
            "Мягкая кровать с простёганным изголовьем и скруглёнными углами. Под основанием можно хранить одеяла: подъёмный механизм ставится по желанию.",
            "An upholstered bed with a channelled headboard and rounded corners. Blankets can be kept under the base: a lifting mechanism is fitted on request.",
        ),
        size: Size {
            h: 1120,
            w: 1760,
            d: 2160,
        },
        build: Build::Bed(Bed {
            mattress: 1600,
            upholstered: true,
            drawers: 0,
        }),
        finishes: &[Finish::BEIGE, Finish::GREY, Finish::EMERALD],
    },
    Family {
        code: "bed-kama",
        category: "beds",
        style: "scandinavian",
        load_kg: Some(150),
        name: ("Кровать «Кама» с ящиками 90×200", "Kama bed with drawers 90×200"),
        about: (
            "Односпальная кровать для детской или гостевой с двумя ящиками для белья. Углы скруглены, лак на водной основе не пахнет.",
            "A single bed for a child's or a guest room with two linen drawers. The corners are rounded, the water-based lacquer has no smell.",
        ),
        size: Size {
            h: 850,
            w: 960,
            d: 2060,
        },
        build: Build::Bed(Bed {
            mattress: 900,
            upholstered: false,
            drawers: 2,
        }),
        finishes: &[Finish::WHITE, Finish::PINE],
    },
];
