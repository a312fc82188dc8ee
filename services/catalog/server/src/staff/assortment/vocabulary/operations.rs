/// The operations on one kind of entries, in a module of their own: the content's type, where they are found, what
/// their operations are called and what descriptions call them.
macro_rules! vocabulary {
    ($module:ident, $content:ty, $path:literal, $name:literal, $many:literal) => {
        pub(super) mod $module {
            use auth::Staff as Employee;
            use axum::extract::State;
            use catalog_store::{change_entry, create_entry, delete_entry, restore_entry};
            use contracts::catalog::{Entries, Entry};
            use problem::{IdempotencyKey, IfMatch, Json, Path, Problem, ProblemBody, kinds};

            use super::super::super::{AssortmentMakers, Staff};
            use super::super::{Editing, Made, Tagged};
            use super::ByCode;
            use crate::problems;

            #[utoipa::path(
                get, path = $path, tag = "vocabulary",
                operation_id = concat!("staff_", $name, "_list"),
                summary = concat!("All ", $many, ", deleted ones last"),
                description = "For the roles assortment and administrator.",
                responses(
                    (status = 200, description = "The entries", body = Entries<$content>),
                    (status = 401, description = "Without a good token", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 403, description = "Without the role", body = ProblemBody,
                        content_type = "application/problem+json"),
                )
            )]
            #[allow(dead_code, reason = "some kinds are listed with more than their entries")]
            pub async fn list(
                State(staff): State<Staff>,
                _: Employee<AssortmentMakers>,
            ) -> Result<Json<Entries<$content>>, Problem> {
                let entries = catalog_store::list_entries(&staff.pg).await;
                entries.map(Json).map_err(problems::database)
            }

            #[utoipa::path(
                post, path = $path, tag = "vocabulary",
                operation_id = concat!("staff_", $name, "_create"),
                summary = concat!("Makes one of the ", $many),
                description = "Once for each `Idempotency-Key` of the employee. For the roles assortment and \
                               administrator.",
                params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
                request_body = $content,
                responses(
                    (status = 201, description = "It is made", body = Entry<$content>, headers(
                        ("ETag" = String, description = "Its version"),
                        ("Location" = String, description = "Where it is"),
                    )),
                    (status = 400, description = "The key is missing", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 401, description = "Without a good token", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 403, description = "Without the role", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 422, description = "A field is wrong, or the key was used for another request",
                        body = ProblemBody, content_type = "application/problem+json"),
                )
            )]
            pub async fn create(
                State(staff): State<Staff>,
                employee: Employee<AssortmentMakers>,
                IdempotencyKey(key): IdempotencyKey,
                Json(content): Json<$content>,
            ) -> Result<Made<Entry<$content>>, Problem> {
                let editing = Editing::by(&staff, employee.login());
                let made = create_entry(&staff.pg, &editing.editor(), &key, &content).await;
                let thing = made.map_err(problems::edit)?;
                editing.done();
                Ok(Made { path: $path, thing })
            }

            #[utoipa::path(
                get, path = concat!($path, "/{code}"), tag = "vocabulary",
                operation_id = concat!("staff_", $name, "_get"),
                summary = concat!("One of the ", $many, ", deleted or not"),
                description = "For the roles assortment and administrator.",
                params(ByCode),
                responses(
                    (status = 200, description = "The entry", body = Entry<$content>,
                        headers(("ETag" = String, description = "Its version"))),
                    (status = 401, description = "Without a good token", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 403, description = "Without the role", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 404, description = "There is none", body = ProblemBody,
                        content_type = "application/problem+json"),
                )
            )]
            #[allow(dead_code, reason = "some kinds are shown with more than their entry")]
            pub async fn get(
                State(staff): State<Staff>,
                _: Employee<AssortmentMakers>,
                Path(ByCode { code }): Path<ByCode>,
            ) -> Result<Tagged<Entry<$content>>, Problem> {
                let entry = catalog_store::entry(&staff.pg, &code).await;
                let entry = entry.map_err(problems::database)?;
                entry.map(Tagged).ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
            }

            #[utoipa::path(
                put, path = concat!($path, "/{code}"), tag = "vocabulary",
                operation_id = concat!("staff_", $name, "_change"),
                summary = concat!("Changes one of the ", $many),
                description = "For the roles assortment and administrator.",
                params(ByCode, ("If-Match" = String, Header, description = "The version that is changed, as `ETag` had it")),
                request_body = $content,
                responses(
                    (status = 200, description = "It is changed", body = Entry<$content>,
                        headers(("ETag" = String, description = "Its version now"))),
                    (status = 401, description = "Without a good token", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 403, description = "Without the role", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 404, description = "There is none", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 409, description = "deleted: it has to be restored first; in-use: `users` need what is \
                                                  taken away", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 412, description = "precondition-failed: it was changed since; `changed` has the fields",
                        body = ProblemBody, content_type = "application/problem+json"),
                    (status = 422, description = "A field is wrong", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 428, description = "Without `If-Match`", body = ProblemBody,
                        content_type = "application/problem+json"),
                )
            )]
            pub async fn change(
                State(staff): State<Staff>,
                employee: Employee<AssortmentMakers>,
                Path(ByCode { code }): Path<ByCode>,
                IfMatch(base): IfMatch,
                Json(content): Json<$content>,
            ) -> Result<Tagged<Entry<$content>>, Problem> {
                let editing = Editing::by(&staff, employee.login());
                let changed = change_entry(&staff.pg, &editing.editor(), &code, base, &content).await;
                let entry = changed.map_err(problems::edit)?;
                editing.done();
                Ok(Tagged(entry))
            }

            #[utoipa::path(
                delete, path = concat!($path, "/{code}"), tag = "vocabulary",
                operation_id = concat!("staff_", $name, "_delete"),
                summary = concat!("Marks one of the ", $many, " as deleted"),
                description = "Refused while others need it. For the roles assortment and administrator.",
                params(ByCode, ("If-Match" = String, Header, description = "The version that is deleted, as `ETag` had it")),
                responses(
                    (status = 200, description = "It is deleted", body = Entry<$content>,
                        headers(("ETag" = String, description = "Its version now"))),
                    (status = 401, description = "Without a good token", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 403, description = "Without the role", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 404, description = "There is none", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 409, description = "in-use: `users` need it; deleted: it is already", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 412, description = "precondition-failed: it was changed since; `changed` has the fields",
                        body = ProblemBody, content_type = "application/problem+json"),
                    (status = 422, description = "It cannot be deleted, or `If-Match` is no version",
                        body = ProblemBody, content_type = "application/problem+json"),
                    (status = 428, description = "Without `If-Match`", body = ProblemBody,
                        content_type = "application/problem+json"),
                )
            )]
            pub async fn delete(
                State(staff): State<Staff>,
                employee: Employee<AssortmentMakers>,
                Path(ByCode { code }): Path<ByCode>,
                IfMatch(base): IfMatch,
            ) -> Result<Tagged<Entry<$content>>, Problem> {
                let editing = Editing::by(&staff, employee.login());
                let deleted = delete_entry(&staff.pg, &editing.editor(), &code, base).await;
                let entry = deleted.map_err(problems::edit)?;
                editing.done();
                Ok(Tagged(entry))
            }

            #[utoipa::path(
                post, path = concat!($path, "/{code}/restore"), tag = "vocabulary",
                operation_id = concat!("staff_", $name, "_restore"),
                summary = concat!("Brings one of the ", $many, " back"),
                description = "What is not deleted stays as it is. For the roles assortment and administrator.",
                params(ByCode, ("If-Match" = String, Header, description = "The version that is restored, as `ETag` had it")),
                responses(
                    (status = 200, description = "It is back", body = Entry<$content>,
                        headers(("ETag" = String, description = "Its version now"))),
                    (status = 401, description = "Without a good token", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 403, description = "Without the role", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 404, description = "There is none", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 412, description = "precondition-failed: it was changed since; `changed` has the fields",
                        body = ProblemBody, content_type = "application/problem+json"),
                    (status = 422, description = "Something it refers to is gone", body = ProblemBody,
                        content_type = "application/problem+json"),
                    (status = 428, description = "Without `If-Match`", body = ProblemBody,
                        content_type = "application/problem+json"),
                )
            )]
            pub async fn restore(
                State(staff): State<Staff>,
                employee: Employee<AssortmentMakers>,
                Path(ByCode { code }): Path<ByCode>,
                IfMatch(base): IfMatch,
            ) -> Result<Tagged<Entry<$content>>, Problem> {
                let editing = Editing::by(&staff, employee.login());
                let restored = restore_entry(&staff.pg, &editing.editor(), &code, base).await;
                let entry = restored.map_err(problems::edit)?;
                editing.done();
                Ok(Tagged(entry))
            }
        }
    };
}
pub(super) use vocabulary;
