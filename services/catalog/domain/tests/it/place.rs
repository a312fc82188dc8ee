use catalog_domain::Place;
use proptest::prelude::*;

fn place(latitude: f64, longitude: f64) -> Place {
    Place::new(latitude, longitude).expect("on the globe")
}

#[test]
fn known_distances() {
    let (moscow, petersburg) = (place(55.7558, 37.6173), place(59.9343, 30.3351));
    let km = moscow.metres_to(petersburg) / 1_000.0;
    assert!((632.0..637.0).contains(&km), "{km}");
    // Across the date line it is one degree, not 359.
    let across = place(0.0, 179.5).metres_to(place(0.0, -179.5)) / 1_000.0;
    assert!((111.0..111.4).contains(&across), "{across}");
}

#[test]
fn what_is_not_on_the_globe_is_refused() {
    for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        assert!(Place::new(latitude, longitude).is_err());
    }
}

proptest! {
    #[test]
    fn a_distance_is_one_number_from_nothing_to_half_the_globe(
        a in (-90.0..=90.0, -180.0..=180.0), b in (-90.0..=90.0, -180.0..=180.0),
    ) {
        let (a, b) = (place(a.0, a.1), place(b.0, b.1));
        let there = a.metres_to(b);
        prop_assert!((0.0..20_015_200.0).contains(&there));
        prop_assert!((there - b.metres_to(a)).abs() < 1e-3);
        prop_assert!(a.metres_to(a) < 1e-3);
    }
}
