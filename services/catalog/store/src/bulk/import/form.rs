//! Forms that rows share.

use kernel::{Currency, Text};

use super::RowFaults;

pub(super) fn text(line: i64, field: &str, value: &str, longest: usize, faults: &mut RowFaults) {
    let fits = !value.trim().is_empty()
        && value.chars().count() <= longest
        && !value.chars().any(|c| c.is_control() && c != '\n');
    if !fits {
        let message = Text::new(
            format!("от 1 до {longest} печатных символов"),
            format!("1 to {longest} printable characters"),
        );
        faults.push(line, field, "format", message);
    }
}

pub(super) fn code(
    line: i64,
    field: &str,
    value: &str,
    longest: usize,
    rest: fn(u8) -> bool,
    faults: &mut RowFaults,
) {
    if value.is_empty() || value.len() > longest || value.starts_with('-') || !value.bytes().all(rest) {
        let message = Text::new("неверный формат", "wrong format");
        faults.push(line, field, "format", message);
    }
}

pub(super) fn positive(line: i64, field: &str, value: i64, faults: &mut RowFaults) {
    if value <= 0 {
        faults.push(line, field, "too_small", Text::new("не меньше 1", "at least 1"));
    }
}

pub(super) fn money(
    line: i64,
    name: &str,
    amount: Option<i64>,
    currency: Option<&str>,
    faults: &mut RowFaults,
) {
    if amount.is_some_and(|amount| amount < 0) {
        let message = Text::new("не меньше 0", "at least 0");
        faults.push(line, format!("{name}_amount"), "too_small", message);
    }
    let known = currency.is_none_or(|code| Currency::from_code(code).is_some());
    if !known || amount.is_some() != currency.is_some() {
        let message = Text::new(
            "RUB, EUR или USD, когда есть сумма",
            "RUB, EUR or USD, when there is an amount",
        );
        faults.push(line, format!("{name}_currency"), "unfit", message);
    }
}
