//! Reading the text form of a game record.

use std::str::FromStr;

use super::{GameRecord, GameResult, PlayerTag, RECORD_VERSION, RecordError, move_token, search_text};
use crate::board::GameConfig;
use crate::rules::{EndReason, MAX_PLAYERS, Player, Rules};

impl GameRecord {
    /// Reads a record from its text form.
    ///
    /// # Errors
    /// Text that is foreign, of another version, or wrong, with the line and the cause. That the moves follow the rules is not checked
    /// here: replay the record for that.
    pub fn from_text(text: &str) -> Result<Self, RecordError> {
        let mut reader = TextReader::default();
        for (i, line) in text.lines().enumerate() {
            reader.line = i + 1;
            let line = line.trim();
            if i == 0 {
                reader.first_line(line)?;
            } else if line.starts_with('[') {
                reader.tag(line)?;
            } else if reader.ended && !line.is_empty() {
                return reader.fail("nothing may follow `end`");
            } else if line == "end" {
                reader.ended = true;
            } else if !line.is_empty() {
                reader.moves(line)?;
            }
        }
        reader.finish()
    }
}

/// What has been read so far.
#[derive(Default)]
struct TextReader {
    line: usize,
    record: Option<GameRecord>,
    result: Option<(Option<Player>, EndReason)>,
    result_seen: bool,
    ended: bool,
    eliminated: [u16; MAX_PLAYERS],
    territory: [u16; MAX_PLAYERS],
}

impl TextReader {
    fn fail<T>(&self, cause: impl Into<String>) -> Result<T, RecordError> {
        Err(RecordError::Text { line: self.line, cause: cause.into() })
    }

    fn number<T: FromStr>(&self, what: &str, text: &str) -> Result<T, RecordError> {
        text.parse().or_else(|_| self.fail(format!("`{text}` is no {what}")))
    }

    fn first_line(&mut self, line: &str) -> Result<(), RecordError> {
        let version = line.strip_prefix("[RingRift \"").and_then(|rest| rest.strip_suffix("\"]"));
        let version = version.ok_or(RecordError::Foreign)?;
        match self.number("format version", version)? {
            RECORD_VERSION => Ok(()),
            found => Err(RecordError::Version { found, supported: RECORD_VERSION }),
        }
    }

    fn tag(&mut self, line: &str) -> Result<(), RecordError> {
        let parts =
            line.strip_prefix('[').and_then(|l| l.strip_suffix("\"]")).and_then(|l| l.split_once(" \""));
        let Some((name, value)) = parts else { return self.fail("a header line must read [Name \"value\"]") };
        let value = self.unescape(value)?;
        if name == "Config" {
            return self.config(&value);
        }
        let line = self.line;
        let Some(record) = self.record.as_mut() else {
            return self.fail("`Config` must come before this line");
        };
        if !record.moves.is_empty() {
            return self.fail("header lines must come before the moves");
        }
        let seat = |prefix: &str| {
            let n: Option<usize> = name.strip_prefix(prefix).and_then(|n| n.parse().ok());
            n.filter(|n| (1..=record.players.len()).contains(n))
        };
        match (seat("Player"), seat("Model"), name) {
            (Some(n), _, _) => record.players[n - 1].name = value,
            (_, Some(n), _) => record.players[n - 1].model = value,
            (_, _, "Seed") => {
                let wrong = |_| RecordError::Text { line, cause: format!("`{value}` is no seed") };
                record.seed = value.parse().map_err(wrong)?;
            }
            (_, _, "Rules") => return self.rules(&value),
            (_, _, "Result") => return self.outcome(&value),
            (_, _, "Eliminated") => self.eliminated = self.counts(&value)?,
            (_, _, "Territory") => self.territory = self.counts(&value)?,
            _ => return self.fail(format!("`{name}` is no header of this record")),
        }
        Ok(())
    }

    fn config(&mut self, value: &str) -> Result<(), RecordError> {
        if self.record.is_some() {
            return self.fail("`Config` stands there twice");
        }
        let config: GameConfig = value.parse().or_else(|e: crate::EngineError| self.fail(e.to_string()))?;
        let players = vec![PlayerTag::default(); usize::from(config.players)];
        self.record = Some(GameRecord::new(config, Rules::for_config(config), 0, players));
        Ok(())
    }

    fn rules(&mut self, value: &str) -> Result<(), RecordError> {
        let Some(mut rules) = self.record.as_ref().map(|r| r.rules) else { return Ok(()) };
        for item in value.split_whitespace() {
            let Some((name, number)) = item.split_once('=') else {
                return self.fail(format!("`{item}` must be name=number"));
            };
            match Rules::NAMES.iter().position(|n| *n == name) {
                Some(0) => rules.rings_per_player = self.number("number of rings", number)?,
                Some(1) => rules.line_base = self.number("length", number)?,
                Some(2) => rules.line_effective = self.number("length", number)?,
                Some(3) => rules.victory_threshold = self.number("number of rings", number)?,
                Some(4) => rules.territory_minimum = self.number("number of cells", number)?,
                Some(5) => rules.lps_rounds = self.number("number of rounds", number)?,
                Some(6) => rules.swap = self.number::<u8>("0 or 1", number)? != 0,
                Some(7) => rules.stack_strike = self.number::<u8>("0 or 1", number)? != 0,
                _ => {
                    return self.fail(format!("`{name}` is no rule, use one of {}", Rules::NAMES.join(", ")));
                }
            }
        }
        rules.validate().or_else(|e| self.fail(e.to_string()))?;
        self.record.iter_mut().for_each(|r| r.rules = rules);
        Ok(())
    }

    fn outcome(&mut self, value: &str) -> Result<(), RecordError> {
        self.result_seen = true;
        if value == "unfinished" {
            self.result = None;
            return Ok(());
        }
        let Some((winner, reason)) = value.split_once(' ') else {
            return self.fail("a result reads `<winner> <reason>` or `unfinished`");
        };
        let winner = match self.number::<u8>("player number", winner)? {
            0 => None,
            n => match Player::from_number(n) {
                Some(player) => Some(player),
                None => return self.fail(format!("there is no player {n}")),
            },
        };
        self.result = Some((winner, self.number("reason of an end", reason)?));
        Ok(())
    }

    fn counts(&self, value: &str) -> Result<[u16; MAX_PLAYERS], RecordError> {
        let counts = value.split(' ').map(|v| self.number("count", v)).collect::<Result<Vec<u16>, _>>()?;
        counts.try_into().or_else(|_| self.fail(format!("needs {MAX_PLAYERS} counts, one a seat")))
    }

    fn moves(&mut self, line: &str) -> Result<(), RecordError> {
        let Some(mut record) = self.record.take() else {
            return self.fail("`Config` must come before the moves");
        };
        let (head, comments) = line.split_once('{').map_or((line, ""), |(h, c)| (h, c));
        let words: Vec<&str> = head.split_whitespace().collect();
        let [number, word] = words[..] else { return self.fail("a move reads `<number>. <move>`") };
        if number != format!("{}.", record.moves.len()) {
            return self.fail(format!("move number `{number}` found, {}. expected", record.moves.len()));
        }
        let ply = record.moves.len() as u32;
        record.moves.push(move_token::parse(record.config.board, word).or_else(|cause| self.fail(cause))?);
        if !comments.is_empty() {
            for comment in comments.split('{') {
                let Some(comment) = comment.trim_end().strip_suffix('}') else {
                    return self.fail("a comment must end with `}`");
                };
                record.searches.push(search_text::parse(ply, comment).or_else(|cause| self.fail(cause))?);
            }
        }
        self.record = Some(record);
        Ok(())
    }

    fn unescape(&self, text: &str) -> Result<String, RecordError> {
        let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some('r') => out.push('\r'),
                    Some(c @ ('"' | '\\')) => out.push(c),
                    _ => return self.fail("`\\` must come before \\, \", n or r"),
                },
                '"' => return self.fail("`\"` inside a value must be written \\\""),
                c => out.push(c),
            }
        }
        Ok(out)
    }

    fn finish(mut self) -> Result<GameRecord, RecordError> {
        if self.line == 0 {
            return Err(RecordError::Foreign);
        }
        let Some(mut record) = self.record.take() else { return self.fail("there is no `Config` line") };
        if !self.result_seen {
            return self.fail("there is no `Result` line");
        }
        if !self.ended {
            return self.fail("the record is cut short: it must close with a line `end`");
        }
        let (eliminated, territory) = (self.eliminated, self.territory);
        record.result =
            self.result.map(|(winner, reason)| GameResult { winner, reason, eliminated, territory });
        record.validate()?;
        Ok(record)
    }
}
