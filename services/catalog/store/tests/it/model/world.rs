//! The store that the model is compared with: the same things in a database, and every operation carried out there.

use std::collections::BTreeMap;
use std::sync::Mutex;

use contracts::catalog::{BillItem, GeoPoint, Pick, Reservation, ReservationLine, ReservationSet, Shortage};
use kernel::{ComponentId, ProductId, SetId, WarehouseId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::Model;
use super::operations::{BillLine, FRAME, Lines, PAIR, PLAIN};
use super::order::{Held, Line, Shelf, Short};
use crate::assortment::{make, make_unit, piece, table};
use crate::support::{self, Shop};

/// In each warehouse at the beginning.
const PIECES: [i64; 3] = [60, 25, 40];
pub(super) const PLACES: [(f64, f64); 3] = [(55.75, 37.62), (59.94, 30.31), (56.84, 60.61)];
/// Nearest to the third warehouse, then to the first.
pub(super) const ADDRESS: (f64, f64) = (55.03, 82.92);

pub(super) struct World {
    pub shop: Shop,
    begun: OffsetDateTime,
    pub(super) components: Vec<ComponentId>,
    pub(super) units: Vec<ProductId>,
    sets: Vec<SetId>,
    pub(super) warehouses: Vec<WarehouseId>,
    /// Versions of what is edited.
    pub(super) versions: Mutex<BTreeMap<String, i64>>,
}

fn line(component: usize, substitutes: &[usize], quantity: i64) -> BillLine {
    BillLine {
        component,
        substitutes: substitutes.to_vec(),
        quantity,
        required: true,
    }
}

/// Units that share components, assemblies and substitutes, and sets of them.
fn beginning() -> Model {
    let mut model = Model {
        assemblies: BTreeMap::from([
            (PAIR, vec![line(0, &[], 2), line(1, &[2], 1)]),
            (FRAME, vec![line(PAIR, &[], 1), line(3, &[], 2)]),
        ]),
        bills: vec![
            vec![line(0, &[], 2), line(1, &[], 1)],
            vec![line(2, &[3], 1), line(4, &[], 3)],
            vec![line(FRAME, &[], 1), line(5, &[], 1)],
            vec![line(PAIR, &[], 2), line(6, &[7, 1], 1)],
            vec![line(FRAME, &[], 1), line(PAIR, &[], 1), line(3, &[4], 1)],
            vec![line(7, &[], 3), line(0, &[2], 1)],
        ],
        sets: vec![vec![(0, 1), (1, 2)], vec![(2, 1), (3, 1), (0, 1)]],
        ..Model::default()
    };
    model.multiply_all();
    for component in 0..PLAIN {
        for (warehouse, pieces) in PIECES.into_iter().enumerate() {
            model.on_hand.insert((component, warehouse), pieces);
            model.reserved.insert((component, warehouse), 0);
        }
    }
    model
}

impl World {
    pub(super) async fn new() -> (Self, Model) {
        let model = beginning();
        let skus: Vec<String> = (0..PLAIN).map(|n| format!("C{n}")).collect();
        let stock: Vec<(&str, &[i64])> = skus.iter().map(|sku| (&**sku, &PIECES[..])).collect();
        let shop = Shop::with(&[], &stock).await;
        let mut world = Self {
            begun: shop.now(),
            components: Vec::new(),
            units: Vec::new(),
            sets: Vec::new(),
            warehouses: Vec::new(),
            versions: Mutex::default(),
            shop,
        };
        world.fill(&model).await;
        (world, model)
    }

    async fn fill(&mut self, model: &Model) {
        for component in 0..PLAIN {
            let id = self.shop.component(&format!("C{component}")).await;
            self.components.push(id);
        }
        for (number, lines) in &model.assemblies {
            let assembly = piece(&format!("C{number}"), None, &self.items(lines));
            self.components.push(make(&self.shop, &assembly).await.id);
        }
        for (number, bill) in model.bills.iter().enumerate() {
            let unit = table(&format!("unit-{number}"), &self.items(bill));
            self.units.push(make_unit(&self.shop, &unit).await.unit.id);
        }
        for units in &model.sets {
            let slugs: Vec<(String, i64)> = units
                .iter()
                .map(|&(unit, each)| (format!("unit-{unit}"), each))
                .collect();
            let units: Vec<(&str, i64)> = slugs.iter().map(|(slug, each)| (&**slug, *each)).collect();
            self.sets.push(self.shop.set(&units).await);
        }
        for (code, (latitude, longitude)) in support::WAREHOUSES.into_iter().zip(PLACES) {
            let id: Uuid = sqlx::query_scalar(
                "UPDATE warehouse SET latitude = $2, longitude = $3 WHERE code = $1 RETURNING id",
            )
            .bind(code)
            .bind(latitude)
            .bind(longitude)
            .fetch_one(self.shop.db.admin())
            .await
            .expect("a warehouse");
            self.warehouses.push(id.into());
        }
    }

    pub(super) fn items(&self, lines: &[BillLine]) -> Vec<BillItem> {
        let items = lines.iter().map(|line| BillItem {
            component_id: self.components[line.component],
            quantity: i32::try_from(line.quantity).expect("small"),
            required: line.required,
            substitutes: line
                .substitutes
                .iter()
                .map(|&other| self.components[other])
                .collect(),
        });
        items.collect()
    }

    pub(super) fn asked(&self, lines: &Lines) -> (Vec<ReservationLine>, Vec<ReservationSet>) {
        let units = lines.units.iter().map(|&(unit, quantity)| ReservationLine {
            product_id: self.units[unit],
            quantity,
        });
        let sets = lines.sets.iter().map(|&(set, quantity)| ReservationSet {
            set_id: self.sets[set],
            quantity,
        });
        (units.collect(), sets.collect())
    }

    pub(super) fn short(&self, short: &[Shortage]) -> Vec<Short> {
        let short = short.iter().map(|short| Short {
            unit: self.unit(short.product_id),
            requested: short.requested,
            available: short.available,
        });
        let mut short: Vec<Short> = short.collect();
        short.sort_by_key(|short| short.unit);
        short
    }

    pub(super) fn held(&self, reservation: &Reservation) -> Held {
        let lines = reservation.lines.iter();
        Held {
            status: reservation.status,
            expires: self.minutes(reservation.expires_at),
            lines: lines
                .map(|line| self.line(line.product_id, line.set_id, line.quantity))
                .collect(),
            picks: reservation.picks.iter().map(|pick| self.pick(pick)).collect(),
        }
    }

    pub(super) fn line(&self, unit: ProductId, set: Option<SetId>, quantity: i64) -> Line {
        Line {
            unit: self.unit(unit),
            set: set.map(|set| place_of(&self.sets, set)),
            quantity,
        }
    }

    /// Minutes since the beginning.
    pub(super) fn minutes(&self, at: OffsetDateTime) -> i64 {
        (at - self.begun).whole_minutes()
    }

    fn pick(&self, pick: &Pick) -> (Shelf, i64) {
        let warehouse = support::WAREHOUSES
            .into_iter()
            .position(|code| code == pick.warehouse);
        let place = (self.component(pick.component_id), warehouse.expect("one of ours"));
        (place, pick.quantity)
    }

    fn unit(&self, id: ProductId) -> usize {
        place_of(&self.units, id)
    }

    pub(super) fn component(&self, id: ComponentId) -> usize {
        place_of(&self.components, id)
    }

    pub(super) fn warehouse(&self, id: WarehouseId) -> usize {
        place_of(&self.warehouses, id)
    }
}

pub(super) fn address() -> GeoPoint {
    GeoPoint {
        latitude: ADDRESS.0,
        longitude: ADDRESS.1,
    }
}

fn place_of<T: PartialEq + Copy>(all: &[T], one: T) -> usize {
    all.iter().position(|each| *each == one).expect("one of ours")
}
