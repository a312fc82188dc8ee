//! Goods in, shelves, and balances computed anew.

use catalog_store::ReceiveStockError;
use contracts::catalog::{ShelfPlace, StockReceipt, StockReceiptLine};
use kernel::ComponentId;

use crate::support::Shop;

async fn shop() -> Shop {
    Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)])],
        &[("SEAT", &[2]), ("LEG", &[9])],
    )
    .await
}

async fn receipt(shop: &Shop, warehouse: &str, lines: &[(&str, i64)]) -> StockReceipt {
    let mut receipt = StockReceipt {
        warehouse: warehouse.to_owned(),
        document: "TN-17".to_owned(),
        lines: Vec::new(),
    };
    for &(sku, quantity) in lines {
        receipt.lines.push(StockReceiptLine {
            component_id: shop.component(sku).await,
            quantity,
        });
    }
    receipt
}

#[tokio::test]
async fn goods_are_entered_once_and_make_units_available() {
    let shop = shop().await;
    let receipt = receipt(&shop, "SPB", &[("LEG", 30), ("SEAT", 4), ("LEG", 6)]).await;
    let enter = async |key: &'static str, receipt: &StockReceipt| {
        catalog_store::receive_stock(&shop.staff, &shop.clock, "ivanov", key, receipt).await
    };
    let entered = enter("k", &receipt).await.expect("entered");
    assert_eq!(enter("k", &receipt).await.expect("the same"), entered);
    assert_eq!(shop.stock("LEG").await, [(9, 0), (36, 0)]);
    assert_eq!(shop.stock("SEAT").await, [(2, 0), (4, 0)]);
    let mut other = receipt.clone();
    other.lines[0].quantity = 31;
    let reused = enter("k", &other).await;
    assert!(matches!(reused, Err(ReceiveStockError::KeyReused)), "{reused:?}");
    shop.assert_sound().await;
    let shown = shop.count("SELECT available FROM product_availability").await;
    assert_eq!(shown, 6);
}

#[tokio::test]
async fn a_receipt_with_one_wrong_line_enters_nothing() {
    let shop = shop().await;
    let mut receipt = receipt(&shop, "SPB", &[("LEG", 30), ("SEAT", 4)]).await;
    receipt.lines[1].component_id = ComponentId::new(&shop.clock);
    let refused = catalog_store::receive_stock(&shop.staff, &shop.clock, "ivanov", "k", &receipt).await;
    assert!(
        matches!(&refused, Err(ReceiveStockError::UnknownComponents(lines)) if lines == &[1]),
        "{refused:?}"
    );
    receipt.warehouse = "LED".to_owned();
    let refused = catalog_store::receive_stock(&shop.staff, &shop.clock, "ivanov", "k", &receipt).await;
    assert!(matches!(refused, Err(ReceiveStockError::UnknownWarehouse)));
    assert_eq!(shop.stock("LEG").await, [(9, 0)]);
    assert_eq!(shop.count("SELECT count(*) FROM stock_receipt").await, 0);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_shelf_can_be_noted_and_forgotten() {
    let shop = shop().await;
    let leg = shop.component("LEG").await;
    for shelf in [Some("B-7".to_owned()), None] {
        let place = ShelfPlace { shelf };
        let row = catalog_store::place_shelf(&shop.staff, leg, "MSK", &place).await;
        assert_eq!(row.expect("written").expect("it lies there").shelf, place.shelf);
    }
    let nowhere = catalog_store::place_shelf(&shop.staff, leg, "EKB", &ShelfPlace { shelf: None }).await;
    assert_eq!(nowhere.expect("read"), None);
}

#[tokio::test]
async fn balances_are_rebuilt_from_the_journal() {
    let shop = shop().await;
    shop.reserve(&[("stool", 2)]).await;
    let found = catalog_store::rebuild_balances(&shop.internal, true).await;
    assert_eq!(found.expect("nothing to do"), []);
    let before = shop.stock("LEG").await;
    sqlx::query("UPDATE stock SET on_hand = on_hand + 5, reserved = 1 WHERE shelf = 'MSK-1'")
        .execute(shop.db.admin())
        .await
        .expect("damage");
    let looked = catalog_store::rebuild_balances(&shop.internal, false)
        .await
        .expect("compared");
    assert_eq!(looked.len(), 2);
    assert!(looked.iter().all(|row| !row.repaired));
    assert_eq!(shop.stock("LEG").await, [(14, 1)]);
    let repaired = catalog_store::rebuild_balances(&shop.internal, true)
        .await
        .expect("repaired");
    let of_leg = repaired.iter().find(|row| row.sku == "LEG").expect("it differs");
    assert_eq!(
        (
            of_leg.on_hand,
            of_leg.journal_on_hand,
            of_leg.journal_reserved,
            of_leg.repaired
        ),
        (14, 9, 6, true)
    );
    assert_eq!(shop.stock("LEG").await, before);
    shop.assert_sound().await;
}
