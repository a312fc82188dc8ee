use garnitur_release::{Change, Contour, Strategy};

use super::{STANDS, stand};

/// DEP-3, row by row.
#[test]
fn the_matrix_is_the_customers() {
    use Change::{Major, Minor, NewTechnology};
    use Contour::{Customers, Employees};
    use Strategy::{Ab, Canary, Recreate};
    let table = [
        (NewTechnology, Customers, Canary),
        (NewTechnology, Employees, Recreate),
        (Minor, Customers, Canary),
        (Minor, Employees, Ab),
        (Major, Customers, Ab),
        (Major, Employees, Ab),
    ];
    for (change, contour, strategy) in table {
        assert_eq!(
            Strategy::prescribed(change, contour),
            strategy,
            "{change:?} for {contour}"
        );
    }
}

/// STD-1 to STD-3: whatever the change, recreated. STD-4, STD-5: by the matrix.
#[test]
fn stands_without_balancing_recreate_everything() {
    for name in STANDS {
        let stand = stand(name);
        for change in Change::ALL {
            for contour in [Contour::Customers, Contour::Employees] {
                let expected = if ["preprod", "prod"].contains(&name) {
                    Strategy::prescribed(change, contour)
                } else {
                    Strategy::Recreate
                };
                assert_eq!(
                    Strategy::on(&stand, change, contour),
                    expected,
                    "{name}, {change:?}, {contour}"
                );
            }
        }
    }
}

/// STD-3: servers 1 and 2, no database. The others are whole.
#[test]
fn the_load_test_has_neither_server_3_nor_databases() {
    for name in STANDS {
        let stand = stand(name);
        let sites: Vec<_> = stand.sites.iter().map(|site| site.name()).collect();
        if name == "loadtest" {
            assert_eq!(sites, ["edge-1", "edge-2"]);
            assert!(!stand.databases);
        } else {
            assert_eq!(sites, ["staff", "edge-1", "edge-2"]);
            assert!(stand.databases);
        }
    }
}
