use kernel::Text;
use orders_domain::{Tariff, Zone};
use orders_store::Store;

use crate::support::Shop;

#[tokio::test]
async fn the_shop_delivers_from_its_first_day_and_zones_can_be_changed_by_the_owner_only() {
    let shop = Shop::open().await;
    let first = shop.edge.zones().await.expect("answers");
    let code = |map: &orders_domain::ZoneMap, postcode: &str| {
        map.of_postcode(postcode).map(|zone| zone.code.clone())
    };
    for (postcode, zone) in [
        ("101000", Some("moscow")),
        ("129626", Some("moscow")),
        ("141400", Some("moscow-region")),
        ("190000", Some("petersburg")),
        ("188300", Some("leningrad-region")),
        ("690000", None),
    ] {
        assert_eq!(code(&first, postcode).as_deref(), zone, "{postcode}");
    }

    let far = Zone {
        code: "moscow".to_owned(),
        name: Text::new("Столица", "The capital"),
        postcodes: vec!["69".to_owned()],
        tariff: Tariff {
            base: 1,
            per_100_l: 2,
            per_10_kg: 3,
            oversize: 4,
        },
        lead_days: 10,
    };
    let zones = std::slice::from_ref(&far);
    assert!(
        shop.edge.save_zones(zones).await.is_err(),
        "a face has no right to"
    );
    let clock = shop.clock.shared();
    let owner = Store::new(
        shop.db.pg("orders_owner"),
        clock,
        events::Subscriptions::new(),
        events::Wake::default(),
    );
    owner.save_zones(zones).await.expect("the owner has the right");
    let changed = shop.edge.zones().await.expect("answers");
    assert_eq!(changed.get("moscow"), Some(&far));
    assert_eq!(code(&changed, "101000"), None);
    assert_eq!(changed.zones().len(), 4);
}
