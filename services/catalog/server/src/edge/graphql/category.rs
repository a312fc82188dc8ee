use std::sync::Arc;

use async_graphql::{Context, Object};
use catalog_store::CategoryNode;
use problem::Problem;

use super::Shared;
use super::values::{Language, say};
use crate::problems;

/// A node of the tree of categories.
pub struct Category {
    all: Arc<[CategoryNode]>,
    index: usize,
}

/// The roots of the tree. One statement reads the whole of it, which is small: people have to find their way in it.
pub async fn roots(ctx: &Context<'_>) -> Result<Vec<Category>, Problem> {
    let pg = &ctx.data_unchecked::<Shared>().pg;
    let all = catalog_store::categories(pg).await.map_err(problems::database)?;
    Ok(below(&all.into(), None))
}

fn below(all: &Arc<[CategoryNode]>, parent: Option<&str>) -> Vec<Category> {
    let is_child = |node: &CategoryNode| node.parent.as_deref() == parent;
    let children = all.iter().enumerate().filter(|(_, node)| is_child(node));
    children
        .map(|(index, _)| Category {
            all: Arc::clone(all),
            index,
        })
        .collect()
}

/// A category: a node of a tree.
#[Object(name = "Category")]
impl Category {
    /// Stable code, used in filters.
    async fn code(&self) -> &str {
        &self.all[self.index].code
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.all[self.index].name, lang)
    }

    /// The categories that it consists of.
    #[graphql(complexity = "child_complexity * 5 + 1")]
    async fn children(&self) -> Vec<Self> {
        below(&self.all, Some(&self.all[self.index].code))
    }
}
