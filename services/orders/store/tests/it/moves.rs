use orders_domain::{Actor, Move, Refused, Status};
use orders_store::{ChangeError, OrderRef};

use crate::support::{COURIER, Shop};

/// What is asked again after a lost answer succeeds without a second step (COU-4).
fn is_repeated(from: Status, step: Move, actor: Actor) -> bool {
    let taken = matches!(
        (from, step),
        (Status::InDelivery, Move::Claim)
            | (Status::Delivered, Move::Deliver)
            | (Status::NotDelivered, Move::FailToDeliver)
            | (Status::ReadyToShip, Move::GiveBack)
    );
    taken && actor == Actor::Courier
}

#[tokio::test]
async fn every_move_writes_what_the_state_machine_says_and_nothing_else() {
    let shop = Shop::open().await;
    for from in Status::ALL {
        let standing = shop.order_in(from).await;
        for step in Move::ALL {
            for actor in Actor::ALL {
                let case = format!("{from} {step:?} by {actor:?}");
                match from.after(step, actor) {
                    Ok(to) => {
                        let order = shop.order_in(from).await;
                        let changed = if step == Move::Pay {
                            shop.pay(&order).await
                        } else {
                            shop.step(&order, step, actor).await.expect(&case)
                        };
                        assert_eq!((changed.from, changed.to), (from, to), "{case}");
                        let stored = shop.edge.order(OrderRef::Id(order.id)).await.expect("answers");
                        let stored = stored.expect("the order exists");
                        assert_eq!(stored.status, to, "{case}");
                        let last = stored.steps.last().expect("an order has steps");
                        assert_eq!((last.status, last.by), (to, actor), "{case}");
                    }
                    Err(_) if is_repeated(from, step, actor) => {
                        let changed = shop.step(&standing, step, actor).await.expect(&case);
                        assert_eq!((changed.from, changed.to), (from, from), "{case}");
                    }
                    Err(refused) => match shop.step(&standing, step, actor).await {
                        Err(ChangeError::Refused(error)) => assert_eq!(error, refused, "{case}"),
                        other => panic!("{case}: {other:?}"),
                    },
                }
            }
        }
        assert_eq!(shop.status(&standing).await, from, "refused moves change nothing");
    }
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_cancelled_order_frees_its_window_and_gives_the_money_back() {
    let shop = Shop::open().await;
    let slot = shop.slot(1).await;
    let order = shop.new_order(slot).await;
    shop.edge.place(&order).await.expect("placed");
    let placed = crate::support::Placed {
        id: order.id,
        number: order.number.clone(),
    };
    let (payment, provider_id, amount) = shop.started(&placed).await;
    let settlement = orders_store::Settlement::Succeeded(amount);
    shop.edge
        .settle(payment, &provider_id, settlement)
        .await
        .expect("settled");
    assert_eq!(shop.internal.refunds_due().await.expect("answers"), []);

    shop.step(&placed, Move::Cancel, Actor::System)
        .await
        .expect("cancelled");
    assert_eq!(shop.taken(slot).await, 0);
    let due = shop.internal.refunds_due().await.expect("answers");
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].id, due[0].amount), (payment, amount));
    shop.internal.refunded(payment).await.expect("answers");
    assert_eq!(shop.internal.refunds_due().await.expect("answers"), []);
    shop.assert_sound().await;
}

#[tokio::test]
async fn only_the_courier_who_has_an_order_can_go_on_with_it() {
    let shop = Shop::open().await;
    let order = shop.order_in(Status::InDelivery).await;
    for step in [Move::Deliver, Move::FailToDeliver, Move::GiveBack] {
        let change = orders_store::Change {
            order: OrderRef::Number(&order.number),
            step,
            actor: Actor::Courier,
            login: Some("courier.ivanova"),
            reason: None,
        };
        let refused = shop.edge.change_status(&change).await;
        assert!(
            matches!(refused, Err(ChangeError::NotHolder)),
            "{step:?}: {refused:?}"
        );
    }
    assert_eq!(
        shop.edge.orders_of_courier(COURIER).await.expect("answers").len(),
        1
    );
    // Twice: the answer to the first may have been lost.
    for _ in 0..2 {
        shop.step(&order, Move::GiveBack, Actor::Courier)
            .await
            .expect("given back");
    }
    assert_eq!(
        shop.edge.orders_of_courier(COURIER).await.expect("answers").len(),
        0
    );
    assert_eq!(shop.edge.free_orders().await.expect("answers").len(), 1);
}

#[tokio::test]
async fn an_expired_reservation_cancels_only_what_waits_for_payment() {
    let shop = Shop::open().await;
    for (status, want) in [
        (Status::Created, true),
        (Status::Paid, false),
        (Status::Cancelled, false),
    ] {
        let order = shop.order_in(status).await;
        let store = shop.internal.clone();
        let id = order.id;
        let cancelled: Result<bool, ChangeError> = shop
            .internal
            .pg()
            .run("test", |mut tx| {
                let store = store.clone();
                async move { store.reservation_expired(&mut tx, id).await }
            })
            .await;
        assert_eq!(cancelled.expect("answers"), want, "{status}");
        let after = if want { Status::Cancelled } else { status };
        assert_eq!(shop.status(&order).await, after);
    }
    shop.assert_sound().await;
}

#[test]
fn refusals_name_the_status() {
    let refused = Refused::Status {
        from: Status::Paid,
        step: Move::Claim,
    };
    assert!(
        ChangeError::from(refused).to_string().contains("paid"),
        "{refused}"
    );
}
