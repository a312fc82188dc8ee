//! Words for what serde finds.
//!
//! serde's data errors are sentences of a fixed form (`serde::de::Error`); everything else comes from a type's
//! own parser. Their text names Rust types and repeats input, so it is never passed on.

use kernel::Text;

/// What is wrong, and with which field.
pub(crate) struct Fault {
    pub(crate) field: String,
    pub(crate) code: &'static str,
    pub(crate) message: Text,
}

/// Reads serde's sentence about the value at `path` (empty or `.` for the root).
pub(crate) fn explain(path: &str, sentence: &str) -> Fault {
    let path = if path == "." { "" } else { path };
    if let Some(name) = quoted_after(sentence, "unknown field `") {
        return fault(
            unknown_member(path, name),
            "unknown_field",
            "неизвестное поле",
            "unknown field",
        );
    }
    if let Some(name) = quoted_after(sentence, "missing field `") {
        return fault(member(path, name), "required", "обязательное поле", "required");
    }
    if let Some(name) = quoted_after(sentence, "duplicate field `") {
        return fault(member(path, name), "duplicate", "указано дважды", "given twice");
    }
    if let Some(rest) = sentence.strip_prefix("invalid value: integer `")
        && let Some((value, expected)) = rest.split_once("`, expected ")
        && INTEGERS.contains(&expected)
    {
        return out_of_range(path, value.starts_with('-'));
    }
    if sentence.starts_with("unknown variant `") {
        let allowed = allowed_variants(sentence);
        return Fault {
            field: path.to_owned(),
            code: "unknown_value",
            message: Text::new(
                format!("допустимые значения: {allowed}"),
                format!("must be one of: {allowed}"),
            ),
        };
    }
    if sentence.starts_with("invalid type: ")
        || sentence.starts_with("invalid value: ")
        || sentence.starts_with("invalid length ")
    {
        // The sentence repeats the input, which may hold the words looked for: what is expected comes last.
        let expected = sentence
            .rsplit_once(", expected ")
            .map_or("", |(_, expected)| expected);
        return wrong_type(path, expected);
    }
    parser_fault(path, sentence)
}

/// The Rust types of integers, which serde names where it expected one.
const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// An integer that the field's type cannot hold.
fn out_of_range(path: &str, negative: bool) -> Fault {
    let (code, ru, en) = if negative {
        ("too_small", "число слишком маленькое", "the number is too small")
    } else {
        ("too_large", "число слишком большое", "the number is too large")
    };
    fault(path.to_owned(), code, ru, en)
}

fn wrong_type(path: &str, expected: &str) -> Fault {
    let expected = expected.split(" at line ").next().unwrap_or_default();
    let (ru, en) = match expected {
        _ if INTEGERS.contains(&expected) => ("нужно целое число", "must be an integer"),
        "f32" | "f64" => ("нужно число", "must be a number"),
        "a boolean" | "bool" => ("нужно true или false", "must be true or false"),
        "a string" | "a borrowed string" => ("нужна строка", "must be a string"),
        "a sequence" => ("нужен список", "must be an array"),
        "a map" => ("нужен объект", "must be an object"),
        _ if expected.starts_with("struct ") => ("нужен объект", "must be an object"),
        _ if expected.contains("UUID") => ("нужен UUID", "must be a UUID"),
        _ => ("недопустимое значение", "is not an allowed value"),
    };
    fault(path.to_owned(), "type", ru, en)
}

/// Errors of the parsers behind query and path parameters, where every value begins as text.
fn parser_fault(path: &str, sentence: &str) -> Fault {
    if sentence.starts_with("number too large") || sentence.starts_with("number too small") {
        return out_of_range(path, sentence.starts_with("number too small"));
    }
    let (code, ru, en) = if sentence.starts_with("UUID parsing failed") {
        ("type", "нужен UUID", "must be a UUID")
    } else if sentence.starts_with("invalid digit found") || sentence.starts_with("cannot parse integer") {
        ("type", "нужно целое число", "must be an integer")
    } else if sentence.starts_with("invalid float literal") || sentence.starts_with("cannot parse float") {
        ("type", "нужно число", "must be a number")
    } else if sentence.starts_with("provided string was not `true` or `false`") {
        ("type", "нужно true или false", "must be true or false")
    } else {
        ("invalid", "недопустимое значение", "is not an allowed value")
    };
    fault(path.to_owned(), code, ru, en)
}

fn fault(field: String, code: &'static str, ru: &str, en: &str) -> Fault {
    Fault {
        field,
        code,
        message: Text::new(ru, en),
    }
}

/// `name` inside the object at `path`.
fn member(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The same for a name serde does not know: it was read already, so serde's path ends with it, save where serde
/// first gathered the object (a flattened or tagged type).
fn unknown_member(path: &str, name: &str) -> String {
    if path == name || path.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')) {
        path.to_owned()
    } else {
        member(path, name)
    }
}

fn quoted_after<'a>(sentence: &'a str, start: &str) -> Option<&'a str> {
    // The name may be the caller's and hold these words too; serde's own come last.
    let rest = sentence.strip_prefix(start)?;
    let end = rest
        .rfind("`, expected ")
        .or_else(|| rest.rfind("`, there are no fields"))
        .or_else(|| rest.rfind('`'))?;
    rest.get(..end)
}

/// The values in ``unknown variant `x`, expected one of `a`, `b` ``.
fn allowed_variants(sentence: &str) -> String {
    let list = sentence
        .rsplit_once("`, expected ")
        .map_or("", |(_, list)| list.strip_prefix("one of ").unwrap_or(list));
    let values: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    values.join(", ")
}
