use contracts::catalog::ReservationStatus;
use contracts::orders::{
    ActorKind, CourierOrders, OrderPlaced, OrderStatus, Quote, StaffOrder, StaffOrderPage,
};
use kernel::Money;
use reqwest::StatusCode;
use serde_json::json;
use test_support::wait_for;

use crate::catalog::price;
use crate::world::{SOON, World, address};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_order_from_the_cart_to_the_doorstep() {
    let world = World::open().await;
    let shelf = world.catalog.product(5);
    let cart = world.cart(&[(shelf, 2)]).await;

    let seen: contracts::orders::Cart = world.get(&format!("/carts/{cart}")).await.read();
    assert_eq!(seen.total, Money::rub(2 * price().amount));
    assert!(seen.can_order);

    let body = world.order_body(cart).await;
    let quote: Quote = world
        .post(
            "/delivery/quotes",
            &json!({ "cart_id": cart, "address": address() }),
        )
        .await
        .read();
    // 990 for the ride and 4 × 50 for 400 litres; 24 kg and one metre cost nothing more.
    assert_eq!(quote.price, Money::rub(1_190_00));
    assert!(quote.slots.iter().all(|slot| slot.free == Some(12)));

    let order: OrderPlaced = world.place("flow", &body).await.read();
    assert_eq!(order.total, Money::rub(2 * price().amount + 1_190_00));
    assert_eq!(order.recipient.name, "Анна Смирнова");
    assert_eq!(world.catalog.stock(shelf), 3);
    let empty: contracts::orders::Cart = world.get(&format!("/carts/{cart}")).await.read();
    assert!(empty.lines.is_empty());

    let payment = world.started(&order.number).await;
    assert_eq!(payment.amount, order.total);
    world.enter_card(&payment).await;
    world.wait_for_status(&order.number, OrderStatus::Paid).await;
    let id = world.id(&order.number).await;
    wait_for("catalog to hear of the payment", SOON, async || {
        (world.catalog.status(id) == Some(ReservationStatus::Confirmed)).then_some(())
    })
    .await;

    pack(&world, &order).await;
    deliver(&world, &order).await;

    let track = world.track(&order.number).await;
    let history: Vec<_> = track.history.iter().map(|step| (step.status, step.by)).collect();
    assert_eq!(
        history,
        [
            (OrderStatus::Created, ActorKind::Customer),
            (OrderStatus::Paid, ActorKind::Payment),
            (OrderStatus::ReadyToShip, ActorKind::Employee),
            (OrderStatus::InDelivery, ActorKind::Courier),
            (OrderStatus::Delivered, ActorKind::Courier),
        ]
    );
    for type_ in [
        "ru.garnitur.orders.order.created.v1",
        "ru.garnitur.orders.order.paid.v1",
        "ru.garnitur.orders.order.ready_to_ship.v1",
        "ru.garnitur.orders.order.in_delivery.v1",
        "ru.garnitur.orders.order.delivered.v1",
        "ru.garnitur.orders.courier.sign-in.v1",
    ] {
        wait_for(type_, SOON, async || {
            world
                .catalog
                .events()
                .iter()
                .any(|seen| seen == type_)
                .then_some(())
        })
        .await;
    }
    let events = world.catalog.event_text();
    for personal in ["Смирнова", "79991234567", "Мясницкая"] {
        assert!(!events.contains(personal), "{personal} in an event");
    }
    world.clock.advance(time::Duration::minutes(5));
    assert_eq!(world.reconcile(false).await, []);
}

async fn pack(world: &World, order: &OrderPlaced) {
    let url = format!("{}/api/staff/v1/orders?status=paid", world.staff);
    let page: StaffOrderPage = world.send(world.employee(world.http.get(url))).await.read();
    assert_eq!(page.items.len(), 1);
    assert_eq!((&page.items[0].number, page.items[0].pieces), (&order.number, 2));
    assert_eq!(page.next_cursor, None);

    let url = format!("{}/api/staff/v1/orders/{}", world.staff, order.number);
    let answer = world.send(world.employee(world.http.get(&url))).await;
    for personal in ["Смирнова", "79991234567", "Мясницкая"] {
        assert!(
            !answer.text.contains(personal),
            "{personal} is shown to the warehouse"
        );
    }
    let seen: StaffOrder = answer.read();
    assert_eq!(seen.picks.expect("catalog answers").len(), 1);
    // The order can be looked at without catalog.
    world.catalog.set_down(true);
    let blind: StaffOrder = world.send(world.employee(world.http.get(&url))).await.read();
    assert_eq!(blind.picks, None);
    world.catalog.set_down(false);

    assert_eq!(world.ready(&order.number).await.status, StatusCode::NO_CONTENT);
    let again = world.ready(&order.number).await;
    assert_eq!(
        (again.status, again.slug()),
        (StatusCode::CONFLICT, "status-conflict".to_owned())
    );
    assert_eq!(again.json()["order_status"], "ready_to_ship");
}

async fn deliver(world: &World, order: &OrderPlaced) {
    let (petrov, ivanova) = (
        world.courier("courier.petrov").await,
        world.courier("courier.ivanova").await,
    );
    let answer = world.courier_orders(&petrov, "available").await;
    assert!(
        !answer.text.contains("Смирнова") && !answer.text.contains("Мясницкая"),
        "{answer:?}"
    );
    let free: CourierOrders = answer.read();
    assert_eq!(free.items.len(), 1);
    assert!(free.items[0].recipient.is_none() && free.items[0].address.is_none());

    for _ in 0..2 {
        let claimed = world.courier_step(&petrov, &order.number, "claim", None).await;
        assert_eq!(
            claimed.status,
            StatusCode::NO_CONTENT,
            "repeating a claim is no conflict: {claimed:?}"
        );
    }
    let late = world.courier_step(&ivanova, &order.number, "claim", None).await;
    assert_eq!(
        (late.status, late.slug()),
        (StatusCode::CONFLICT, "not-yours".to_owned())
    );
    let foreign = world
        .courier_step(&ivanova, &order.number, "delivered", None)
        .await;
    assert_eq!(
        (foreign.status, foreign.slug()),
        (StatusCode::CONFLICT, "not-yours".to_owned())
    );
    let others: CourierOrders = world.courier_orders(&ivanova, "mine").await.read();
    assert!(others.items.is_empty());

    let mine: CourierOrders = world.courier_orders(&petrov, "mine").await.read();
    let recipient = mine.items[0]
        .recipient
        .as_ref()
        .expect("the courier has the order");
    assert_eq!(recipient.phone, "+79991234567");
    // Numbers are read aloud and typed: case and look-alike letters do not matter.
    let typed = order.number.to_lowercase().replace('0', "o").replace('1', "l");
    let done = world.courier_step(&petrov, &typed, "delivered", None).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_orders_follow_each_other() {
    let world = World::open().await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        world.clock.advance(time::Duration::SECOND);
        placed.push(world.placed().await.number);
    }
    placed.reverse();
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut url = format!("{}/api/staff/v1/orders?page_size=2", world.staff);
        if let Some(cursor) = &cursor {
            url = format!("{url}&cursor={cursor}");
        }
        let page: StaffOrderPage = world.send(world.employee(world.http.get(url))).await.read();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|row| row.number));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, placed, "newest first, each once");
}
