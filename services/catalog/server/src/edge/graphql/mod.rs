//! The customers' face by GraphQL: what REST answers, in the shape a page needs, and what changes meanwhile.
//!
//! Reads are gathered ([`loaders`]), so that a query costs the same number of statements whatever the length of its
//! lists; [`limits`] bounds how much a query may ask for. There is nothing to change here, hence no mutations.

mod category;
mod errors;
mod feed;
mod limits;
mod list;
mod loaders;
pub(super) mod post;
mod product;
mod property;
mod query;
mod schema;
mod set;
mod set_list;
pub(super) mod socket;
mod subscription;
mod values;

use std::sync::Arc;

use chassis::Shutdown;
use pg::Pg;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::words::Words;
use feed::Feed;
use schema::Schema;
pub use schema::sdl;

/// Connections for subscriptions that one process keeps open.
const MAX_SOCKETS: usize = 1_000;

/// What a request comes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Transport {
    /// A request with one answer.
    #[default]
    Post,
    /// Something that lasts.
    Stream,
}

/// What resolvers use.
#[derive(Clone)]
struct Shared {
    pg: Pg,
    words: Words,
    feed: Feed,
}

/// GraphQL of the face.
pub struct Graph {
    schema: Schema,
    shutdown: Shutdown,
    sockets: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl Graph {
    /// GraphQL over a database. Connections are ended by `shutdown` and kept in `tasks`, since the server does not
    /// know of them any more once they are upgraded.
    pub fn new(
        pg: Pg,
        words: Words,
        shutdown: Shutdown,
        tasks: TaskTracker,
        metrics: &telemetry::Metrics,
    ) -> Self {
        let subscribers = metrics.gauge("graphql_subscribers", "Subscriptions that are served now.");
        let feed = Feed::new(pg.clone(), shutdown.clone(), subscribers);
        Self {
            schema: Schema::new(Shared { pg, words, feed }),
            shutdown,
            sockets: Arc::new(Semaphore::new(MAX_SOCKETS)),
            tasks,
        }
    }
}
