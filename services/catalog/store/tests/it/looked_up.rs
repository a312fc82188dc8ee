//! What words stand for is kept with the vocabulary.

use catalog_store::{ProductFilter, Sort};
use kernel::PageSize;

use crate::counter::Counter;
use crate::support::Shop;

#[tokio::test]
async fn what_words_stand_for_is_looked_up_once_while_the_vocabulary_is_fresh() {
    let shop = Shop::with(
        &[("stool", &[("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("LEG", &[9])],
    )
    .await;
    shop.relist().await;
    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    let pg = edge.pg();
    let found = async |vocabulary: &catalog_store::ListingWords, text: &str| {
        edge.take();
        let filter = ProductFilter {
            q: Some(text.to_owned()),
            ..ProductFilter::default()
        };
        let size = PageSize::default();
        let page = catalog_store::list_products(&pg, vocabulary, &filter, Sort::Relevance, None, size)
            .await
            .expect("a page");
        let slugs: Vec<String> = page.items.into_iter().map(|card| card.slug).collect();
        (slugs, edge.take())
    };
    let vocabulary = catalog_store::listing_words(&pg).await.expect("words");
    let stool = vec!["stool".to_owned()];
    assert_eq!(found(&vocabulary, "stoool").await, (stool.clone(), 3));
    assert_eq!(found(&vocabulary, "stoool").await, (stool, 2), "looked up before");
    // A word inside is another one than the last, which may be unfinished.
    assert_eq!(found(&vocabulary, "stoool sto").await.1, 3);
    // A unit gets the word as it was typed: known to who asks for the words anew.
    shop.alter("UPDATE product SET name_en = 'stoool' WHERE slug = 'table'")
        .await;
    assert_eq!(found(&vocabulary, "stoool").await.1, 2);
    let fresh = catalog_store::listing_words(&pg).await.expect("words");
    assert_eq!(found(&fresh, "stoool").await, (vec!["table".to_owned()], 3));
}
