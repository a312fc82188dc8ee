//! Pictures of the fake assortment, drawn from a product's category and colour.

use contracts::catalog::ProductDetail;

/// An SVG of 1000 × 1000.
pub fn draw(product: &ProductDetail, key: &str) -> String {
    let color = &product.card.color.hex;
    let (wall, shift) = match key {
        key if key.contains("-side") => ("#e7ddcf", 40),
        key if key.contains("-detail") => ("#efe4d6", -60),
        _ => ("#ece3d6", 0),
    };
    let scale = if key.contains("-detail") { "1.900" } else { "1" };
    let shape = shape(&product.card.category.code);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" width="1000" height="1000">
<rect width="1000" height="1000" fill="{wall}"/><rect y="760" width="1000" height="240" fill="#dccdb8"/>
<ellipse cx="500" cy="806" rx="330" ry="26" fill="#3a2a1a" fill-opacity=".22"/>
<g transform="translate({shift} 0) translate(500 800) scale({scale}) translate(-500 -800)" fill="{color}" stroke="#2a1e14" stroke-opacity=".35" stroke-width="5" stroke-linejoin="round">{shape}</g></svg>"##
    )
}

fn shape(category: &str) -> &'static str {
    match category {
        "wardrobes" => {
            r#"<path d="M300 170h400v610H300z"/><path d="M500 170v610M300 660h400M320 780v24M680 780v24M478 420v80M522 420v80" fill="none"/>"#
        }
        "sofas" => {
            r#"<path d="M190 520c0-50 30-80 70-80h480c40 0 70 30 70 80v180H190z"/><path d="M150 590c0-40 80-40 80 0v60h540v-60c0-40 80-40 80 0v170H150z"/><path d="M500 445v205M190 760v40M810 760v40" fill="none"/>"#
        }
        "armchairs" => {
            r#"<path d="M330 480c0-60 40-100 90-100h160c50 0 90 40 90 100v220H330z"/><path d="M270 590c0-40 80-40 80 0v60h300v-60c0-40 80-40 80 0v160H270z"/><path d="M310 750l-16 54M690 750l16 54" fill="none"/>"#
        }
        "tables" => {
            r#"<path d="M170 500h660v34H170z"/><path d="M220 534h34l-14 270h-28zM746 534h34l8 270h-28z"/>"#
        }
        "chairs" => {
            r#"<path d="M380 260h240v150H380z"/><path d="M380 260h22v300h-22zM598 260h22v300h-22zM365 560h270v38H365zM380 598h24v206h-24zM596 598h24v206h-24z"/>"#
        }
        "beds" => {
            r##"<path d="M170 420h40v384h-40zM170 640h680v100H170z"/><path d="M210 560h620c20 0 20 80 20 80H210z" fill="#f5efe4"/><path d="M230 520h150v70H230z" fill="#fffaf2"/><path d="M820 740h30v64h-30z"/>"##
        }
        "dressers" => {
            r#"<path d="M230 440h540v320H230z"/><path d="M230 546h540M230 652h540M470 492h60M470 598h60M470 706h60M260 760v44M740 760v44" fill="none"/>"#
        }
        _ => {
            r#"<path d="M310 220h380v580H310z" fill="none" stroke-width="18"/><path d="M310 400h380v16H310zM310 590h380v16H310zM340 290h30v110h-30zM380 310h26v90h-26zM600 490h56v100h-56zM350 690h120v110H350z"/>"#
        }
    }
}
