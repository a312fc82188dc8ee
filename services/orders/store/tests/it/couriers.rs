use orders_domain::{Actor, Move, Refused, Status};
use orders_store::{Change, ChangeError, CourierSession, OrderRef};
use time::Duration;

use crate::support::{COURIER, START, Shop};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_couriers_never_get_the_same_order() {
    let shop = Shop::open().await;
    for _ in 0..10 {
        let order = shop.order_in(Status::ReadyToShip).await;
        let claim = |login: &'static str| {
            let (store, number) = (shop.edge.clone(), order.number.clone());
            async move {
                let change = Change {
                    order: OrderRef::Number(&number),
                    step: Move::Claim,
                    actor: Actor::Courier,
                    login: Some(login),
                    reason: None,
                };
                store.change_status(&change).await
            }
        };
        let (one, other) = tokio::join!(claim(COURIER), claim("courier.ivanova"));
        let (winner, refused) = match (one, other) {
            (Ok(_), Err(error)) => (COURIER, error),
            (Err(error), Ok(_)) => ("courier.ivanova", error),
            both => panic!("{both:?}"),
        };
        let taken = Refused::Status {
            from: Status::InDelivery,
            step: Move::Claim,
        };
        assert!(
            matches!(refused, ChangeError::Refused(error) if error == taken),
            "{refused:?}"
        );
        let mine = shop.edge.orders_of_courier(winner).await.expect("answers");
        assert!(mine.iter().any(|mine| mine.number == order.number));
    }
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_free_order_does_not_say_whose_it_is() {
    let shop = Shop::open().await;
    shop.order_in(Status::ReadyToShip).await;
    shop.order_in(Status::InDelivery).await;
    shop.order_in(Status::Paid).await;
    let free = shop.edge.free_orders().await.expect("answers");
    assert_eq!(free.len(), 1);
    assert!(free[0].recipient.is_none());
    let mine = shop.edge.orders_of_courier(COURIER).await.expect("answers");
    assert_eq!(mine.len(), 1);
    let recipient = mine[0].recipient.as_ref().expect("the courier has the order");
    assert_eq!(recipient.phone.expose(), "+79991234567");
}

#[tokio::test]
async fn sessions_end() {
    let shop = Shop::open().await;
    let session = CourierSession {
        login: COURIER.to_owned(),
        name: "Пётр Петров".to_owned(),
    };
    let (first, second) = ([1; 32], [2; 32]);
    for hash in [&first, &second] {
        shop.edge
            .open_courier_session(hash, &session, START + Duration::hours(12))
            .await
            .expect("opened");
    }
    assert_eq!(
        shop.edge.courier_session(&first).await.expect("answers"),
        Some(session)
    );
    shop.edge.close_courier_session(&first).await.expect("closed");
    assert_eq!(shop.edge.courier_session(&first).await.expect("answers"), None);
    shop.clock.advance(Duration::hours(12));
    assert_eq!(shop.edge.courier_session(&second).await.expect("answers"), None);
    assert_eq!(
        shop.internal
            .delete_old_courier_sessions()
            .await
            .expect("answers"),
        1
    );
}
