use std::sync::Arc;
use std::time::Duration;

use catalog_store::WarehouseSpace;
use moka::future::Cache;
use pg::Pg;
use problem::Problem;

use crate::problems;

/// How old an answer may be. All shelves are read for it, so it is asked for once for everybody.
const OLDEST: Duration = Duration::from_secs(10);

/// How much of the warehouses' space is taken.
#[derive(Clone)]
pub struct Spaces {
    pg: Pg,
    kept: Cache<(), Arc<WarehouseSpace>>,
}

impl Spaces {
    /// Asked of this database.
    pub fn of(pg: Pg) -> Self {
        Self {
            pg,
            kept: Cache::builder().max_capacity(1).time_to_live(OLDEST).build(),
        }
    }

    /// Litres taken, by the warehouses' codes.
    pub(super) async fn get(&self) -> Result<Arc<WarehouseSpace>, Problem> {
        let ask = async { catalog_store::warehouse_spaces(&self.pg).await.map(Arc::new) };
        let answer = self.kept.try_get_with((), ask).await;
        answer.map_err(|error| match Arc::try_unwrap(error) {
            Ok(error) => problems::database(error),
            Err(shared) => Problem::unavailable("postgres", shared.to_string()),
        })
    }
}
