//! How a unit is put together. Its bill of materials and its pictures both come from this.

/// Outer dimensions in millimetres: height, width, depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub h: i32,
    pub w: i32,
    pub d: i32,
}

/// The construction of a family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Build {
    Case(Case),
    Table(Table),
    Chair(Chair),
    Bed(Bed),
    Sofa(Sofa),
}

/// Wardrobes, cabinets, shelving, dressers: a carcass divided into columns, and those into cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    /// Left to right, each with its share of the width.
    pub columns: &'static [(i32, &'static [(i32, Fill)])],
    pub base: Base,
    /// Thickness of a board that covers the top and stands out a little; 0 without one.
    pub worktop: i32,
    pub handle: Handle,
    /// Whether the carcass has a back panel.
    pub back: bool,
}

/// What closes a cell; cells are listed top to bottom with their share of the height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// Hinged on the left.
    DoorLeft,
    /// Hinged on the right.
    DoorRight,
    /// A pair of doors.
    Doors,
    /// A pair of glazed doors with shelves behind.
    Glass,
    Drawer,
    /// Open, with this many shelves in it.
    Open(i32),
    /// A door on a rail.
    Slide,
    /// A mirror on a rail.
    SlideMirror,
}

/// What a case stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// A closed plinth of this height.
    Plinth(i32),
    /// Legs of this height.
    Legs(i32),
    /// On the wall, its lower edge this far above the floor.
    Wall(i32),
}

impl Base {
    /// Height below the carcass that belongs to the unit.
    pub const fn height(self) -> i32 {
        match self {
            Self::Plinth(h) | Self::Legs(h) => h,
            Self::Wall(_) => 0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handle {
    Bar,
    Knob,
    Shell,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub round: bool,
    /// Thickness of the top.
    pub top: i32,
    pub legs: TableLegs,
    /// Drawers in a pedestal on the right; 0 without one.
    pub drawers: i32,
    /// How many can dine at it; 0 at one that is not for dining.
    pub seats: i32,
    /// Whether it opens for a leaf in the middle.
    pub extends: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableLegs {
    /// Four of wood, tapered.
    Wood,
    /// Two frames of steel.
    Frames,
    /// One turned column with a foot.
    Column,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Chair {
    /// Height of the seat.
    pub seat: i32,
    pub back: ChairBack,
    pub arms: bool,
    pub metal_legs: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChairBack {
    Upholstered,
    /// Slats of wood.
    Slats(i32),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Bed {
    /// Width of the mattress.
    pub mattress: i32,
    pub upholstered: bool,
    /// Drawers in the foot board.
    pub drawers: i32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Sofa {
    pub seats: i32,
    /// Width of an arm.
    pub arm: i32,
    /// Whether the right seat reaches forward to lie on.
    pub chaise: bool,
}

/// Thickness of carcass boards.
pub(super) const BOARD: i32 = 16;

/// A cell of a case in millimetres: x from the left edge, y from the floor of the carcass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
    pub fill: Fill,
    /// Whether a board lies under it, towards the next cell.
    pub shelf_below: bool,
}

impl Cell {
    /// Shelves in it, the board under it apart.
    pub const fn shelves(&self) -> i32 {
        match self.fill {
            Fill::Open(shelves) => shelves,
            Fill::Drawer => 0,
            Fill::Slide | Fill::SlideMirror => 4,
            Fill::Glass => self.h / 350,
            Fill::DoorLeft | Fill::DoorRight => self.h / 450,
            Fill::Doors => 1,
        }
    }
}

impl Case {
    /// Height of the carcass without base and worktop.
    pub const fn carcass(&self, size: Size) -> i32 {
        size.h - self.base.height() - self.worktop
    }

    /// All cells, column by column, top to bottom.
    pub fn cells(&self, size: Size) -> Vec<Cell> {
        let mut cells = Vec::new();
        let inner_w = size.w - 2 * BOARD;
        let inner_h = self.carcass(size) - 2 * BOARD;
        let all_columns: i32 = self.columns.iter().map(|(share, _)| share).sum();
        let mut before = 0;
        for (share, column) in self.columns {
            let left = inner_w * before / all_columns;
            before += share;
            let right = inner_w * before / all_columns;
            let all_cells: i32 = column.iter().map(|(share, _)| share).sum();
            let mut above = 0;
            for (index, &(share, fill)) in column.iter().enumerate() {
                let top = inner_h * above / all_cells;
                above += share;
                let bottom = inner_h * above / all_cells;
                cells.push(Cell {
                    x: BOARD + left,
                    y: BOARD + inner_h - bottom,
                    w: right - left,
                    h: bottom - top,
                    fill,
                    shelf_below: index + 1 < column.len(),
                });
            }
        }
        cells
    }

    /// Whether doors run on rails.
    pub fn slides(&self) -> bool {
        self.columns
            .iter()
            .flat_map(|(_, cells)| *cells)
            .any(|(_, fill)| matches!(fill, Fill::Slide | Fill::SlideMirror))
    }
}
