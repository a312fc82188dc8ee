use std::collections::BTreeSet;

use kernel::{Clock, WarehouseId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Assortment, ImportError};

/// Writes what the rest refers to: categories, colours, materials, warehouses.
pub(super) async fn write(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    assortment: &Assortment,
) -> Result<(), ImportError> {
    categories(conn, assortment).await?;
    colors(conn, assortment).await?;
    materials(conn, assortment).await?;
    component_types(conn, assortment).await?;
    warehouses(conn, clock, assortment).await
}

/// Types that components name and nobody has described yet; they are called by their codes.
async fn component_types(conn: &mut PgConnection, assortment: &Assortment) -> Result<(), ImportError> {
    let codes: BTreeSet<&str> = assortment.components.iter().map(|e| &*e.kind).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    sqlx::query!(
        "INSERT INTO component_type (code, name_ru, name_en, position)
         SELECT code, code, code, position FROM unnest($1::text[]) WITH ORDINALITY AS e (code, position)
         ON CONFLICT (code) DO NOTHING",
        &codes as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn categories(conn: &mut PgConnection, assortment: &Assortment) -> Result<(), ImportError> {
    let entries = &assortment.categories;
    let codes: Vec<&str> = entries.iter().map(|e| &*e.code).collect();
    let ru: Vec<&str> = entries.iter().map(|e| &*e.name.ru).collect();
    let en: Vec<&str> = entries.iter().map(|e| &*e.name.en).collect();
    sqlx::query!(
        "INSERT INTO category AS t (code, name_ru, name_en, position)
         SELECT code, ru, en, position FROM unnest($1::text[], $2::text[], $3::text[])
              WITH ORDINALITY AS e (code, ru, en, position)
         ON CONFLICT (code) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, position = EXCLUDED.position
         WHERE (t.name_ru, t.name_en, t.position)
               <> (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.position)",
        &codes as &[&str],
        &ru as &[&str],
        &en as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn colors(conn: &mut PgConnection, assortment: &Assortment) -> Result<(), ImportError> {
    let entries = &assortment.colors;
    let codes: Vec<&str> = entries.iter().map(|e| &*e.code).collect();
    let ru: Vec<&str> = entries.iter().map(|e| &*e.name.ru).collect();
    let en: Vec<&str> = entries.iter().map(|e| &*e.name.en).collect();
    let hex: Vec<&str> = entries.iter().map(|e| &*e.hex).collect();
    sqlx::query!(
        "INSERT INTO color AS t (code, name_ru, name_en, hex, position)
         SELECT code, ru, en, hex, position FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
              WITH ORDINALITY AS e (code, ru, en, hex, position)
         ON CONFLICT (code) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, hex = EXCLUDED.hex,
             position = EXCLUDED.position
         WHERE (t.name_ru, t.name_en, t.hex, t.position)
               <> (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.hex, EXCLUDED.position)",
        &codes as &[&str],
        &ru as &[&str],
        &en as &[&str],
        &hex as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn materials(conn: &mut PgConnection, assortment: &Assortment) -> Result<(), ImportError> {
    let entries = &assortment.materials;
    let codes: Vec<&str> = entries.iter().map(|e| &*e.code).collect();
    let ru: Vec<&str> = entries.iter().map(|e| &*e.name.ru).collect();
    let en: Vec<&str> = entries.iter().map(|e| &*e.name.en).collect();
    sqlx::query!(
        "INSERT INTO material AS t (code, name_ru, name_en, position)
         SELECT code, ru, en, position FROM unnest($1::text[], $2::text[], $3::text[])
              WITH ORDINALITY AS e (code, ru, en, position)
         ON CONFLICT (code) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, position = EXCLUDED.position
         WHERE (t.name_ru, t.name_en, t.position)
               <> (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.position)",
        &codes as &[&str],
        &ru as &[&str],
        &en as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn warehouses(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    assortment: &Assortment,
) -> Result<(), ImportError> {
    let entries = &assortment.warehouses;
    let ids: Vec<Uuid> = entries.iter().map(|_| WarehouseId::new(clock).uuid()).collect();
    let codes: Vec<&str> = entries.iter().map(|e| &*e.code).collect();
    let ru: Vec<&str> = entries.iter().map(|e| &*e.name.ru).collect();
    let en: Vec<&str> = entries.iter().map(|e| &*e.name.en).collect();
    let address_ru: Vec<&str> = entries.iter().map(|e| &*e.address.ru).collect();
    let address_en: Vec<&str> = entries.iter().map(|e| &*e.address.en).collect();
    sqlx::query!(
        "INSERT INTO warehouse AS t (id, code, name_ru, name_en, address_ru, address_en, position)
         SELECT id, code, ru, en, address_ru, address_en, position
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
              WITH ORDINALITY AS e (id, code, ru, en, address_ru, address_en, position)
         ON CONFLICT (code) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, address_ru = EXCLUDED.address_ru,
             address_en = EXCLUDED.address_en, position = EXCLUDED.position
         WHERE (t.name_ru, t.name_en, t.address_ru, t.address_en, t.position)
               <> (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.address_ru, EXCLUDED.address_en,
                   EXCLUDED.position)",
        &ids,
        &codes as &[&str],
        &ru as &[&str],
        &en as &[&str],
        &address_ru as &[&str],
        &address_en as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}
