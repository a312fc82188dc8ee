use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::PartialSchema as _;
use utoipa::ToSchema as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{AllOf, Components, Content, Object, OpenApi, Ref, RefOr, Response, Schema};

/// Answers that operations share, described once and named `Problem` with their status.
const SHARED: [(&str, &str); 8] = [
    ("400", "The body cannot be read"),
    ("401", "Without a good token"),
    ("403", "The token does not allow it"),
    ("413", "The body is too large"),
    ("415", "The body is of another media type"),
    ("422", "A field or parameter is wrong or unknown"),
    ("500", "Unexpected; `trace_id` finds it in the log"),
    (
        "503",
        "What the operation needs cannot be reached now, or the service is read-only",
    ),
];

/// Adds to every operation the answers that it owes to the shared extractors, guards and the HTTP stack and so does
/// not describe itself. What an operation says of a status stays.
pub(crate) fn add_shared_answers(openapi: &mut OpenApi) {
    let guarded_as_a_whole = openapi.security.as_ref().is_some_and(|needs| !needs.is_empty());
    let mut described = false;
    for operation in openapi.paths.paths.values_mut().flat_map(operations) {
        described = true;
        let guarded = operation
            .security
            .as_ref()
            .map_or(guarded_as_a_whole, |needs| !needs.is_empty());
        let takes_body = operation.request_body.is_some();
        let takes_parameters = operation
            .parameters
            .as_ref()
            .is_some_and(|taken| !taken.is_empty());
        let owed = [
            (takes_body, "400"),
            (guarded, "401"),
            (guarded, "403"),
            (takes_body, "413"),
            (takes_body, "415"),
            (takes_body || takes_parameters, "422"),
            (true, "500"),
            (true, "503"),
        ];
        for (_, status) in owed.into_iter().filter(|(owed, _)| *owed) {
            let answers = &mut operation.responses.responses;
            let shared = Ref::from_response_name(format!("Problem{status}"));
            answers.entry(status.to_owned()).or_insert(RefOr::Ref(shared));
        }
    }
    if described {
        let components = openapi.components.get_or_insert_default();
        for (status, description) in SHARED {
            let answer = problem_answer(description);
            components
                .responses
                .insert(format!("Problem{status}"), RefOr::T(answer));
        }
        let mut needed = vec![(
            problem::ProblemBody::name().into_owned(),
            problem::ProblemBody::schema(),
        )];
        problem::ProblemBody::schemas(&mut needed);
        for (name, schema) in needed {
            components.schemas.entry(name).or_insert(schema);
        }
    }
}

/// Lets schemas that are put together of others (`#[serde(flatten)]`) have the members of all their parts. A part that
/// is also a request of its own may refuse unknown members (`deny_unknown_fields`); taken into another schema by
/// reference it would refuse its neighbours' too, so it is written out there, open.
pub(crate) fn open_parts(openapi: &mut OpenApi) {
    let Some(components) = &mut openapi.components else {
        return;
    };
    let known = components.clone();
    for schema in components.schemas.values_mut() {
        if let RefOr::T(Schema::AllOf(AllOf { items, .. })) = schema {
            for part in items {
                if let Some(open) = opened(&known, part) {
                    *part = RefOr::T(Schema::Object(open));
                }
            }
        }
    }
}

/// The part without its refusal of other members; nothing when it refuses none.
fn opened(known: &Components, part: &RefOr<Schema>) -> Option<Object> {
    let schema = match part {
        RefOr::T(schema) => schema,
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            match known.schemas.get(name)? {
                RefOr::T(schema) => schema,
                RefOr::Ref(_) => return None,
            }
        }
    };
    match schema {
        Schema::Object(object)
            if matches!(
                object.additional_properties.as_deref(),
                Some(AdditionalProperties::FreeForm(false))
            ) =>
        {
            let mut open = object.clone();
            open.additional_properties = None;
            // An example of a part alone is none of the whole.
            open.example = None;
            Some(open)
        }
        _ => None,
    }
}

fn problem_answer(description: &str) -> Response {
    let body = Ref::from_schema_name(problem::ProblemBody::name());
    let mut answer = Response::new(description);
    answer.content.insert(
        "application/problem+json".to_owned(),
        Content::new(Some(RefOr::Ref(body))).into(),
    );
    answer
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// A description as text, with the members of every object in alphabetical order: so it is the same whichever features
/// of `serde_json` the rest of a build has turned on.
pub(crate) fn printed(openapi: &OpenApi) -> Result<String, serde_json::Error> {
    let value = sorted(serde_json::to_value(openapi)?);
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            let members = members.into_iter().map(|(name, member)| (name, sorted(member)));
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
