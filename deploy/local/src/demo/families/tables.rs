use super::Family;
use crate::demo::build::{Build, Size, Table, TableLegs};
use crate::demo::terms::Finish;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        code: "table-baikal",
        category: "tables",
        style: "scandinavian",
        load_kg: Some(80),
        name: ("Стол обеденный «Байкал»", "Baikal dining table"),
        about: (
            "За этим столом свободно сидят шестеро, а со вставкой – восьмеро. Скруглённые кромки приятны рукам, конусные ножки вынесены к углам и не мешают коленям.",
            "Six people sit at this table with ease, eight with the extension leaf. The rounded edges are kind to the hands, the tapered legs stand at the corners, out of the way of knees.",
        ),
        size: Size {
            h: 750,
            w: 1600,
            d: 900,
        },
        build: Build::Table(Table {
            round: false,
            top: 32,
            legs: TableLegs::Wood,
            drawers: 0,
            seats: 6,
            extends: true,
        }),
        finishes: &[Finish::OAK_SOLID, Finish::WALNUT, Finish::ASH],
    },
    Family {
        code: "table-ilmen",
        category: "tables",
        style: "classic",
        load_kg: Some(60),
        name: ("Стол круглый «Ильмень»", "Ilmen round table"),
        about: (
            "Круглый стол на одной опоре: за ним нет углов и всем хватает места. Широкое основание не даёт ему качаться, а войлочные накладки берегут пол.",
            "A round table on a single column: no corners, and room for everybody. The wide foot keeps it steady, felt pads spare the floor.",
        ),
        size: Size {
            h: 750,
            w: 1100,
            d: 1100,
        },
        build: Build::Table(Table {
            round: true,
            top: 28,
            legs: TableLegs::Column,
            drawers: 0,
            seats: 4,
            extends: false,
        }),
        finishes: &[Finish::OAK_SOLID, Finish::WHITE],
    },
    Family {
        code: "table-istra",
        category: "tables",
        style: "loft",
        load_kg: Some(50),
        name: ("Столик журнальный «Истра»", "Istra coffee table"),
        about: (
            "Низкий столик к дивану на двух стальных рамах. Лёгкий с виду, он выдерживает 50 кг и не царапает пол.",
            "A low table for the sofa on two steel frames. Light to look at, it carries 50 kg and does not scratch the floor.",
        ),
        size: Size {
            h: 420,
            w: 1000,
            d: 600,
        },
        build: Build::Table(Table {
            round: false,
            top: 22,
            legs: TableLegs::Frames,
            drawers: 0,
            seats: 0,
            extends: false,
        }),
        finishes: &[Finish::OAK, Finish::WALNUT, Finish::GRAPHITE_GLASS],
    },
    Family {
        code: "table-alatyr",
        category: "tables",
        style: "loft",
        load_kg: Some(120),
        name: ("Стол обеденный «Алатырь»", "Alatyr dining table"),
        about: (
            "Стол с цельной каменной столешницей на стальных рамах. Камень не боится горячего и остаётся прохладным в любую погоду.",
            "A table with a single slab of stone on steel frames. The stone does not mind hot dishes and stays cool in any weather.",
        ),
        size: Size {
            h: 750,
            w: 1800,
            d: 900,
        },
        build: Build::Table(Table {
            round: false,
            top: 20,
            legs: TableLegs::Frames,
            drawers: 0,
            seats: 8,
            extends: false,
        }),
        finishes: &[Finish::WHITE_STONE],
    },
];
