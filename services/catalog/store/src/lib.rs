//! The catalog database: migrations, queries, transactions. One file per operation.
//!
//! Reads answer with the wire types of [`contracts`], so that a row is mapped once. Rules (how many can be put
//! together, which shelves an order is taken from, what a unit costs) are those of [`catalog_domain`]; SQL only
//! brings the numbers and keeps what was decided.
//!
//! # Locks
//!
//! Whoever changes stock takes the reservation's row first and then the stock rows in the order of (component,
//! warehouse), each before it changes it; several reservations are taken in the order of their ids. So two changes can
//! wait for each other, but never in a circle. A reservation locks only the shelves it takes from, and relies on the
//! constraint `stock_reserved_is_on_hand` to be told when others were faster.
//!
//! # Statements
//!
//! Counted with `BEGIN` and `COMMIT` (`tests/it/statements.rs` holds us to it): list 2 or 3, of common words 5, product
//! 4, look up 1, reserve 3 (9 when others took the chosen stock in between), confirm 4, release 4, replace 8;
//! recommendations at most 4, a wish 4, each report 2; sets 3, a set 5, the check of a set 3. For many products at
//! once: sheets 1, bills at most 3, availabilities 3; for many sets: sheets 3, availabilities 3.
//!
//! # Rights
//!
//! The edge face reads; the internal face reserves and runs the jobs; the staff face corrects stock; [`import()`]
//! and [`migrate()`] run as the owner. What a role may do is in `migrations/0003_rights.sql`.

pub mod assortment;
mod availabilities;
mod availability;
mod bills;
mod bulk;
mod cards;
mod categories;
mod components;
mod confirm;
mod correct_stock;
mod count_sales;
mod document;
pub mod edit;
mod expire;
mod explode;
mod hold;
mod import;
mod inbox;
mod invariants;
mod list_reservations;
mod list_stock;
mod listing;
mod lookup;
mod media;
mod migrate;
mod oversold;
mod parts;
mod place_shelf;
mod price;
mod product;
mod property_value;
mod rebuild_balances;
mod receive_stock;
mod recommendations;
mod refresh_availability;
mod release;
mod replace;
mod report_missing;
mod report_unsold;
mod reservation;
mod reserve;
mod rows;
mod sets;
mod settle;
mod sheets;
mod shown;
mod tell_wishes;
mod toggles;
mod variants;
mod vocabulary;
mod wanted;
mod wish;

pub use availabilities::{availabilities, listed_availability};
pub use availability::availability;
pub use bills::{BillOwner, NamedComponent, NamedLine, bills};
pub use bulk::{BulkError, Exported, Imported, RowFaults, Rows, export_page, import_rows};
pub use categories::{CategoryNode, categories};
pub use components::components;
pub use confirm::confirm;
pub use correct_stock::{CorrectStockError, correct_stock};
pub use count_sales::count_sales;
pub use document::register_document;
pub use expire::expire_due;
pub use import::{
    Assortment, BillEntry, ComponentEntry, ImportError, ImportReport, ProductEntry, ProductSetEntry,
    SetUnitEntry, StockEntry, import,
};
pub use inbox::OrderEvents;
pub use invariants::{Violation, invariants};
pub use list_reservations::{ReservationFilter, list_reservations};
pub use list_stock::{StockFilter, list_stock};
pub use listing::{
    ListError, ListingWords, ProductFilter, PropertyFault, Sort, WrittenPage, list_products, list_written,
    listing_invariants, listing_words, rebuild_listings, relist, suggestions,
};
pub use lookup::lookup;
pub use media::{MediaEntry, media, register_media};
pub use migrate::{MigrateError, migrate};
pub use oversold::{oversold, oversold_lately};
pub use place_shelf::place_shelf;
pub use price::price;
pub use product::{ProductRef, product};
pub use property_value::{ProductProperty, PropertyValue};
pub use rebuild_balances::rebuild_balances;
pub use receive_stock::{ReceiveStockError, receive_stock};
pub use recommendations::recommendations;
pub use refresh_availability::{Refreshed, refresh_availability};
pub use release::release;
pub use replace::{ReplaceError, replace};
pub use report_missing::report_missing;
pub use report_unsold::report_unsold;
pub use reservation::reservation;
pub use reserve::{ReserveError, ReserveQueue, reserve};
pub use sets::{
    CheckSetError, SetFilter, SetRef, SetSheet, change_set, check_set, create_set, delete_set, list_sets,
    restore_set, set, set_availabilities, set_entries, set_entry, set_sheets,
};
pub use settle::SettleError;
pub use sheets::{ProductSheet, product_sheets};
pub use tell_wishes::tell_wishes;
pub use toggles::toggles_unless;
pub use variants::{
    Failed, MAX_ATTEMPTS, VariantEntry, VariantTask, claim_variants, fail_variants, finish_variants,
};
pub use vocabulary::{
    Vocabulary, WarehouseSpace, change_entry, create_entry, delete_entry, entry, list_entries,
    reprice_margins, restore_entry, warehouse_spaces,
};
pub use wanted::NotForSale;
pub use wish::{WishError, drop_wish, put_wish};
