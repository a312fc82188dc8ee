use std::collections::HashMap;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

/// A file that is part of the binary.
#[derive(Debug, Clone, Copy)]
pub struct AssetFile {
    /// Name by which templates ask for it, such as `shop.css`.
    pub name: &'static str,
    /// Its content, by `include_bytes!`.
    pub bytes: &'static [u8],
}

/// Files that both sites use: `base.css`, `forms.js`, `favicon.svg`.
const SHARED: [AssetFile; 3] = [
    AssetFile {
        name: "base.css",
        bytes: include_bytes!("../assets/base.css"),
    },
    AssetFile {
        name: "forms.js",
        bytes: include_bytes!("../assets/forms.js"),
    },
    AssetFile {
        name: "favicon.svg",
        bytes: include_bytes!("../assets/favicon.svg"),
    },
];

/// Styles and scripts under addresses made from their content: a browser may keep them for ever, and a new
/// version has a new address.
#[derive(Debug)]
pub struct Assets {
    by_name: HashMap<&'static str, String>,
    by_address: HashMap<String, (&'static [u8], &'static str)>,
}

impl Assets {
    /// The shared files and a site's own ones.
    pub fn new(own: &[AssetFile]) -> Self {
        let mut assets = Self {
            by_name: HashMap::new(),
            by_address: HashMap::new(),
        };
        for file in SHARED.iter().chain(own) {
            let (stem, extension) = file.name.rsplit_once('.').unwrap_or((file.name, "bin"));
            let digest = Sha256::digest(file.bytes);
            let hash = u64::from_be_bytes(std::array::from_fn(|index| digest[index]));
            let address = format!("{stem}-{hash:016x}.{extension}");
            assets.by_name.insert(file.name, format!("/assets/{address}"));
            assets
                .by_address
                .insert(address, (file.bytes, media_type(extension)));
        }
        assets
    }

    /// The address of a file, such as `/assets/shop-0123456789abcdef.css`; empty, with an error in the log, when
    /// there is no such file.
    pub fn url(&self, name: &str) -> &str {
        self.by_name.get(name).map_or_else(
            || {
                tracing::error!(name, "no such asset");
                ""
            },
            String::as_str,
        )
    }

    /// Answers `GET /assets/{file}`: the file with a year of caching, or a bare 404.
    pub(crate) fn serve(&self, Path(file): &Path<String>) -> Response {
        let Some((bytes, media_type)) = self.by_address.get(file) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            ),
        ];
        (headers, *bytes).into_response()
    }
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
