//! Events with values of every size: each stored example, with all of its values changed that can be.

use proptest::prelude::{Strategy, any};
use rr_proto::{ConfigKey, Event, EventKind};
use serde_json::Value;

/// One stored example of every event: its name, the version of its payload, the payload.
const EXAMPLES: &str = include_str!("../../golden/events.json.txt");

/// Texts that something may be about, from nothing to what breaks careless writers.
const TEXTS: [&str; 6] = ["", "a", "stalled: no Elo since 24 h", "\"quoted\"\n\\", "Ωμέγα 🎲", "<&>'%00"];

/// Generates one event of every kind.
pub fn every_event() -> impl Strategy<Value = Vec<Event>> {
    proptest::collection::vec(any::<u64>(), Event::KINDS.len())
        .prop_map(|seeds| EXAMPLES.lines().zip(seeds).map(|(line, seed)| event(line, seed)).collect())
}

/// Makes an event of an example's kind.
fn event(line: &str, seed: u64) -> Event {
    let mut parts = line.splitn(3, ' ');
    let mut part = || parts.next().expect("name, version, payload");
    let kind = EventKind::from_str_name(part()).expect("a name");
    let version = part().parse().expect("a version");
    let mut payload: Value = serde_json::from_str(part()).expect("a payload");
    let mut places = Vec::new();
    leaves(&payload, String::new(), &mut places);
    let mut dice = Dice(seed);
    for place in places {
        let leaf = payload.pointer_mut(&place).expect("a leaf");
        let before = std::mem::replace(leaf, Value::Null);
        *leaf = other(&before, &mut dice);
        // What its type does not hold stays as it was.
        if Event::from_payload_json(kind, version, &payload.to_string()).is_err() {
            *payload.pointer_mut(&place).expect("a leaf") = before;
        }
    }
    Event::from_payload_json(kind, version, &payload.to_string()).expect("every change was tried")
}

/// Lists the places of all values that hold no others.
fn leaves(value: &Value, place: String, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| leaves(value, format!("{place}/{key}"), into))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| leaves(item, format!("{place}/{at}"), into))
        }
        _ => into.push(place),
    }
}

/// Throws numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.throw() % list.len() as u64).expect("a small number")]
    }
}

/// Returns another value of the same sort.
fn other(value: &Value, dice: &mut Dice) -> Value {
    match value {
        Value::Bool(_) => Value::from(dice.throw().is_multiple_of(2)),
        Value::Number(number) if number.is_f64() => {
            // Quarters are the same in every form.
            Value::from((dice.throw() % 4_000_000) as f64 / 4.0 - 500_000.0)
        }
        Value::Number(_) => {
            let bits = dice.of(&[1, 7, 8, 15, 16, 31, 32, 53]);
            Value::from(dice.throw() >> (64 - bits))
        }
        Value::String(text) if text.parse::<ConfigKey>().is_ok() => {
            Value::from(dice.of(&ConfigKey::ALL).as_str())
        }
        Value::String(text) if text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            let digits =
                (0..text.len()).map(|_| char::from_digit((dice.throw() % 16) as u32, 16).expect("a digit"));
            Value::from(digits.collect::<String>())
        }
        Value::String(_) => Value::from(dice.of(&TEXTS)),
        other => other.clone(),
    }
}
