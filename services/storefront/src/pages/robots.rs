/// Search engines are welcome to the assortment, not to what belongs to one customer.
pub async fn show() -> &'static str {
    "User-agent: *\nDisallow: /cart\nDisallow: /courier\nDisallow: /delivery\nDisallow: /orders/\nDisallow: /track\n"
}
