//! The words every part of the shop shares: typed ids, money, personal data, clock, languages and pages.
//!
//! Nothing here does I/O; domain crates depend on this crate alone.

mod clock;
mod id;
mod lang;
mod money;
mod page;
mod personal;
mod size;

pub mod random;

pub use clock::{Clock, SharedClock, SystemClock};
pub use id::{
    CartId, CategoryId, ComponentId, EventId, OrderId, ParseIdError, PaymentId, ProductId, ReceiptId, SetId,
    SlotId, WarehouseId,
};
pub use lang::{Lang, Text};
pub use money::{Currency, Money, MoneyError};
pub use page::{BadCursor, MAX_PAGE_SIZE, PageSize, decode_cursor, encode_cursor};
pub use personal::Personal;
pub use size::Dimensions;

#[doc(hidden)]
pub use uuid;
