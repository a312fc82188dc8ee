//! Sets: what they are, what they lack, what they cost, how often they can be built (CAT-8, CAT-6).

use catalog_store::{CheckSetError, ListError, SetFilter, SetRef, check_set, list_sets, set};
use contracts::catalog::{ColorContent, SetCheck, SetCheckUnit, SetDetail, SetRule, SetState};
use kernel::{Money, PageSize, ProductId};

use crate::support::{Shop, assortment, category, text};

/// Tables take four legs, chairs three, stools (a kind of chairs) three and a seat; a white chair beside.
pub(crate) async fn shop() -> Shop {
    let shop = Shop::empty().await;
    let mut all = assortment(
        &[
            ("table", &[("LEG", 4)]),
            ("chair", &[("LEG", 3)]),
            ("stool", &[("LEG", 3), ("SEAT", 1)]),
            ("white-chair", &[("LEG", 3)]),
            ("lamp", &[("BULB", 1)]),
            ("nothing", &[]),
        ],
        &[("LEG", &[18, 7]), ("SEAT", &[1]), ("BULB", &[9])],
    );
    for code in ["chairs", "stools", "lamps"] {
        all.categories.push(category(code, None));
    }
    all.colors.push(ColorContent {
        code: "white".to_owned(),
        name: text("white"),
        hex: "#f4f4f0".to_owned(),
        position: 2,
    });
    for (index, category) in [(1, "chairs"), (2, "stools"), (3, "chairs"), (4, "lamps")] {
        all.products[index].category = String::from(category);
    }
    all.products[3].color = String::from("white");
    shop.import(&all).await;
    shop.refresh().await;
    sqlx::raw_sql(
        "UPDATE category SET parent = 'chairs' WHERE code = 'stools';
         INSERT INTO set_kind (code, name_ru, name_en, position, same_color, same_material, max_discount_bp)
         VALUES ('dining', 'Столовая', 'Dining room', 1, true, true, 1000);
         INSERT INTO set_kind_requirement (kind, category, quantity) VALUES ('dining', 'tables', 1), ('dining', 'chairs', 2)",
    )
    .execute(shop.db.admin())
    .await
    .expect("a kind of sets");
    shop
}

async fn make(shop: &Shop, external_id: &str, units: &[(&str, i32)]) {
    let id = shop.order().uuid();
    let products = shop.products().await;
    let admin = shop.db.admin();
    sqlx::query(
        "INSERT INTO product_set (id, external_id, kind, name_ru, name_en, description_ru, description_en, color, material,
                                  created_at)
         VALUES ($1, $2, 'dining', 'Набор', 'A set', 'О нём', 'About it', 'oak', 'wood', $3)",
    )
    .bind(id)
    .bind(external_id)
    .bind(shop.now())
    .execute(admin)
    .await
    .expect("a set");
    for (position, &(slug, quantity)) in (0_i32..).zip(units) {
        sqlx::query(
            "INSERT INTO product_set_unit (set_id, product_id, quantity, position) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(products[slug].uuid())
        .bind(quantity)
        .bind(position)
        .execute(admin)
        .await
        .expect("a unit");
    }
}

async fn get(shop: &Shop, external_id: &str) -> SetDetail {
    let found = set(&shop.edge, &SetRef::parse(external_id)).await.expect("read");
    found.expect("there")
}

fn missing(detail: &SetDetail) -> Vec<(&str, i64)> {
    let all = detail.card.standing.missing.iter();
    all.map(|lack| (lack.category.code.as_str(), lack.missing))
        .collect()
}

#[tokio::test]
async fn units_decide_the_state_and_what_is_missing() {
    let shop = shop().await;
    make(&shop, "EMPTY", &[]).await;
    make(&shop, "SHORT", &[("chair", 1)]).await;
    make(&shop, "WHOLE", &[("table", 1), ("chair", 1), ("stool", 1)]).await;
    make(&shop, "MORE", &[("table", 1), ("chair", 2), ("lamp", 1)]).await;
    make(
        &shop,
        "FOREIGN",
        &[("table", 1), ("chair", 2), ("white-chair", 1)],
    )
    .await;
    for (external_id, state, lacks, units) in [
        ("EMPTY", SetState::Empty, vec![], 0),
        (
            "SHORT",
            SetState::Incomplete,
            vec![("chairs", 1), ("tables", 1)],
            1,
        ),
        ("WHOLE", SetState::Complete, vec![], 3),
        ("MORE", SetState::CompleteWithExtras, vec![], 4),
        ("FOREIGN", SetState::Incomplete, vec![], 4),
    ] {
        let detail = get(&shop, external_id).await;
        assert_eq!(detail.card.standing.state, state, "{external_id}");
        assert_eq!(missing(&detail), lacks, "{external_id}");
        assert_eq!(detail.card.units, units, "{external_id}");
    }
    let foreign = get(&shop, "FOREIGN").await;
    let [refusal] = &foreign.card.standing.refusals[..] else {
        panic!("{foreign:?}")
    };
    assert_eq!(
        (refusal.product_id, refusal.rule, &*refusal.set, &*refusal.unit),
        (
            shop.products().await["white-chair"],
            SetRule::Color,
            "oak",
            "white"
        )
    );
}

#[tokio::test]
async fn a_complete_set_costs_its_units_less_up_to_its_discount() {
    let shop = shop().await;
    make(&shop, "SHORT", &[("table", 1)]).await;
    make(&shop, "WHOLE", &[("table", 1), ("chair", 2)]).await;
    make(&shop, "UNPRICED", &[("table", 1), ("nothing", 1)]).await;
    let money = |detail: SetDetail| (detail.card.standing.total, detail.card.standing.discount);
    // A component costs 100, a price is 160 of it: four legs of the table, three of each chair.
    assert_eq!(
        money(get(&shop, "SHORT").await),
        (Some(Money::rub(640_00)), Some(Money::rub(0)))
    );
    assert_eq!(
        money(get(&shop, "WHOLE").await),
        (Some(Money::rub(1_600_00)), Some(Money::rub(160_00)))
    );
    sqlx::query("UPDATE product SET price_amount = NULL, price_currency = NULL WHERE slug = 'nothing'")
        .execute(shop.db.admin())
        .await
        .expect("no price");
    let unpriced = get(&shop, "UNPRICED").await;
    assert_eq!(
        unpriced.card.standing.unpriced,
        [shop.products().await["nothing"]]
    );
    assert_eq!(money(unpriced), (None, None));
}

#[tokio::test]
async fn components_that_units_share_are_counted_once() {
    let shop = shop().await;
    make(&shop, "WHOLE", &[("table", 1), ("chair", 2)]).await;
    make(&shop, "SEATS", &[("table", 1), ("stool", 2)]).await;
    make(&shop, "NOTHING", &[("table", 1), ("nothing", 1)]).await;
    let each = |detail: &SetDetail| {
        let warehouses = detail.availability.warehouses.iter();
        let each: Vec<i64> = warehouses.map(|warehouse| warehouse.available).collect();
        (detail.availability.total, each)
    };
    // Ten legs a set: 18 in Moscow and 7 in Petersburg make two, though there are six tables or eight chairs.
    assert_eq!(each(&get(&shop, "WHOLE").await), (2, vec![1, 0, 0]));
    assert_eq!(
        each(&get(&shop, "SEATS").await),
        (0, vec![0, 0, 0]),
        "one seat, and two are needed"
    );
    assert_eq!(each(&get(&shop, "NOTHING").await), (0, vec![0, 0, 0]));
    shop.reserve(&[("chair", 2)]).await;
    assert_eq!(
        get(&shop, "WHOLE").await.availability.total,
        1,
        "the stock of this moment"
    );
    sqlx::query("UPDATE product SET deleted_at = now() WHERE slug = 'chair'")
        .execute(shop.db.admin())
        .await
        .expect("deleted");
    let detail = get(&shop, "WHOLE").await;
    assert_eq!(
        detail.availability.total, 0,
        "chairs are not in the assortment any more"
    );
    assert_eq!(detail.card.standing.total, None);
}

#[tokio::test]
async fn sets_are_listed_last_added_first_and_found_by_either_id() {
    let shop = shop().await;
    for number in 0..5 {
        make(&shop, &format!("S-{number}"), &[("table", 1), ("chair", 1)]).await;
        if number != 2 {
            shop.clock.advance(time::Duration::minutes(1));
        }
    }
    sqlx::query("UPDATE product_set SET deleted_at = now() WHERE external_id = 'S-1'")
        .execute(shop.db.admin())
        .await
        .expect("deleted");
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let size = PageSize::new(2).expect("a size");
        let page = list_sets(&shop.edge, &SetFilter::default(), cursor.as_deref(), size)
            .await
            .expect("a page");
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut ids: Vec<&str> = seen.iter().map(|card| card.external_id.as_str()).collect();
    assert_eq!((ids[0], ids.len()), ("S-4", 4));
    ids.sort_unstable();
    assert_eq!(ids, ["S-0", "S-2", "S-3", "S-4"]);
    let by_id = set(&shop.edge, &SetRef::Id(seen[0].id))
        .await
        .expect("read")
        .expect("there");
    assert_eq!(by_id.card, seen[0], "the list shows what the set shows");
    assert_eq!(by_id, get(&shop, "S-4").await);
    let gone = set(&shop.edge, &SetRef::External("S-1".to_owned()))
        .await
        .expect("read");
    assert!(gone.is_none());

    let named = |code: &str| Some(code.to_owned());
    for (filter, found) in [
        (
            SetFilter {
                kind: named("dining"),
                ..SetFilter::default()
            },
            4,
        ),
        (
            SetFilter {
                kind: named("kitchen"),
                ..SetFilter::default()
            },
            0,
        ),
        (
            SetFilter {
                color: named("white"),
                ..SetFilter::default()
            },
            0,
        ),
        (
            SetFilter {
                color: named("oak"),
                material: named("wood"),
                ..SetFilter::default()
            },
            4,
        ),
        (
            SetFilter {
                material: named("glass"),
                ..SetFilter::default()
            },
            0,
        ),
    ] {
        let page = list_sets(&shop.edge, &filter, None, PageSize::default())
            .await
            .expect("a page");
        assert_eq!(page.items.len(), found, "{filter:?}");
    }
    let bad = list_sets(&shop.edge, &SetFilter::default(), Some("!"), PageSize::default()).await;
    assert!(matches!(bad, Err(ListError::Cursor(_))));
}

#[tokio::test]
async fn a_check_says_what_units_would_make() {
    let shop = shop().await;
    let products = shop.products().await;
    let check = |color: &str, units: &[(&str, i64)]| SetCheck {
        kind: "dining".to_owned(),
        color: color.to_owned(),
        material: "wood".to_owned(),
        units: units
            .iter()
            .map(|&(slug, quantity)| SetCheckUnit {
                product_id: products[slug],
                quantity,
            })
            .collect(),
    };
    // The same chair in two lines is two chairs.
    let whole = check("oak", &[("chair", 1), ("table", 1), ("chair", 1)]);
    let standing = check_set(&shop.edge, &whole).await.expect("known");
    assert_eq!(
        (standing.state, standing.total, standing.discount),
        (
            SetState::Complete,
            Some(Money::rub(1_600_00)),
            Some(Money::rub(160_00))
        )
    );
    let white = check_set(&shop.edge, &check("white", &[("table", 1), ("white-chair", 2)]))
        .await
        .expect("known");
    let refused: Vec<_> = white.refusals.iter().map(|refusal| refusal.product_id).collect();
    assert_eq!(
        (white.state, refused),
        (SetState::Incomplete, vec![products["table"]])
    );
    assert_eq!(
        check_set(&shop.edge, &check("oak", &[]))
            .await
            .expect("known")
            .state,
        SetState::Empty
    );

    let mut unknown = check("pink", &[("table", 1)]);
    unknown.kind = "castle".to_owned();
    let refused = check_set(&shop.edge, &unknown).await;
    assert!(
        matches!(&refused, Err(CheckSetError::Unknown(fields)) if *fields == ["kind", "color"]),
        "{refused:?}"
    );
    let mut unknown = whole.clone();
    unknown.units[1].product_id = ProductId::new(&shop.clock);
    let refused = check_set(&shop.edge, &unknown).await;
    assert!(
        matches!(&refused, Err(CheckSetError::UnknownUnits(units)) if *units == [1]),
        "{refused:?}"
    );
    assert_eq!(shop.count("SELECT count(*) FROM product_set").await, 0);
}
