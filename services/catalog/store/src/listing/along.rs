/// The index that a walk follows: all units, or those that have something in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    All,
    /// A category at the top of the tree, and all below it.
    Root(i32),
    /// A category with nothing below it.
    Category(i32),
    Color(i32),
    Material(i32),
    /// A category with nothing below it, and a colour.
    CategoryColor(i32, i32),
    /// A category with nothing below it, and a material.
    CategoryMaterial(i32, i32),
}

impl Along {
    /// The category that all on it are of.
    pub(crate) const fn category(self) -> Option<i32> {
        match self {
            Self::Root(category)
            | Self::Category(category)
            | Self::CategoryColor(category, _)
            | Self::CategoryMaterial(category, _) => Some(category),
            Self::All | Self::Color(_) | Self::Material(_) => None,
        }
    }

    /// The colour that all on it have.
    pub(crate) const fn color(self) -> Option<i32> {
        match self {
            Self::Color(color) | Self::CategoryColor(_, color) => Some(color),
            _ => None,
        }
    }

    /// The material that all on it are of.
    pub(crate) const fn material(self) -> Option<i32> {
        match self {
            Self::Material(material) | Self::CategoryMaterial(_, material) => Some(material),
            _ => None,
        }
    }
}
