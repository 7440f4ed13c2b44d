//! What a search said, as text.

use std::fmt::Write;
use std::str::FromStr;

use super::{DecisionSite, PolicyWeight, SearchStats};
use crate::action::ActionKey;
use crate::rules::MAX_PLAYERS;

/// Appends what a search said, in braces.
pub(super) fn write(out: &mut String, search: &SearchStats) -> std::fmt::Result {
    let option = if search.site.option { "option " } else { "" };
    write!(out, " {{{option}{} n={} v=", if search.full { "full" } else { "fast" }, search.budget)?;
    for (i, &v) in search.value.iter().enumerate() {
        write!(out, "{}{}", if i > 0 { "," } else { "" }, fraction(v))?;
    }
    if !search.policy.is_empty() {
        out.push_str(" p=");
    }
    for (i, w) in search.policy.iter().enumerate() {
        write!(out, "{}{}:{}", if i > 0 { "," } else { "" }, w.key.0, fraction(w.weight))?;
    }
    out.push('}');
    Ok(())
}

/// Writes units of 1/65535 with five decimals, which tell all of them apart.
fn fraction(units: u16) -> String {
    format!("{:.5}", f64::from(units) / f64::from(u16::MAX))
}

/// Reads what stands between the braces; the error says what is wrong.
pub(super) fn parse(ply: u32, comment: &str) -> Result<SearchStats, String> {
    let site = DecisionSite { ply, option: false };
    let mut search = SearchStats::new(site, 0, false, [0.0; MAX_PLAYERS]);
    for word in comment.split_whitespace() {
        match word.split_once('=') {
            None if word == "option" => search.site.option = true,
            None if word == "full" => search.full = true,
            None if word == "fast" => search.full = false,
            Some(("n", n)) => search.budget = number("number of simulations", n)?,
            Some(("v", values)) => {
                let values = values.split(',').map(units).collect::<Result<Vec<u16>, _>>()?;
                search.value = values.try_into().map_err(|_| format!("`v` needs {MAX_PLAYERS} shares"))?;
            }
            Some(("p", policy)) => {
                search.policy = policy.split(',').map(weight).collect::<Result<Vec<_>, _>>()?;
            }
            _ => return Err(format!("`{word}` is nothing that a search says")),
        }
    }
    Ok(search)
}

fn weight(item: &str) -> Result<PolicyWeight, String> {
    let (key, weight) = item.split_once(':').ok_or_else(|| format!("`{item}` must be action:probability"))?;
    Ok(PolicyWeight { key: ActionKey(number("action", key)?), weight: units(weight)? })
}

fn units(text: &str) -> Result<u16, String> {
    let value: f64 = number("fraction", text)?;
    if !(0.0..=1.0).contains(&value) {
        return Err(format!("`{text}` is not between 0 and 1"));
    }
    Ok((value * f64::from(u16::MAX)).round() as u16)
}

fn number<T: FromStr>(what: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no {what}"))
}
