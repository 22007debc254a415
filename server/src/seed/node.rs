//! A JSON tree that keeps the order of its fields and the digits of its decimals: a laboratory's `1.0` stays `1.0`.

use std::fmt::{self, Write};

/// One part of a resource. What is absent or empty is left out, as FHIR asks.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Absent,
    Text(String),
    Whole(i64),
    /// A decimal in the digits in which it is to be written.
    Decimal(String),
    Flag(bool),
    List(Vec<Node>),
    Object(Vec<(&'static str, Node)>),
}

impl Node {
    fn is_empty(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::List(items) => items.iter().all(Self::is_empty),
            Self::Object(fields) => fields.iter().all(|(_, value)| value.is_empty()),
            Self::Text(_) | Self::Whole(_) | Self::Decimal(_) | Self::Flag(_) => false,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("null"),
            Self::Text(text) => write_text(f, text),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Decimal(digits) => f.write_str(digits),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(items) => {
                f.write_char('[')?;
                for (at, item) in items.iter().filter(|item| !item.is_empty()).enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(fields) => {
                f.write_char('{')?;
                for (at, (key, value)) in fields.iter().filter(|(_, value)| !value.is_empty()).enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    write!(f, "{comma}\"{key}\":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

/// A JSON string (RFC 8259, section 7).
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            control if u32::from(control) < 0x20 => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T: Into<Self>> From<Option<T>> for Node {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Node {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// An object in the order in which its fields are written here.
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::seed::node::Node::Object(vec![$(($key, $crate::seed::node::Node::from($value))),*])
    };
}
pub(super) use object;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_digits_and_empty_parts_are_left_out() {
        let node = object! {
            "value": Node::Decimal("5.60".to_owned()),
            "nothing": None::<&str>,
            "none": Vec::<Node>::new(),
            "list": [object! { "low": Node::Decimal("1.0".to_owned()) }, object! { "gone": None::<&str> }],
        };
        assert_eq!(node.to_string(), r#"{"value":5.60,"list":[{"low":1.0}]}"#);
    }

    #[test]
    fn a_text_reads_back_as_it_was() {
        let text = "Ward \"4\"\nC:\\notes\t\u{1} سميرة";
        let read: String = serde_json::from_str(&Node::from(text).to_string()).unwrap();
        assert_eq!(read, text);
    }
}
