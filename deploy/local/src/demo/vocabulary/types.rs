use contracts::catalog::ComponentTypeContent;

use super::{Use, uses};
use crate::demo::terms::{Words, text};

/// Types of components with their properties, boards first.
#[rustfmt::skip]
const TYPES: &[(&str, Words, &[Use])] = &[
    ("panel", ("Корпусные детали", "Carcass panels"), &[]),
    ("front", ("Фасады", "Fronts"), &[]),
    ("worktop", ("Столешницы", "Tops"), &[]),
    ("headboard", ("Изголовья", "Headboards"), &[]),
    ("back", ("Спинки и задние стенки", "Backs"), &[]),
    ("seat", ("Сиденья", "Seats"), &[]),
    ("glass", ("Стеклянные двери", "Glass doors"), &[]),
    ("mirror", ("Зеркальные двери", "Mirror doors"), &[]),
    ("door", ("Двери в сборе", "Doors with hinges"), &[]),
    ("drawer", ("Ящики в сборе", "Drawers"), &[]),
    ("drawer-part", ("Детали ящиков", "Parts of drawers"), &[]),
    ("frame", ("Каркасы", "Frames"), &[]),
    ("base", ("Основания кроватей", "Bed bases"), &[("mattress_size", true)]),
    ("mattress", ("Матрасы", "Mattresses"), &[("mattress_size", true), ("firmness", true)]),
    ("upholstery", ("Чехлы", "Covers"), &[]),
    ("cushion", ("Наполнители и подушки", "Fillings and cushions"), &[]),
    ("spring", ("Пружины", "Springs"), &[]),
    ("leg", ("Ножки и опоры", "Legs"), &[("adjustable", false), ("maker", false)]),
    ("hinge", ("Петли", "Hinges"), &[("opening_angle", true), ("soft_close", true), ("maker", false)]),
    ("slide", ("Направляющие", "Drawer slides"), &[("slide_length_mm", true), ("soft_close", false), ("maker", false)]),
    ("handle", ("Ручки", "Handles"), &[("maker", false)]),
    ("rail", ("Рельсы и штанги", "Rails"), &[]),
    ("fastener", ("Крепёж", "Fasteners"), &[]),
    ("light", ("Подсветка", "Lights"), &[("power_w", true)]),
    ("insert", ("Дополнения", "Inserts"), &[]),
];

/// All types.
pub(in super::super) fn types() -> Vec<ComponentTypeContent> {
    let numbered = (1..).zip(TYPES);
    numbered
        .map(|(position, &(code, name, properties))| ComponentTypeContent {
            code: code.to_owned(),
            name: text(name),
            position,
            properties: uses(properties),
        })
        .collect()
}
