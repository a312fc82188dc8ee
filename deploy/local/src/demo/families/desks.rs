use super::Family;
use crate::demo::build::{Build, Size, Table, TableLegs};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "desk-pakhra",
        category: "desks",
        style: "modern",
        load_kg: Some(60),
        name: ("Стол письменный «Пахра»", "Pakhra desk"),
        about: (
            "Рабочий стол с тремя ящиками справа и отверстием для проводов. Глубины хватает для большого монитора и раскрытой тетради перед ним.",
            "A desk with three drawers on the right and an opening for cables. It is deep enough for a large screen with an open notebook in front.",
        ),
        size: Size {
            h: 750,
            w: 1300,
            d: 650,
        },
        build: Build::Table(Table {
            round: false,
            top: 25,
            legs: TableLegs::Wood,
            drawers: 3,
            seats: 0,
            extends: false,
        }),
        finishes: &[Finish::OAK, Finish::WHITE, Finish::GRAPHITE],
    },
    Family {
        code: "desk-yauza",
        category: "desks",
        style: "loft",
        load_kg: Some(50),
        name: ("Стол письменный «Яуза»", "Yauza desk"),
        about: (
            "Простой рабочий стол на стальных рамах: ничего лишнего под столешницей, коленям свободно. Легко переставить в одиночку.",
            "A plain desk on steel frames: nothing under the top, so there is room for the knees. One person can move it.",
        ),
        size: Size {
            h: 750,
            w: 1200,
            d: 600,
        },
        build: Build::Table(Table {
            round: false,
            top: 25,
            legs: TableLegs::Frames,
            drawers: 0,
            seats: 0,
            extends: false,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::WHITE],
    },
];
