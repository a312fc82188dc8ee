//! What one request may ask for. Checked before anything is resolved, and cheaply: a document is measured without
//! spelling its fragments out, since those can name each other so that they would fill any memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextPrepareRequest, NextValidation,
};
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Request, ServerError, ServerResult, ValidationResult, Value, parser};
use kernel::Text;
use problem::{Problem, kinds};

use super::Transport;
use super::errors::{TOO_COMPLEX, request_error};

/// Bytes of a query.
const MAX_QUERY: usize = 16_384;
/// Brackets that a query opens: the parser takes stack for each that is open.
const MAX_BRACKETS: usize = 512;
/// Fields, with fragments spelled out at each place that names them.
const MAX_FIELDS: usize = 1_000;
/// Fields under another name.
const MAX_ALIASES: usize = 30;
/// Levels of fields.
pub const MAX_DEPTH: usize = 16;
/// What fields cost, those of lists as often as the list may be long.
pub const MAX_COMPLEXITY: usize = 25_000;
/// The same for questions about the schema, whose lists count as [`SCHEMA_LIST`]. The usual one costs half of it.
const MAX_INTROSPECTION: usize = 100_000;
const SCHEMA_LIST: usize = 10;
/// Entities that a gateway may ask for at once.
const MAX_ENTITIES: usize = 100;

/// Makes a guard for each request.
pub struct Limits;

impl ExtensionFactory for Limits {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Guard {
            entities: AtomicUsize::new(1),
        })
    }
}

struct Guard {
    /// How often the fields of `_entities` are resolved.
    entities: AtomicUsize,
}

#[async_trait]
impl Extension for Guard {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let mut request = next.run(ctx, request).await?;
        let transport = ctx.data_opt::<Transport>().copied().unwrap_or_default();
        let (document, entities) = read(&request, transport).map_err(request_error)?;
        self.entities.store(entities, Ordering::Relaxed);
        request.set_parsed_query(document);
        Ok(request)
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        let complexity = result
            .complexity
            .saturating_mul(self.entities.load(Ordering::Relaxed));
        within("depth", result.depth, MAX_DEPTH)
            .and_then(|()| within("complexity", complexity, MAX_COMPLEXITY))
            .map_err(|problem| vec![request_error(problem)])?;
        Ok(result)
    }
}

/// Refuses what is more than allowed.
pub fn within(what: &'static str, value: usize, limit: usize) -> Result<(), Problem> {
    if value <= limit {
        return Ok(());
    }
    Err(Problem::new(&TOO_COMPLEX)
        .detail(Text::new(
            format!("Запрос слишком сложный: {what} больше {limit}."),
            format!("The query is too complex: {what} is more than {limit}."),
        ))
        .ext("what", what)
        .ext("limit", &limit))
}

/// Reads and measures a request; answers how many entities it asks for, too (at least 1).
fn read(request: &Request, transport: Transport) -> Result<(ExecutableDocument, usize), Problem> {
    let query = request.query.as_str();
    within("size", query.len(), MAX_QUERY)?;
    let brackets = query
        .bytes()
        .filter(|byte| matches!(byte, b'{' | b'[' | b'('))
        .count();
    within("brackets", brackets, MAX_BRACKETS)?;
    let document = parser::parse_query(query).map_err(|error| {
        Problem::new(&kinds::MALFORMED).detail(Text::new(
            format!("Запрос не удалось прочитать: {error}"),
            format!("The query cannot be read: {error}"),
        ))
    })?;
    check_transport(&document, request.operation_name.as_deref(), transport)?;
    let mut measure = Measure {
        document: &document,
        request,
        fragments: HashMap::new(),
        aliases: 0,
        entities: 1,
    };
    let mut fields: usize = 0;
    for (_, operation) in document.operations.iter() {
        fields = fields.saturating_add(measure.set(&operation.node.selection_set.node)?.fields);
    }
    within("fields", fields, MAX_FIELDS)?;
    within("aliases", measure.aliases, MAX_ALIASES)?;
    within("entities", measure.entities, MAX_ENTITIES)?;
    let entities = measure.entities;
    Ok((document, entities))
}

/// Endless answers need a transport that has no end; all others have one with a time limit.
fn check_transport(
    document: &ExecutableDocument,
    name: Option<&str>,
    transport: Transport,
) -> Result<(), Problem> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) => all.values().next(),
    };
    let endless = operation.is_some_and(|operation| operation.node.ty == OperationType::Subscription);
    match (transport, endless) {
        (Transport::Post, true) => Err(misdirected(Text::new(
            "Подписка возможна через WebSocket или с заголовком Accept: text/event-stream.",
            "Subscribe over WebSocket or with the header Accept: text/event-stream.",
        ))),
        (Transport::Stream, false) => Err(misdirected(Text::new(
            "Здесь возможны только подписки; запросы отправляйте методом POST.",
            "Only subscriptions are served here; send queries with POST.",
        ))),
        _ => Ok(()),
    }
}

fn misdirected(detail: Text) -> Problem {
    Problem::new(&kinds::VALIDATION).detail(detail)
}

/// How much a selection asks for, fragments included.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    fields: usize,
    /// What it costs where it is asked of the schema.
    introspection: usize,
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    request: &'a Request,
    /// Those measured; without a size, those being measured.
    fragments: HashMap<&'a Name, Option<Size>>,
    aliases: usize,
    entities: usize,
}

impl<'a> Measure<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, Problem> {
        let mut sum = Size::default();
        for selection in &set.items {
            let size = match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            };
            sum.fields = sum.fields.saturating_add(size.fields);
            sum.introspection = sum.introspection.saturating_add(size.introspection);
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field) -> Result<Size, Problem> {
        self.aliases += usize::from(field.alias.is_some());
        let inner = self.set(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        match name {
            "__schema" | "__type" => within("introspection", inner.introspection, MAX_INTROSPECTION)?,
            "_entities" => self.entities = self.entities.max(self.representations(field)),
            _ => {}
        }
        let times = if is_schema_list(name) { SCHEMA_LIST } else { 1 };
        Ok(Size {
            fields: inner.fields.saturating_add(1),
            introspection: inner.introspection.saturating_mul(times).saturating_add(1),
        })
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Size, Problem> {
        match self.fragments.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                return Err(misdirected(Text::new(
                    "Фрагменты ссылаются друг на друга по кругу.",
                    "Fragments name each other in a circle.",
                )));
            }
            None => {}
        }
        let document = self.document;
        let Some((name, fragment)) = document.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        self.fragments.insert(name, None);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(size));
        Ok(size)
    }

    fn representations(&self, field: &Field) -> usize {
        let given = field
            .arguments
            .iter()
            .find(|(name, _)| name.node == "representations");
        let value = given.and_then(|(_, value)| {
            let of_variable = |name: Name| self.request.variables.get(&name).cloned().ok_or(());
            value.node.clone().into_const_with(of_variable).ok()
        });
        match value {
            Some(Value::List(items)) => items.len(),
            _ => 1,
        }
    }
}

fn is_schema_list(name: &str) -> bool {
    matches!(
        name,
        "types"
            | "directives"
            | "fields"
            | "args"
            | "inputFields"
            | "enumValues"
            | "interfaces"
            | "possibleTypes"
    )
}
