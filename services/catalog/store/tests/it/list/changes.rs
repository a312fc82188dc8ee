//! Lists while the assortment is edited by many at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use catalog_store::assortment::{
    change_component, change_unit, component, delete_unit, refresh_bills, restore_unit, unit,
};
use catalog_store::edit::EditError;
use catalog_store::{CorrectStockError, ListingWords, ProductFilter, Sort, listing_words};
use contracts::catalog::{ComponentContent, StockCorrection, UnitContent};
use futures_util::future::join_all;
use kernel::{ComponentId, Money, PageSize, ProductId};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::counts::assert_up_to_date;
use crate::assortment::{editor, line, make_unit, table};
use crate::random::{Random, seed};
use crate::support::{Shop, WAREHOUSES};

const CATEGORIES: [&str; 3] = ["tables", "chairs", "stools"];
const COLORS: [&str; 3] = ["oak", "white", "black"];
const NAMES: [&str; 4] = ["Onega", "Ilmen", "Baikal", "Ladoga"];
const SKUS: [&str; 4] = ["LEG", "TOP", "SEAT", "BOARD"];

/// Units that are edited, of components that are short now and then, in a tree of categories.
async fn shop(units: usize) -> (Shop, Vec<ProductId>) {
    let stock = SKUS.map(|sku| (sku, &[2_i64, 1][..]));
    let shop = Shop::with(&[], &stock).await;
    sqlx::raw_sql(
        "INSERT INTO category (code, name_ru, name_en, position, parent)
         VALUES ('chairs', 'с', 'c', 2, NULL), ('stools', 'т', 's', 3, 'chairs');
         INSERT INTO color (code, name_ru, name_en, hex, position)
         VALUES ('white', 'б', 'w', '#ffffff', 2), ('black', 'ч', 'b', '#000000', 3);
         INSERT INTO material (code, name_ru, name_en, position) VALUES ('steel', 'с', 's', 2)",
    )
    .execute(shop.db.admin())
    .await
    .expect("words");
    let mut components = Vec::new();
    for sku in SKUS {
        components.push(shop.component(sku).await);
    }
    let mut made = Vec::new();
    for number in 0..units {
        shop.clock
            .advance(time::Duration::seconds(i64::from(number % 3 == 0)));
        let bill = [
            line(components[number % 4], 1 + i32::from(number % 5 == 0)),
            line(components[(number + 1) % 4], 1),
        ];
        let content = UnitContent {
            category: CATEGORIES[number % 3].to_owned(),
            color: COLORS[number / 3 % 3].to_owned(),
            ..table(&format!("unit-{number}"), &bill)
        };
        made.push(make_unit(&shop, &content).await.unit.id);
    }
    shop.refresh().await;
    shop.assert_listed().await;
    (shop, made)
}

/// Edits a unit at random; answers what was done, `None` when somebody else was faster.
async fn edit(shop: &Shop, random: &mut Random, id: ProductId) -> Option<&'static str> {
    let seen = unit(&shop.staff, id).await.expect("read").expect("there").unit;
    let (version, editor) = (seen.version, editor(shop));
    let done = if seen.deleted_at.is_some() {
        restore_unit(&shop.staff, &editor, id, version)
            .await
            .map(|_| "restored")
    } else if random.one_in(6) {
        delete_unit(&shop.staff, &editor, id, version)
            .await
            .map(|_| "deleted")
    } else {
        let mut content = seen.content;
        match random.below(5) {
            0 => CATEGORIES[random.below(3)].clone_into(&mut content.category),
            1 => COLORS[random.below(3)].clone_into(&mut content.color),
            2 => ["wood", "steel"][random.below(2)].clone_into(&mut content.material),
            3 => NAMES[random.below(4)].clone_into(&mut content.name.en),
            _ => content.price_by_hand = random.one_in(2).then(|| Money::rub(random.up_to(9) * 1_000_00)),
        }
        change_unit(&shop.staff, &editor, id, version, &content)
            .await
            .map(|_| "changed")
    };
    match done {
        Ok(done) => Some(done),
        Err(EditError::Stale { .. } | EditError::Deleted) => None,
        Err(error) => panic!("{error:?}"),
    }
}

/// Gives a component another cost, and with it every unit of it another price.
async fn cost(shop: &Shop, random: &mut Random, id: ComponentId) -> Option<&'static str> {
    let seen = component(&shop.staff, id).await.expect("read").expect("there");
    let content = ComponentContent {
        cost: Some(Money::rub(random.up_to(50) * 10_00)),
        ..seen.content
    };
    match change_component(&shop.staff, &editor(shop), id, seen.version, &content).await {
        Ok(_) => Some("priced"),
        Err(EditError::Stale { .. }) => None,
        Err(error) => panic!("{error:?}"),
    }
}

async fn correct(shop: &Shop, random: &mut Random, id: ComponentId, key: &str) -> Option<&'static str> {
    let correction = StockCorrection {
        component_id: id,
        warehouse: WAREHOUSES[random.below(2)].to_owned(),
        delta: if random.one_in(2) { 2 } else { -2 },
        reason: "counted".to_owned(),
    };
    match catalog_store::correct_stock(
        &shop.staff,
        &shop.clock,
        &shop.subscriptions,
        "ivanov",
        key,
        &correction,
    )
    .await
    {
        Ok(_) => Some("corrected"),
        Err(CorrectStockError::TooFew { .. }) => None,
        Err(error) => panic!("{error:?}"),
    }
}

/// One run of each job, as often as there is something for it: a run more would be nothing.
async fn jobs(shop: &Shop) -> &'static str {
    refresh_bills(&shop.internal, 3)
        .await
        .expect("the database answers");
    catalog_store::refresh_availability(&shop.internal, 5)
        .await
        .expect("the database answers");
    match catalog_store::relist(&shop.internal, 5)
        .await
        .expect("the database answers")
    {
        0 => "idle",
        _ => "relisted",
    }
}

async fn drain(shop: &Shop) {
    while refresh_bills(&shop.internal, 20)
        .await
        .expect("the database answers")
        > 0
    {}
    shop.refresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lists_and_counts_are_right_after_many_edits_at_once() {
    const WORKERS: usize = 8;
    const ROUNDS: usize = 60;
    let mut random = Random(seed());
    let (shop, units) = shop(40).await;
    let (shop, units) = (Arc::new(shop), Arc::new(units));
    let mut words = listing_words(&shop.edge).await.expect("words");
    for burst in 0..3 {
        let (going_on, kept_up) = keep_up(&shop, words);
        let workers = (0..WORKERS).map(|worker| {
            let (shop, units, mut random) = (Arc::clone(&shop), Arc::clone(&units), random.fork());
            tokio::spawn(async move {
                let mut done: BTreeMap<&'static str, usize> = BTreeMap::new();
                for round in 0..ROUNDS {
                    // Few enough that they meet.
                    let unit = units[random.below(units.len())];
                    let what = match random.below(10) {
                        0..=4 => edit(&shop, &mut random, unit).await,
                        5 => {
                            let id = shop.component(SKUS[random.below(4)]).await;
                            cost(&shop, &mut random, id).await
                        }
                        6 | 7 => {
                            let id = shop.component(SKUS[random.below(4)]).await;
                            correct(&shop, &mut random, id, &format!("{burst}-{worker}-{round}")).await
                        }
                        _ => Some(jobs(&shop).await),
                    };
                    *done.entry(what.unwrap_or("refused")).or_default() += 1;
                }
                done
            })
        });
        let mut done: BTreeMap<&'static str, usize> = BTreeMap::new();
        for worker in join_all(workers).await {
            for (what, times) in worker.expect("no panic") {
                *done.entry(what).or_default() += times;
            }
        }
        println!("{done:?}");
        for what in [
            "restored",
            "deleted",
            "changed",
            "priced",
            "corrected",
            "relisted",
            "refused",
        ] {
            assert!(done.contains_key(what), "nothing was {what}");
        }
        // Also now, before the jobs have done all: what is queued is left out, the counts are of what is listed.
        shop.assert_listed().await;
        drain(&shop).await;
        shop.assert_listed().await;
        shop.assert_sound().await;
        drop(going_on);
        words = kept_up.await.expect("no panic");
        assert_up_to_date(&shop, &words).await;
    }
}

/// Brings words up to date time and again, and once more when what it answers is dropped.
fn keep_up(shop: &Arc<Shop>, mut words: ListingWords) -> (watch::Sender<()>, JoinHandle<ListingWords>) {
    let (going_on, ended) = watch::channel(());
    let shop = Arc::clone(shop);
    let kept_up = tokio::spawn(async move {
        loop {
            let last = ended.has_changed().is_err();
            words = words.renewed(&shop.edge).await.expect("words");
            if last {
                return words;
            }
        }
    });
    (going_on, kept_up)
}

/// A walk through a list: its filter and order, and the units that stay as they are.
struct Walk<'a> {
    shop: &'a Shop,
    changed: watch::Receiver<usize>,
    filter: ProductFilter,
    sort: Sort,
}

impl Walk<'_> {
    /// Every unit, page by page, with a change listed between any two pages.
    async fn all(&mut self) -> Vec<ProductId> {
        let words = listing_words(&self.shop.edge).await.expect("words");
        let size = PageSize::new(7).expect("small");
        let (mut listed, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = catalog_store::list_products(
                &self.shop.edge,
                &words,
                &self.filter,
                self.sort,
                cursor.as_deref(),
                size,
            )
            .await
            .expect("a page");
            listed.extend(page.items.iter().map(|card| card.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return listed;
            }
            self.changed.changed().await.expect("the editors are at it");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_read_while_rows_change_show_each_unchanged_unit_once() {
    let mut random = Random(seed());
    let (shop, units) = shop(120).await;
    let shop = Arc::new(shop);
    // Every other one stays as it is; availability and costs stay as they are, too.
    let stays: BTreeSet<ProductId> = units.iter().copied().step_by(2).collect();
    let edited: Vec<ProductId> = units.iter().copied().skip(1).step_by(2).collect();
    let (tell, changed) = watch::channel(0);
    let (tell, finished, edits) = (
        Arc::new(tell),
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let editors: Vec<_> = (0..3)
        .map(|_| {
            let (shop, edited, mut random) = (Arc::clone(&shop), edited.clone(), random.fork());
            let (tell, finished, edits) = (Arc::clone(&tell), Arc::clone(&finished), Arc::clone(&edits));
            tokio::spawn(async move {
                while !finished.load(Ordering::Relaxed) {
                    let id = edited[random.below(edited.len())];
                    edit(&shop, &mut random, id).await;
                    let listed = catalog_store::relist(&shop.internal, 20)
                        .await
                        .expect("the database answers");
                    if listed > 0 {
                        edits.fetch_add(listed, Ordering::Relaxed);
                        tell.send_modify(|count| *count += listed);
                    }
                }
            })
        })
        .collect();

    let narrow = |category: Option<&str>, color: Option<&str>| ProductFilter {
        category: category.map(str::to_owned),
        color: color.map(str::to_owned),
        ..ProductFilter::default()
    };
    for filter in [
        narrow(None, None),
        narrow(Some("chairs"), None),
        narrow(Some("chairs"), Some("oak")),
        narrow(None, Some("white")),
    ] {
        for sort in [Sort::Newest, Sort::Price, Sort::PriceDown] {
            let mut walk = Walk {
                shop: &shop,
                changed: changed.clone(),
                filter: filter.clone(),
                sort,
            };
            let listed = walk.all().await;
            let unchanged: Vec<ProductId> = listed.iter().copied().filter(|id| stays.contains(id)).collect();
            let expected = expected(&shop, &filter, sort, &stays).await;
            assert!(expected.len() > 3);
            assert_eq!(unchanged, expected, "{filter:?} {sort:?}");
            if sort == Sort::Newest {
                // Nothing moves in this order.
                assert_eq!(
                    listed.iter().collect::<BTreeSet<_>>().len(),
                    listed.len(),
                    "one is there twice"
                );
            }
        }
    }
    finished.store(true, Ordering::Relaxed);
    for editor in join_all(editors).await {
        editor.expect("no panic");
    }
    assert!(edits.load(Ordering::Relaxed) > 50);
    shop.refresh().await;
    shop.assert_listed().await;
}

/// The units among those that `stay` that a list has, in its order, as the table of units says.
async fn expected(
    shop: &Shop,
    filter: &ProductFilter,
    sort: Sort,
    stay: &BTreeSet<ProductId>,
) -> Vec<ProductId> {
    let rows: Vec<(uuid::Uuid, String, String, Option<i64>, time::OffsetDateTime)> = sqlx::query_as(
        "SELECT id, category, color, price_amount, created_at FROM product WHERE deleted_at IS NULL",
    )
    .fetch_all(shop.db.admin())
    .await
    .expect("units");
    let mut rows: Vec<_> = rows
        .into_iter()
        .filter(|(id, category, color, ..)| {
            let within = |wanted: &str| category == wanted || (wanted == "chairs" && category == "stools");
            stay.contains(&ProductId::from(*id))
                && filter.category.as_deref().is_none_or(within)
                && filter.color.as_ref().is_none_or(|wanted| wanted == color)
        })
        .collect();
    match sort {
        Sort::Price => rows.sort_by_key(|row| (row.3, row.0)),
        Sort::PriceDown => rows.sort_by_key(|row| std::cmp::Reverse((row.3, row.0))),
        _ => rows.sort_by_key(|row| std::cmp::Reverse((row.4, row.0))),
    }
    rows.into_iter().map(|row| row.0.into()).collect()
}
