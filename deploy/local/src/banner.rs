use embedded::ldap::DEMO_PASSWORD;
use embedded::payments::DECLINED_CARD;

use crate::Wiring;

/// What somebody who has just started the shop needs to know.
pub fn banner(wiring: &Wiring) -> String {
    let (customers, portal) = (wiring.customers_url(), wiring.portal_url());
    let health = wiring.ports.orders_internal;
    format!(
        "
  Garnitur is open.

    Customers   {customers}/
    Couriers    {customers}/courier/      courier.petrov, courier.ivanova
    Employees   {portal}/              sklad.sidorov (warehouse), assort.volkova (assortment),
                                            admin.smirnov (administrator)
    Password    {DEMO_PASSWORD} for every employee and courier
    Card        4111 1111 1111 1111 is accepted, {declined} declined; any future date, any code

    Interface   http://localhost:{health}/openapi.json (orders), the same for catalog and backoffice
    Health      http://localhost:{health}/readyz, /metrics

  Ctrl-C closes the shop; its data stay.
",
        declined = grouped(DECLINED_CARD),
    )
}

fn grouped(digits: &str) -> String {
    let groups: Vec<&str> = digits
        .as_bytes()
        .chunks(4)
        .filter_map(|group| str::from_utf8(group).ok())
        .collect();
    groups.join(" ")
}
