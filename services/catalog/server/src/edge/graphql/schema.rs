use std::sync::Arc;

use async_graphql::futures_util::stream::BoxStream;
use async_graphql::{
    Data, EmptyMutation, Executor, Request, Response, SDLExportOptions, Schema as GraphqlSchema,
    SchemaBuilder,
};
use futures_util::StreamExt as _;
use kernel::Lang;

use super::errors::localize;
use super::limits::Limits;
use super::loaders::Reads;
use super::query::Query;
use super::subscription::Subscription;
use super::{Shared, Transport};

/// Levels that the library goes down before it validates.
const MAX_RECURSION: usize = 32;
/// Directives of one field.
const MAX_DIRECTIVES: usize = 4;

type Inner = GraphqlSchema<Query, EmptyMutation, Subscription>;

fn builder() -> SchemaBuilder<Query, EmptyMutation, Subscription> {
    GraphqlSchema::build(Query, EmptyMutation, Subscription)
        .enable_federation()
        .enable_subscription_in_federation()
        .limit_recursive_depth(MAX_RECURSION)
        .limit_directives(MAX_DIRECTIVES)
        .extension(Limits)
}

/// The schema in its definition language, with the directives of Federation.
pub fn sdl() -> String {
    builder()
        .finish()
        .sdl_with_options(SDLExportOptions::new().federation().compose_directive())
}

/// The schema over a database.
#[derive(Clone)]
pub struct Schema {
    inner: Inner,
    shared: Shared,
}

impl Schema {
    /// A schema whose resolvers use `shared`.
    pub fn new(shared: Shared) -> Self {
        Self {
            inner: builder().data(shared.clone()).finish(),
            shared,
        }
    }

    /// The schema for a caller.
    pub fn speak(&self, lang: Lang) -> Speaking {
        Speaking {
            schema: self.clone(),
            lang,
            trace_id: telemetry::trace_id().map(Into::into),
        }
    }
}

/// The schema as it answers one caller: in their language, with the trace of their request.
#[derive(Clone)]
pub struct Speaking {
    schema: Schema,
    lang: Lang,
    trace_id: Option<Arc<str>>,
}

impl Speaking {
    fn prepare(&self, request: Request) -> Request {
        request
            .data(self.lang)
            .data(Reads::new(self.schema.shared.pg.clone()))
    }

    /// What every subscription of a connection is told.
    pub fn session() -> Data {
        let mut session = Data::default();
        session.insert(Transport::Stream);
        session
    }
}

impl Executor for Speaking {
    async fn execute(&self, request: Request) -> Response {
        let response = self.schema.inner.execute(self.prepare(request)).await;
        localize(response, self.lang, self.trace_id.as_deref())
    }

    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let session = session.unwrap_or_else(|| Arc::new(Self::session()));
        let (lang, trace_id) = (self.lang, self.trace_id.clone());
        self.schema
            .inner
            .execute_stream_with_session_data(self.prepare(request), session)
            .map(move |response| localize(response, lang, trace_id.as_deref()))
            .boxed()
    }
}
