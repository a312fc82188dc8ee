//! The assortment on the employees' face.

use contracts::backoffice::Role;
use contracts::catalog::AssortmentChangePage;

use crate::house::{Ask, House};

const HISTORY: &str = "/api/staff/v1/catalog/history";

#[tokio::test]
async fn history_is_for_those_who_make_the_assortment() {
    let house = House::open().await;
    let ask = async |path: &str, roles: &[Role]| {
        let token = house.token(roles);
        house
            .staff(Ask::get(&format!("{HISTORY}{path}")).bearer(&token))
            .await
    };
    for role in [Role::Assortment, Role::Administrator] {
        let page: AssortmentChangePage = ask("/color/white", &[role]).await.ok();
        assert_eq!((page.items.len(), page.next_cursor), (0, None));
    }
    for role in [Role::Warehouse, Role::Analyst, Role::Courier] {
        let (status, slug, _) = ask("/color/white", &[role]).await.problem();
        assert_eq!((status, slug.as_str()), (403, "forbidden"), "{role:?}");
    }
    for (path, field) in [
        ("/colour/white", "path"),
        ("/color/white?page_size=0", "page_size"),
        ("/color/white?cursor=x", "cursor"),
        ("/color/white?q=1", "q"),
    ] {
        let answer = ask(path, &[Role::Assortment]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec![field.to_owned()]),
            "{path}"
        );
    }
}
