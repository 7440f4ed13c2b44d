//! The open text form of a game record.
//!
//! Header lines `[Name "value"]` as in chess's PGN, then one move a line: its number, the move as a word, and in braces
//! what a search said there: `full` or `fast`, `n=` simulations, `v=` expected shares by seat, `p=` improved policy by action number.
//! Two braces after a recovery slide are its way and its option; `option` opens the second. The last line is `end`.

use std::fmt::Write;

use super::{GameRecord, RECORD_VERSION, move_token, search_text};
use crate::rules::{MAX_PLAYERS, Player, Rules};

impl GameRecord {
    /// Writes the record as text; [`GameRecord::from_text`] reads it back to an equal record.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(64 * self.moves.len() + 512);
        // Writing to a `String` cannot fail.
        let _ = self.write_header(&mut text);
        let _ = self.write_moves(&mut text);
        text.push_str("end\n");
        text
    }

    fn write_header(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "[RingRift \"{RECORD_VERSION}\"]")?;
        writeln!(out, "[Config \"{}\"]", self.config)?;
        let rules: Vec<String> =
            Rules::NAMES.iter().zip(self.rules.values()).map(|(name, v)| format!("{name}={v}")).collect();
        writeln!(out, "[Rules \"{}\"]", rules.join(" "))?;
        writeln!(out, "[Seed \"{}\"]", self.seed)?;
        for (i, player) in self.players.iter().enumerate() {
            writeln!(out, "[Player{} \"{}\"]", i + 1, escape(&player.name))?;
            if !player.model.is_empty() {
                writeln!(out, "[Model{} \"{}\"]", i + 1, escape(&player.model))?;
            }
        }
        let Some(result) = &self.result else { return writeln!(out, "[Result \"unfinished\"]\n") };
        writeln!(out, "[Result \"{} {}\"]", result.winner.map_or(0, Player::number), result.reason)?;
        writeln!(out, "[Eliminated \"{}\"]", join(&result.eliminated))?;
        writeln!(out, "[Territory \"{}\"]\n", join(&result.territory))
    }

    fn write_moves(&self, out: &mut String) -> std::fmt::Result {
        let mut searches = self.searches.iter().peekable();
        for (ply, &mv) in self.moves.iter().enumerate() {
            write!(out, "{ply}. {}", move_token::write(self.config.board, mv))?;
            while let Some(search) = searches.next_if(|s| s.site.ply as usize == ply) {
                search_text::write(out, search)?;
            }
            out.push('\n');
        }
        Ok(())
    }
}

fn join(values: &[u16; MAX_PLAYERS]) -> String {
    values.map(|v| v.to_string()).join(" ")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out
}
