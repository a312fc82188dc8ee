use super::Family;
use crate::demo::build::{Build, Chair, ChairBack, Size};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "chair-neva",
        category: "chairs",
        style: "classic",
        load_kg: Some(120),
        name: ("Стул «Нева» мягкий", "Neva upholstered chair"),
        about: (
            "Мягкий стул с изогнутой спинкой, за которым не устаёшь и после долгого ужина. Каркас из берёзовой фанеры, ножки из массива дуба.",
            "An upholstered chair with a curved back that stays comfortable through a long dinner. The frame is birch plywood, the legs are solid oak.",
        ),
        size: Size {
            h: 860,
            w: 480,
            d: 560,
        },
        build: Build::Chair(Chair {
            seat: 470,
            back: ChairBack::Upholstered,
            arms: false,
            metal_legs: false,
        }),
        finishes: &[Finish::BEIGE, Finish::GREY, Finish::TERRACOTTA],
    },
    Family {
        code: "chair-oka",
        category: "chairs",
        style: "scandinavian",
        load_kg: Some(120),
        name: ("Стул «Ока» деревянный", "Oka wooden chair"),
        about: (
            "Классический стул целиком из дерева: сиденье выбрано по форме, рейки спинки слегка пружинят. Соединён на шипах, без шурупов на виду.",
            "A classic chair all of wood: the seat is shaped, the slats of the back give a little. It is joined with tenons, no screws in sight.",
        ),
        size: Size {
            h: 880,
            w: 440,
            d: 500,
        },
        build: Build::Chair(Chair {
            seat: 450,
            back: ChairBack::Slats(5),
            arms: false,
            metal_legs: false,
        }),
        finishes: &[Finish::OAK_SOLID, Finish::ASH],
    },
    Family {
        code: "chair-svir",
        category: "chairs",
        style: "modern",
        load_kg: Some(130),
        name: ("Полукресло «Свирь»", "Svir dining armchair"),
        about: (
            "Полукресло с подлокотниками для обеденного стола или кабинета. Спинка обнимает и держит осанку, сиденье на пружинах «змейка».",
            "An armchair for the dining table or the study. The back embraces and keeps the posture, the seat rests on sinuous springs.",
        ),
        size: Size {
            h: 800,
            w: 590,
            d: 600,
        },
        build: Build::Chair(Chair {
            seat: 480,
            back: ChairBack::Upholstered,
            arms: true,
            metal_legs: true,
        }),
        finishes: &[Finish::EMERALD, Finish::NAVY, Finish::COGNAC],
    },
    Family {
        code: "stool-lovat",
        category: "chairs",
        style: "loft",
        load_kg: Some(130),
        name: ("Стул барный «Ловать»", "Lovat bar stool"),
        about: (
            "Барный стул для столешницы высотой 105–110 см, с невысокой спинкой и упором для ног. Стальное основание рассчитано на 130 кг.",
            "A bar stool for counters 105–110 cm high, with a low back and a footrest. The steel base is rated for 130 kg.",
        ),
        size: Size {
            h: 1020,
            w: 430,
            d: 480,
        },
        build: Build::Chair(Chair {
            seat: 750,
            back: ChairBack::Upholstered,
            arms: false,
            metal_legs: true,
        }),
        finishes: &[Finish::BLACK, Finish::COGNAC],
    },
];
