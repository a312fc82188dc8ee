/// Parts of category codes and the drawing each one gets: path data on a 64 × 64 grid.
const DRAWINGS: [(&str, &str); 16] = [
    (
        "wardrobe",
        "M13 8h38v46H13zM32 8v46M13 44h38M28 24v7M36 24v7M17 54v4M47 54v4",
    ),
    (
        "kitchen",
        "M10 7h44v16H10zM32 7v16M7 32h50M10 32v25h44V32M32 32v25M26 39v6M38 39v6M26 14v5M38 14v5",
    ),
    (
        "bookcase",
        "M14 7h36v50H14zM14 23h36M14 40h36M19 23v-9h4v9M26 23V12h4v11M41 40V29h5v11M20 57v-9h13v9",
    ),
    (
        "shel",
        "M14 7h36v50H14zM14 23h36M14 40h36M19 23v-9h4v9M26 23V12h4v11M41 40V29h5v11M20 57v-9h13v9",
    ),
    (
        "armchair",
        "M16 31V20a8 8 0 0 1 8-8h16a8 8 0 0 1 8 8v11M9 36a5 5 0 0 1 10 0v6h26v-6a5 5 0 0 1 10 0v14H9zM14 50v7M50 50v7",
    ),
    (
        "sofa",
        "M10 31v-8a7 7 0 0 1 7-7h30a7 7 0 0 1 7 7v8M32 16v24M4 35a5 5 0 0 1 10 0v6h36v-6a5 5 0 0 1 10 0v13H4zM9 48v6M55 48v6",
    ),
    (
        "chair",
        "M20 6v27M44 6v27M20 12h24M20 20h24M17 33h30v6H17zM20 39v19M44 39v19",
    ),
    ("stool", "M14 24h36v6H14zM18 30l-4 28M46 30l4 28M16.500 44h31"),
    ("bench", "M6 30h52v7H6zM12 37v19M52 37v19M12 47h40"),
    (
        "bed",
        "M7 12v44M7 36h50v20M7 47h50M13 36v-8h17v8M30 29h19a8 8 0 0 1 8 7",
    ),
    (
        "desk",
        "M6 20h52v6H6zM11 26v31M35 26h18v31H35zM35 36h18M35 46h18M42 31h4M42 41h4",
    ),
    ("table", "M6 21h52v6H6zM12 27v30M52 27v30M12 33h40"),
    (
        "night",
        "M17 20h30v29H17zM17 34h30M29 27h6M29 41h6M21 49v8M43 49v8M28 20v-6h8v6",
    ),
    (
        "dresser",
        "M9 15h46v35H9zM9 26.500h46M9 38h46M28 21h8M28 32.500h8M28 44h8M14 50v7M50 50v7",
    ),
    (
        "chest",
        "M9 15h46v35H9zM9 26.500h46M9 38h46M28 21h8M28 32.500h8M28 44h8M14 50v7M50 50v7",
    ),
    (
        "tv",
        "M6 38h52v13H6zM23 38v13M41 38v13M11 51v6M53 51v6M14 10h36v22H14zM32 32v6",
    ),
];

/// A cabinet: what furniture looks like when nothing else is known of it.
const ANY: &str = "M10 12h44v40H10zM32 12v40M28 29v6M36 29v6M15 52v5M49 52v5";

/// The drawing of a category, found by its code: categories are data, new ones come without a release.
pub fn of_category(code: &str) -> &'static str {
    DRAWINGS
        .iter()
        .find(|(part, _)| code.contains(part))
        .map_or(ANY, |(_, path)| path)
}

/// Kinds of sets that are called by a room, and a category whose drawing stands for it.
const ROOMS: [(&str, &str); 7] = [
    ("living", "sofa"),
    ("dining", "table"),
    ("hall", "wardrobe"),
    ("child", "bed"),
    ("kids", "bed"),
    ("office", "desk"),
    ("study", "desk"),
];

/// The drawing of a kind of sets.
pub fn of_set(kind: &str) -> &'static str {
    let room = ROOMS.iter().find(|(room, _)| kind.contains(room));
    of_category(room.map_or(kind, |(_, like)| like))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_drawing_comes_first() {
        assert_ne!(of_category("armchairs"), of_category("chairs"));
        assert_eq!(of_category("bookshelves"), of_category("shelving"));
        assert_eq!(of_category("aquariums"), ANY);
        assert_eq!(of_set("living-room"), of_category("sofas"));
        assert_eq!(of_set("bedroom"), of_category("beds"));
    }
}
