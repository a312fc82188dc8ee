use kernel::Personal;

use super::domain::{Domain, Employee, ServiceAccount};

/// The password of every employee of [`demo`].
pub const DEMO_PASSWORD: &str = "Garnitur-1";

/// The service account of [`demo`], with which the shop searches.
pub const SERVICE_LOGIN: &str = "svc-garnitur";

/// The password of [`SERVICE_LOGIN`].
pub const SERVICE_PASSWORD: &str = "Service-Garnitur-1";

/// The staff of the demonstration shop: someone for each role, one with several, one without any in the
/// shop, one whose account was switched off.
pub fn demo() -> Domain {
    let employee = |login: &str, given: &str, surname: &str, groups: &[&str]| {
        Employee::new(login, given, surname, DEMO_PASSWORD).in_groups(groups)
    };
    Domain {
        dns_name: "garnitur.local".to_owned(),
        employees: vec![
            employee("courier.petrov", "Пётр", "Петров", &["Garnitur-Couriers"]),
            employee("courier.ivanova", "Мария", "Иванова", &["Garnitur-Couriers"]),
            employee("sklad.sidorov", "Сергей", "Сидоров", &["Garnitur-Warehouse"]),
            employee("sklad.kuznetsova", "Анна", "Кузнецова", &["Garnitur-Warehouse"]),
            employee("assort.volkova", "Елена", "Волкова", &["Garnitur-Assortment"]),
            employee(
                "admin.smirnov",
                "Алексей",
                "Смирнов",
                &["Garnitur-Administrators"],
            ),
            employee("audit.orlova", "Ольга", "Орлова", &["Garnitur-Security"]),
            employee("support.morozov", "Денис", "Морозов", &["Garnitur-Support"]),
            employee("stat.fedorova", "Вера", "Фёдорова", &["Garnitur-Analysts"]),
            employee(
                "chief.vasilyev",
                "Николай",
                "Васильев",
                &[
                    "Garnitur-Warehouse",
                    "Garnitur-Assortment",
                    "Garnitur-Analysts",
                    "Office",
                ],
            ),
            employee("office.zaytseva", "Ирина", "Зайцева", &["Office"]),
            employee("sklad.lebedev", "Игорь", "Лебедев", &["Garnitur-Warehouse"]).disabled(),
        ],
        services: vec![ServiceAccount {
            login: SERVICE_LOGIN.to_owned(),
            password: Personal::new(SERVICE_PASSWORD.to_owned()),
        }],
        groups: Vec::new(),
        nested: Vec::new(),
    }
}
