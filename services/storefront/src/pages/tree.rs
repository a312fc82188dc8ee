//! The tree of categories, made of what a list answers of them.

use contracts::catalog::FacetValue;

/// A category with where it stands, so that a template can open and close nested lists row by row.
#[derive(Debug)]
pub struct Row<'a> {
    /// The category.
    pub value: &'a FacetValue,
    /// Whether a list of those below it begins after it.
    pub opens: bool,
    /// How many lists end after it.
    pub closes: usize,
}

/// All categories, each one followed by those below it. One whose parent is not among them stands at the root.
pub fn rows(values: &[FacetValue]) -> Vec<Row<'_>> {
    let mut rows = Vec::with_capacity(values.len());
    let roots = values.iter().filter(|value| parent(values, value).is_none());
    let mut depths = Vec::with_capacity(values.len());
    for root in roots {
        descend(values, root, 0, &mut rows, &mut depths);
    }
    let next = depths.iter().skip(1).copied().chain([0]);
    for (row, (depth, next)) in rows.iter_mut().zip(depths.iter().zip(next)) {
        row.opens = next > *depth;
        row.closes = depth.saturating_sub(next);
    }
    rows
}

fn descend<'a>(
    values: &'a [FacetValue],
    value: &'a FacetValue,
    depth: usize,
    rows: &mut Vec<Row<'a>>,
    depths: &mut Vec<usize>,
) {
    // A row for each value at most: what comes from outside may be no tree.
    if rows.len() == values.len() {
        return;
    }
    rows.push(Row {
        value,
        opens: false,
        closes: 0,
    });
    depths.push(depth);
    for child in children(values, &value.code) {
        descend(values, child, depth + 1, rows, depths);
    }
}

/// Those directly below a category.
pub fn children<'a>(values: &'a [FacetValue], code: &'a str) -> impl Iterator<Item = &'a FacetValue> {
    values
        .iter()
        .filter(move |value| value.parent.as_deref() == Some(code))
}

/// A category and those above it, the root first; empty when it is not there.
pub fn path<'a>(values: &'a [FacetValue], code: &str) -> Vec<&'a FacetValue> {
    let chosen = values.iter().find(|value| value.code == code);
    let upwards = std::iter::successors(chosen, |value| parent(values, value));
    let mut path: Vec<_> = upwards.take(values.len()).collect();
    path.reverse();
    path
}

fn parent<'a>(values: &'a [FacetValue], value: &FacetValue) -> Option<&'a FacetValue> {
    let parent = value.parent.as_deref()?;
    values.iter().find(|other| other.code == parent)
}

#[cfg(test)]
mod tests {
    use kernel::Text;

    use super::*;

    fn value(code: &str, parent: Option<&str>) -> FacetValue {
        FacetValue {
            code: code.to_owned(),
            name: Text::new(code, code),
            hex: None,
            parent: parent.map(str::to_owned),
            count: 1,
        }
    }

    fn shape(values: &[FacetValue]) -> String {
        let rows = rows(values);
        let rows = rows.iter().map(|row| {
            let opens = if row.opens { "(" } else { "" };
            format!("{}{opens}{}", row.value.code, ")".repeat(row.closes))
        });
        rows.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lists_open_and_close_as_the_tree_does() {
        let tree = [
            value("a", None),
            value("b", None),
            value("b1", Some("b")),
            value("b1x", Some("b1")),
            value("b2", Some("b")),
            value("c", None),
            value("c1", Some("c")),
            value("c1x", Some("c1")),
        ];
        assert_eq!(shape(&tree), "a b( b1( b1x) b2) c( c1( c1x))");
        let codes: Vec<_> = path(&tree, "b1x").iter().map(|value| &*value.code).collect();
        assert_eq!(codes, ["b", "b1", "b1x"]);
        assert!(path(&tree, "zzz").is_empty());
    }

    #[test]
    fn what_is_no_tree_does_no_harm() {
        assert_eq!(shape(&[value("a", Some("nowhere"))]), "a");
        let circle = [value("a", Some("b")), value("b", Some("a"))];
        assert_eq!(path(&circle, "a").len(), 2);
        assert_eq!(shape(&circle), "");
        let twice = [value("a", None), value("a", None), value("b", Some("a"))];
        assert_eq!(
            shape(&twice).matches('(').count(),
            shape(&twice).matches(')').count()
        );
    }
}
