use catalog_domain::{MAX_DEPTH, Tree, TreeError};
use proptest::prelude::*;

fn tree(nodes: &[(&str, Option<&str>)]) -> Result<Tree, TreeError> {
    let own = |&(code, parent): &(&str, Option<&str>)| (code.to_owned(), parent.map(str::to_owned));
    Tree::new(nodes.iter().map(own))
}

fn house() -> Tree {
    tree(&[
        ("kitchen", None),
        ("tables", Some("kitchen")),
        ("folding", Some("tables")),
        ("chairs", Some("kitchen")),
        ("bath", None),
    ])
    .expect("sound")
}

#[test]
fn lineage_goes_up_and_subtree_down() {
    let house = house();
    assert_eq!(
        house.lineage("folding").collect::<Vec<_>>(),
        ["folding", "tables", "kitchen"]
    );
    assert_eq!(
        house.subtree("kitchen"),
        ["kitchen", "chairs", "tables", "folding"]
    );
    assert_eq!(house.roots().collect::<Vec<_>>(), ["bath", "kitchen"]);
    assert!(house.is_within("folding", "kitchen") && house.is_within("bath", "bath"));
    assert!(!house.is_within("kitchen", "folding") && !house.is_within("none", "none"));
    assert!(house.subtree("none").is_empty());
}

#[test]
fn what_is_no_tree_is_refused() {
    let cycle = tree(&[
        ("in", Some("a")),
        ("a", Some("b")),
        ("b", Some("c")),
        ("c", Some("a")),
        ("root", None),
    ]);
    let named = ["a", "b", "c"].map(str::to_owned).to_vec();
    assert_eq!(cycle, Err(TreeError::Cycle(named)));
    assert_eq!(
        tree(&[("a", None), ("a", None)]),
        Err(TreeError::Twice("a".to_owned()))
    );
    assert!(matches!(
        tree(&[("a", Some("b"))]),
        Err(TreeError::UnknownParent { .. })
    ));
}

#[test]
fn a_category_cannot_move_below_itself() {
    let moved = house().with("kitchen", Some("folding"));
    let named = ["kitchen", "folding", "tables"].map(str::to_owned).to_vec();
    assert_eq!(moved, Err(TreeError::Cycle(named)));
    let moved = house().with("tables", Some("bath")).expect("sound");
    assert_eq!(moved.subtree("bath"), ["bath", "tables", "folding"]);
    assert_eq!(moved.subtree("kitchen"), ["kitchen", "chairs"]);
}

#[test]
fn eight_levels_are_deep_enough() {
    let chain = |levels: usize| {
        Tree::new((0..levels).map(|n| (format!("c{n}"), n.checked_sub(1).map(|up| format!("c{up}")))))
    };
    assert!(chain(MAX_DEPTH).is_ok());
    assert_eq!(chain(MAX_DEPTH + 1), Err(TreeError::TooDeep("c8".to_owned())));
}

proptest! {
    /// Any parents at all: either a tree in which everybody's lineage ends at a root and subtrees agree with
    /// lineages, or a refusal; and a cycle that is named is one.
    #[test]
    fn a_tree_or_a_true_reason(parents in prop::collection::vec(prop::option::weighted(0.8, 0_usize..8), 8)) {
        let nodes: Vec<(String, Option<String>)> = parents
            .iter()
            .enumerate()
            .map(|(n, parent)| (n.to_string(), parent.map(|parent| parent.to_string())))
            .collect();
        let parent_of = |code: &str| nodes.iter().find(|(c, _)| c == code).and_then(|(_, parent)| parent.clone());
        match Tree::new(nodes.clone()) {
            Ok(tree) => {
                for (code, _) in &nodes {
                    let top = tree.lineage(code).last().expect("itself");
                    prop_assert_eq!(tree.parent(top), None);
                    for (other, _) in &nodes {
                        prop_assert_eq!(tree.subtree(other).contains(&code.as_str()), tree.is_within(code, other));
                    }
                }
            }
            Err(TreeError::Cycle(cycle)) => {
                for (code, next) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
                    prop_assert_eq!(parent_of(code), Some(next.clone()));
                }
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
