//! Distinguished names (RFC 4514).

use std::fmt::Write as _;

/// A name in a form that can be compared: pairs of type and value from the entry up to the root, in lower
/// case, without escapes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Dn(Vec<(String, String)>);

impl Dn {
    /// `None` when the text is not a name. Multi-valued RDNs (`a=1+b=2`) are kept as one value, which is
    /// enough to compare them as written.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self::default());
        }
        split(text)
            .into_iter()
            .map(|rdn| {
                let (attribute, value) = rdn.split_once('=')?;
                let attribute = attribute.trim().to_lowercase();
                if attribute.is_empty() {
                    return None;
                }
                Some((attribute, unescape(value.trim())?.to_lowercase()))
            })
            .collect::<Option<_>>()
            .map(Self)
    }

    pub(super) const fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The entry above; `None` above the root.
    pub(super) fn parent(&self) -> Option<Self> {
        Some(Self(self.0.get(1..)?.to_vec()))
    }

    /// Whether this is `base` or somewhere below it.
    pub(super) fn is_within(&self, base: &Self) -> bool {
        self.0.ends_with(&base.0)
    }
}

/// The value of a name's first part, as it was written.
pub(super) fn first_value(text: &str) -> Option<String> {
    let (_, value) = split(text).first()?.split_once('=')?;
    unescape(value.trim())
}

fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => {
                parts.push(&text[start..position]);
                start = position + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn unescape(value: &str) -> Option<String> {
    let bytes = value.as_bytes();
    let (mut plain, mut position) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(position) {
        if byte != b'\\' {
            plain.push(byte);
            position += 1;
            continue;
        }
        let first = *bytes.get(position + 1)?;
        let hex = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        if let (Some(high), Some(low)) = (hex(first), bytes.get(position + 2).copied().and_then(hex)) {
            plain.push(high << 4 | low);
            position += 3;
        } else {
            plain.push(first);
            position += 2;
        }
    }
    String::from_utf8(plain).ok()
}

/// `value` as it stands in a name.
pub(super) fn escape_value(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (position, char) in value.chars().enumerate() {
        let edge_space = char == ' ' && (position == 0 || position == last);
        match char {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => {
                escaped.push('\\');
                escaped.push(char);
            }
            '#' if position == 0 => escaped.push_str("\\#"),
            _ if edge_space || char.is_control() => {
                for byte in char.to_string().bytes() {
                    // Writing to a string cannot fail.
                    let _ = write!(escaped, "\\{byte:02x}");
                }
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dn(text: &str) -> Dn {
        Dn::parse(text).expect("a name")
    }

    #[test]
    fn case_and_space_do_not_matter() {
        assert_eq!(
            dn("CN=Петров Пётр, ou=Employees,DC=garnitur,dc=LOCAL"),
            dn("cn=петров пётр,OU=employees,dc=garnitur,DC=local")
        );
    }

    #[test]
    fn escapes_survive_a_round_trip() {
        for value in ["a,b", "a\\b", " edge ", "#x", "a=b+c", "Ёлка; \"x\" <y>", "tab\t"] {
            let name = format!("CN={},DC=x", escape_value(value));
            assert_eq!(dn(&name).0[0].1, value.to_lowercase(), "{name}");
            assert_eq!(dn(&name).parent(), Some(dn("DC=x")));
        }
    }

    #[test]
    fn within_counts_whole_parts() {
        assert!(dn("CN=a,DC=x,DC=y").is_within(&dn("DC=x,DC=y")));
        assert!(dn("DC=y").is_within(&dn("")));
        assert!(!dn("CN=a,DC=xx,DC=y").is_within(&dn("DC=x,DC=y")));
        assert!(!dn("DC=y").is_within(&dn("DC=x,DC=y")));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["petrov", "=x", "CN=a\\", "CN=\\ff,DC=x", "CN=a,,DC=x"] {
            assert_eq!(Dn::parse(text), None, "{text}");
        }
    }
}
