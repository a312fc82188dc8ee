use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Outer dimensions in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dimensions {
    /// Height in millimetres.
    #[schema(example = 2100)]
    pub height_mm: i32,
    /// Width in millimetres.
    #[schema(example = 1200)]
    pub width_mm: i32,
    /// Depth in millimetres.
    #[schema(example = 600)]
    pub depth_mm: i32,
}

impl Dimensions {
    /// The volume of the bounding box in litres, rounded up: what the box takes in a van.
    pub fn litres(self) -> i64 {
        let cubic_mm = i64::from(self.height_mm) * i64::from(self.width_mm) * i64::from(self.depth_mm);
        (cubic_mm + 999_999) / 1_000_000
    }
}
