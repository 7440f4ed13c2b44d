//! Values as text: read from variables and flags, shown to people.

use figment::value::{Empty, Num, Value};

/// Reads a text as a value of the type of `example`. What cannot be read stays a text, and the type check names it.
pub(crate) fn parse(text: &str, example: &Value) -> Value {
    let text = text.trim();
    match example {
        Value::Bool(..) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Value::from(true),
            "false" | "0" | "no" | "off" => Value::from(false),
            _ => Value::from(text),
        },
        Value::Num(_, Num::F32(_) | Num::F64(_)) => {
            text.parse::<f64>().map_or_else(|_| Value::from(text), Value::from)
        }
        Value::Num(..) => integer(text).unwrap_or_else(|| Value::from(text)),
        Value::Array(_, items) => {
            let text = text.trim_start_matches('[').trim_end_matches(']');
            let fallback = Value::from("");
            let example = items.first().unwrap_or(&fallback);
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::from(parts.map(|part| parse(part.trim_matches('"'), example)).collect::<Vec<_>>())
        }
        _ => Value::from(text),
    }
}

/// Reads an integer, also where it is written like `600.0`.
fn integer(text: &str) -> Option<Value> {
    let whole = text
        .split_once('.')
        .map_or(text, |(whole, rest)| if rest.bytes().all(|b| b == b'0') { whole } else { text });
    whole.parse::<u64>().map(Value::from).or_else(|_| whole.parse::<i64>().map(Value::from)).ok()
}

/// Writes a value as it stands in a file.
pub(crate) fn show(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("{text:?}"),
        Value::Char(_, char) => format!("{:?}", char.to_string()),
        Value::Bool(_, bool) => bool.to_string(),
        Value::Num(_, number) => number.to_f64().map_or_else(
            || {
                number
                    .to_i128()
                    .map(|n| n.to_string())
                    .or_else(|| number.to_u128().map(|n| n.to_string()))
                    .unwrap_or_default()
            },
            |float| format!("{float:?}"),
        ),
        Value::Empty(_, Empty::None | Empty::Unit) => "(not given)".to_owned(),
        Value::Array(_, items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Dict(_, dict) => {
            let entries: Vec<_> =
                dict.iter().map(|(key, value)| format!("{key} = {}", show(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
