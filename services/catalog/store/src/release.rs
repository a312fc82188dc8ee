use std::collections::BTreeMap;

use kernel::OrderId;
use pg::Pg;
use time::OffsetDateTime;

use crate::SettleError;
use crate::settle::{Refusal, Settle, settle};

/// Gives an order's stock back: what was held is free again, what was confirmed lies on its shelves again. Final:
/// the order cannot be confirmed any more. Repeating it changes nothing. Four statements.
///
/// Fails with [`SettleError::NotFound`] when nothing was ever reserved, which a caller may take for success.
pub async fn release(pg: &Pg, now: OffsetDateTime, order: OrderId) -> Result<(), SettleError> {
    pg.run("release", async |mut tx: pg::Tx| {
        let refused = settle(&mut tx, now, &BTreeMap::from([(order, Settle::Release)])).await?;
        match refused.first() {
            None => Ok(()),
            Some((_, Refusal::NotFound)) => Err(SettleError::NotFound),
            Some((_, refusal @ (Refusal::Released | Refusal::Expired))) => {
                unreachable!("a release is refused only where there is nothing, not with {refusal:?}")
            }
        }
    })
    .await
}
