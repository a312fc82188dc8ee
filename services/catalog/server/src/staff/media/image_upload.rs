use auth::Staff as Employee;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use catalog_store::{MediaEntry, media, register_media};
use contracts::catalog::StoredImage;
use problem::{Json, Problem, ProblemBody};

use crate::media::{Incoming, MAX_IMAGE};
use crate::openapi::Binary;
use crate::problems;
use crate::staff::{AssortmentMakers, Staff};

/// Takes a picture in (CAT-9). What it is is told by its bytes, whatever it is called. It is written anew without what a
/// camera or a program noted in it – place, time, owner –, upright, in sRGB; so the key is not that of the file sent. The
/// same file again gives the same key. Smaller forms are made afterwards. For the roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/images", tag = "media",
    operation_id = "staff_image_upload",
    request_body(content = inline(Binary), content_type = "application/octet-stream",
        description = "PNG, JPEG or WebP of at least 500×500 pixels, at most 60 million pixels and 20 MB"),
    responses(
        (status = 200, description = "The picture is stored", body = StoredImage),
        (status = 400, description = "There is no file, or not to its end", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 408, description = "Nothing came for too long", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "More than 20 MB", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "No PNG, JPEG or WebP", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "image-too-small, image-too-large (`width`, `height`), image-damaged",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The file storage is away", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "storage-full", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<StoredImage>, Problem> {
    let incoming = Incoming::begin(&headers, body, MAX_IMAGE, pictures::Format::HEAD).await?;
    let taken = staff.studio.take_image(incoming).await?;
    let entry = MediaEntry {
        key: taken.key.to_string(),
        content_type: taken.key.format().media_type().to_owned(),
        bytes: taken.bytes,
        width: taken.width,
        height: taken.height,
    };
    register_media(&staff.pg, staff.clock.now(), &entry)
        .await
        .map_err(problems::database)?;
    let stored = media(&staff.pg, &entry.key).await.map_err(problems::database)?;
    stored
        .map(Json)
        .ok_or_else(|| Problem::internal("a picture has vanished"))
}
