use rand::{Rng, RngExt};

/// Chooses among candidates of the given costs: the cheaper of two different ones drawn at random. Cheaper ones get
/// more, yet never all of it, so that many clients do not flock to the same replica. None if there are no candidates.
pub(crate) fn choose(costs: &[f64], rng: &mut impl Rng) -> Option<usize> {
    match costs.len() {
        0 => None,
        1 => Some(0),
        count => {
            let first = rng.random_range(0..count);
            // The second is drawn from the others: shift past the first.
            let second = (first + rng.random_range(1..count)) % count;
            Some(if costs[second] < costs[first] {
                second
            } else {
                first
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;
    use rand::rngs::SmallRng;

    use super::*;

    proptest! {
        #[test]
        fn the_choice_exists_and_is_never_the_worst(
            costs in proptest::collection::vec(0.0_f64..10.0, 0..8),
            seed in any::<u64>(),
        ) {
            let choice = choose(&costs, &mut SmallRng::seed_from_u64(seed));
            prop_assert_eq!(choice.is_none(), costs.is_empty());
            if let Some(choice) = choice {
                let dearer = costs.iter().any(|cost| *cost >= costs[choice]);
                prop_assert!(dearer);
                let strictly_worst = costs.iter().enumerate().all(|(i, cost)| i == choice || *cost < costs[choice]);
                prop_assert!(costs.len() == 1 || !strictly_worst);
            }
        }

        #[test]
        fn equal_ones_share_evenly(count in 2_usize..6, seed in any::<u64>()) {
            let mut rng = SmallRng::seed_from_u64(seed);
            let mut seen = vec![0_usize; count];
            for _ in 0..2_000 {
                seen[choose(&vec![1.0; count], &mut rng).expect("there are candidates")] += 1;
            }
            let fair = 2_000 / count;
            prop_assert!(seen.iter().all(|n| *n > fair / 2 && *n < fair * 2), "{seen:?}");
        }

        #[test]
        fn cheaper_ones_get_more(seed in any::<u64>()) {
            let mut rng = SmallRng::seed_from_u64(seed);
            let costs = [1.0, 2.0, 3.0, 4.0];
            let mut seen = [0_usize; 4];
            for _ in 0..4_000 {
                seen[choose(&costs, &mut rng).expect("there are candidates")] += 1;
            }
            prop_assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
            prop_assert_eq!(seen[3], 0);
        }
    }
}
