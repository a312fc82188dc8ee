use catalog_store::{MediaEntry, ProductRef};
use contracts::catalog::{Color, Image, ProductProperty, PropertyValue, Term};
use kernel::{Money, ProductId};

use crate::support::{Shop, assortment, component, text};

fn picture(digit: char) -> MediaEntry {
    MediaEntry {
        key: format!("{}.png", digit.to_string().repeat(64)),
        content_type: "image/png".to_owned(),
        bytes: 12_345,
        width: 800,
        height: 900,
    }
}

async fn shop() -> Shop {
    let shop = Shop::empty().await;
    for digit in ['a', 'b'] {
        catalog_store::register_media(&shop.owner, shop.now(), &picture(digit))
            .await
            .expect("a sound picture");
    }
    let mut entries = assortment(
        &[("table", &[("TOP", 1), ("LEG", 4), ("GLASS", 1)]), ("idea", &[])],
        &[("LEG", &[9]), ("TOP", &[2])],
    );
    entries.components.push(component("GLASS"));
    entries.products[0].bill[2].required = false;
    entries.products[0].images = vec![picture('b').key, picture('a').key];
    shop.import(&entries).await;
    shop.refresh().await;
    shop
}

#[tokio::test]
async fn a_product_is_found_by_id_and_by_slug_with_everything() {
    let shop = shop().await;
    let id = shop.products().await["table"];
    let by_slug = catalog_store::product(&shop.edge, &ProductRef::parse("table")).await;
    let detail = by_slug.expect("read").expect("there");
    let by_id = catalog_store::product(&shop.edge, &ProductRef::parse(&id.to_string())).await;
    assert_eq!(by_id.expect("read").as_ref(), Some(&detail));

    assert_eq!((detail.card.id, &*detail.card.slug), (id, "table"));
    assert_eq!(
        (&detail.card.name, &detail.description),
        (&text("table"), &text("description"))
    );
    assert_eq!(
        (&*detail.card.category.code, &*detail.card.color.hex),
        ("tables", "#c8a165")
    );
    // Five required pieces of 100 roubles, 60 % on top.
    assert_eq!(detail.card.price, Some(Money::rub(800_00)));
    let images: Vec<Image> = ['b', 'a']
        .map(|digit| Image {
            key: picture(digit).key,
            width: 800,
            height: 900,
            variants: Vec::new(),
        })
        .to_vec();
    assert_eq!(
        (&detail.images, &detail.card.image),
        (&images, &Some(images[0].clone()))
    );
    let bill: Vec<_> = detail
        .components
        .iter()
        .map(|line| (&*line.sku, line.quantity, line.required))
        .collect();
    assert_eq!(bill, [("TOP", 1, true), ("LEG", 4, true), ("GLASS", 1, false)]);
    assert_eq!(detail.availability.total, 2);

    let components = catalog_store::components(&shop.edge, &ProductRef::Id(id)).await;
    assert_eq!(components.expect("read").expect("there"), detail.components);
    let price = catalog_store::price(&shop.edge, &ProductRef::Id(id)).await;
    assert_eq!(price.expect("read"), Some((id, Some(Money::rub(800_00)))));
    let idea = catalog_store::price(&shop.edge, &ProductRef::parse("idea"))
        .await
        .expect("read");
    assert_eq!(idea.expect("there").1, None);
}

#[tokio::test]
async fn what_does_not_exist_is_none() {
    let shop = shop().await;
    for unknown in [
        ProductRef::Id(ProductId::new(&shop.clock)),
        ProductRef::parse("Table' OR 1=1 --"),
    ] {
        assert_eq!(
            catalog_store::product(&shop.edge, &unknown).await.expect("read"),
            None
        );
        assert_eq!(
            catalog_store::components(&shop.edge, &unknown)
                .await
                .expect("read"),
            None
        );
        assert_eq!(
            catalog_store::availability(&shop.edge, &unknown)
                .await
                .expect("read"),
            None
        );
        assert_eq!(
            catalog_store::price(&shop.edge, &unknown).await.expect("read"),
            None
        );
    }
    assert_eq!(
        catalog_store::media(&shop.staff, "../../etc/passwd")
            .await
            .expect("read"),
        None
    );
}

#[tokio::test]
async fn a_look_up_leaves_unknown_ids_out_and_names_no_product_twice() {
    let shop = shop().await;
    let products = shop.products().await;
    let ids = [
        products["idea"],
        ProductId::new(&shop.clock),
        products["table"],
        products["table"],
    ];
    let found = catalog_store::lookup(&shop.internal, &ids).await.expect("read");
    let mut found: Vec<_> = found
        .iter()
        .map(|p| (&*p.slug, p.price, p.available, p.image.is_some(), p.weight_g))
        .collect();
    found.sort_unstable_by_key(|p| p.0);
    assert_eq!(
        found,
        [
            ("idea", None, 0, false, 12_000),
            ("table", Some(Money::rub(800_00)), 2, true, 12_000)
        ]
    );
}

#[tokio::test]
async fn pictures_are_registered_once_and_must_be_large_enough() {
    let shop = shop().await;
    let known = catalog_store::media(&shop.staff, &picture('a').key)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(
        (
            known.image.key,
            known.image.width,
            known.image.height,
            known.bytes
        ),
        (picture('a').key, 800, 900, 12_345)
    );
    catalog_store::register_media(&shop.owner, shop.now(), &picture('a'))
        .await
        .expect("again");
    let small = MediaEntry {
        width: 499,
        ..picture('c')
    };
    let refused = catalog_store::register_media(&shop.owner, shop.now(), &small).await;
    assert_eq!(
        pg::constraint(&refused.expect_err("too small")),
        Some("media_large_enough")
    );
    let odd = MediaEntry {
        key: "../a.png".to_owned(),
        ..picture('c')
    };
    let refused = catalog_store::register_media(&shop.owner, shop.now(), &odd).await;
    assert_eq!(
        pg::constraint(&refused.expect_err("no key")),
        Some("media_key_format")
    );
}

#[tokio::test]
async fn properties_are_told_with_their_names_in_their_order() {
    let shop = shop().await;
    for statement in [
        "INSERT INTO property (code, name_ru, name_en, kind, unit, filterable, position) VALUES
             ('note', 'note по-русски', 'note', 'text', NULL, false, 6),
             ('depth', 'depth по-русски', 'depth', 'number', 'mm', true, 2),
             ('doors', 'doors по-русски', 'doors', 'choice', NULL, true, 1),
             ('legs', 'legs по-русски', 'legs', 'color', NULL, true, 3),
             ('top', 'top по-русски', 'top', 'material', NULL, true, 4),
             ('light', 'light по-русски', 'light', 'flag', NULL, true, 5)",
        "INSERT INTO property (code, name_ru, name_en, kind, filterable, position, deleted_at)
         VALUES ('gone', '', '', 'flag', true, 0, now())",
        "INSERT INTO property_choice VALUES ('doors', 'sliding', 'sliding по-русски', 'sliding', 1)",
        r#"UPDATE product SET properties = '{"note": "a", "depth": 42.5, "doors": "sliding", "legs": "oak",
               "top": "wood", "light": false, "gone": true}' WHERE slug = 'table'"#,
    ] {
        sqlx::query(statement)
            .execute(shop.db.admin())
            .await
            .expect("sound");
    }
    let table = catalog_store::product(&shop.edge, &ProductRef::parse("table")).await;
    let term = |code: &str| Term {
        code: code.to_owned(),
        name: text(code),
    };
    let want = [
        (
            "doors",
            PropertyValue::Choice {
                value: term("sliding"),
            },
        ),
        (
            "depth",
            PropertyValue::Number {
                value: 42.5,
                unit: Some("mm".to_owned()),
            },
        ),
        (
            "legs",
            PropertyValue::Color {
                value: Color {
                    code: "oak".to_owned(),
                    name: text("oak"),
                    hex: "#c8a165".to_owned(),
                },
            },
        ),
        ("top", PropertyValue::Material { value: term("wood") }),
        ("light", PropertyValue::Flag { value: false }),
        (
            "note",
            PropertyValue::Text {
                value: "a".to_owned(),
            },
        ),
    ]
    .map(|(code, value)| ProductProperty {
        code: code.to_owned(),
        name: text(code),
        value,
    });
    assert_eq!(table.expect("read").expect("there").properties, want);
    let idea = catalog_store::product(&shop.edge, &ProductRef::parse("idea")).await;
    assert_eq!(idea.expect("read").expect("there").properties, []);
}
