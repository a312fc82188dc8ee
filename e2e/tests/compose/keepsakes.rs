use contracts::orders::{Cart, OrderStatus};
use e2e::browser::{Browser, Device, check_out, fill_cart, sign_in_courier};
use e2e::{Compose, Courier, Customer};
use kernel::{CartId, ProductId};

/// What people have in the shop for longer than a version lasts: carts and sessions. They are never told of a failure.
pub struct Keepsakes {
    customer: Customer,
    product: ProductId,
    carts: Vec<CartId>,
    courier: Courier,
    /// With a cart in the site's cookie.
    visitor: Browser,
    /// Where a courier has signed in.
    phone: Browser,
}

impl Keepsakes {
    /// Begins all of it.
    pub async fn begin(shop: &Compose) -> Self {
        let customer = Customer::new(&shop.site);
        let product = customer.product_in_stock(1_000).await.id;
        let visitor = Browser::open(&shop.site, Device::Desktop).await;
        fill_cart(&visitor, "rehearsal").await;
        let phone = Browser::open(&shop.site, Device::PhoneWithoutScripts).await;
        sign_in_courier(&phone).await;
        Self {
            carts: vec![customer.cart(&[(product, 1)]).await],
            customer,
            product,
            courier: Courier::sign_in(&shop.site, "courier.ivanova").await,
            visitor,
            phone,
        }
    }

    /// Fills one cart more, and looks at an old one and at every session.
    pub async fn look(&mut self) {
        self.carts.push(self.customer.cart(&[(self.product, 1)]).await);
        self.is_whole(self.carts[self.carts.len() / 2]).await;
        self.courier.mine().await;
        self.visitor.goto("/cart").await;
        self.visitor.find("li.line").await;
        self.phone.goto("/courier/free").await;
        self.phone.find("nav.tabs").await;
    }

    async fn is_whole(&self, id: CartId) {
        let path = format!("/api/orders/v1/carts/{id}");
        let cart: Cart = self.customer.orders().get(&path).await.expect(200);
        let lines: Vec<_> = cart
            .lines
            .iter()
            .map(|line| (line.product_id, line.quantity))
            .collect();
        assert_eq!(lines, [(self.product, 1)], "{id}");
    }

    /// Looks at all carts, and orders some and what is in the browser's. Answers how many carts there were.
    pub async fn end(self) -> usize {
        for id in &self.carts {
            self.is_whole(*id).await;
        }
        // Of every age.
        for id in self.carts.iter().step_by(self.carts.len().div_ceil(10)) {
            let request = self.customer.order_request(*id, 0).await;
            let placed = self.customer.send_order(&kernel::random::token(), &request).await;
            let order: contracts::orders::OrderPlaced = placed.expect(201);
            self.customer.pay(&order.number).await;
        }
        self.visitor.goto("/cart").await;
        let number = check_out(&self.visitor, "rehearsal").await;
        assert_eq!(self.customer.track(&number).await.status, OrderStatus::Paid);
        self.phone.goto("/courier/").await;
        self.phone.find("nav.tabs").await;
        self.visitor.close().await;
        self.phone.close().await;
        self.carts.len()
    }
}
