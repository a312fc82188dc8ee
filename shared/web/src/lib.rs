//! What both sites share: layout, forms, languages, assets.
