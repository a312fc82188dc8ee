//! The shelves that an order is taken from: the domain's choice, which its own tests hold to its rules. Here it shows
//! that the store asks about the right balances.

use std::collections::HashMap;

use catalog_domain::{Bill, Place, Sorting, StockAt, Take, Wanted, fulfil};

use super::counting::Part;
use super::model::Model;
use super::order::{Line, Picks};
use super::world::{ADDRESS, PLACES, World};

impl World {
    /// The shelves that the domain takes lines from, asked about the model's balances.
    pub(super) fn choose(&self, model: &Model, lines: &[Line], held: &Picks, near: bool) -> Picks {
        let mut stocks: Vec<StockAt> = (0..)
            .zip(&self.warehouses)
            .zip(PLACES)
            .map(|((position, &id), place)| StockAt::new(id, position).at(Place::new(place.0, place.1).ok()))
            .collect();
        for (&(component, warehouse), on_hand) in &model.on_hand {
            let free = on_hand - model.reserved[&(component, warehouse)];
            stocks[warehouse].set(self.components[component], free);
        }
        let bills: HashMap<usize, Bill> = lines
            .iter()
            .map(|line| (line.unit, self.bill(&model.parts[line.unit])))
            .collect();
        let wanted: Vec<Wanted<'_>> = lines
            .iter()
            .map(|line| Wanted {
                product: self.units[line.unit],
                bill: &bills[&line.unit],
                quantity: line.quantity,
            })
            .collect();
        let held: Vec<Take> = held
            .iter()
            .map(|(&(component, warehouse), &quantity)| Take {
                warehouse: self.warehouses[warehouse],
                component: self.components[component],
                quantity,
            })
            .collect();
        let sorting = if near {
            Sorting::ByDistance(Place::new(ADDRESS.0, ADDRESS.1).expect("on the globe"))
        } else {
            Sorting::ByQuantity
        };
        let takes = fulfil(&wanted, &stocks, &held, sorting).expect("the model found enough");
        let picks = takes.into_iter().map(|take| {
            let place = (self.component(take.component), self.warehouse(take.warehouse));
            (place, take.quantity)
        });
        picks.collect()
    }

    fn bill(&self, parts: &[Part]) -> Bill {
        let parts = parts.iter().map(|(options, quantity)| catalog_domain::Part {
            component: self.components[options[0]],
            substitutes: options[1..].iter().map(|&other| self.components[other]).collect(),
            quantity: *quantity,
        });
        Bill::new(parts).expect("a sound bill")
    }
}
