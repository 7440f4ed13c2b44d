//! The binary form of a game record.
//!
//! `RRGM`, format version (u16), payload length (u32), payload, CRC-32 of all before it; little-endian. The payload is postcard of the wire
//! types below, which stay as they are for a version even when the types in memory change.

use serde::{Deserialize, Serialize};

use super::checksum::crc32;
use super::wire_move::WireMove;
use super::{
    DecisionSite, GameRecord, GameResult, PlayerTag, PolicyWeight, RECORD_VERSION, RecordError, SearchStats,
};
use crate::action::ActionKey;
use crate::board::GameConfig;
use crate::rules::{EndReason, MAX_PLAYERS, Player, Rules};

const MAGIC: &[u8; 4] = b"RRGM";
const HEADER: usize = 10;
const CHECKSUM: usize = 4;

/// Longest payload that is read; a game of a hundred thousand moves stays far below.
const PAYLOAD_LIMIT: usize = 256 << 20;

#[derive(Serialize, Deserialize)]
struct WireGame {
    config: GameConfig,
    rules: Rules,
    seed: u64,
    players: Vec<(String, String)>,
    moves: Vec<WireMove>,
    searches: Vec<WireSearch>,
    result: Option<WireResult>,
}

#[derive(Serialize, Deserialize)]
struct WireSearch {
    ply: u32,
    flags: u8,
    budget: u32,
    value: [u16; MAX_PLAYERS],
    /// Distance from the action before, then weight.
    policy: Vec<(u32, u16)>,
}

#[derive(Serialize, Deserialize)]
struct WireResult {
    /// Seat number from 1; 0 for none.
    winner: u8,
    reason: EndReason,
    eliminated: [u16; MAX_PLAYERS],
    territory: [u16; MAX_PLAYERS],
}

const OPTION: u8 = 1;
const FULL: u8 = 2;

impl GameRecord {
    /// Writes the record in its binary form.
    ///
    /// # Errors
    /// [`RecordError::Payload`] if the record would be refused when it is read, with the cause.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RecordError> {
        self.validate()?;
        let payload = postcard::to_stdvec(&wire(self)).map_err(|e| RecordError::Payload(e.to_string()))?;
        let length = u32::try_from(payload.len()).ok().filter(|&n| n as usize <= PAYLOAD_LIMIT);
        let length =
            length.ok_or_else(|| RecordError::Payload(format!("{} bytes are too many", payload.len())))?;
        let mut bytes = Vec::with_capacity(HEADER + payload.len() + CHECKSUM);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(RECORD_VERSION as u16).to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes.extend_from_slice(&crc32(&bytes).to_le_bytes());
        Ok(bytes)
    }

    /// Reads a record from its binary form.
    ///
    /// # Errors
    /// Bytes that are foreign, of another version, cut short, damaged or inconsistent. That the moves follow the rules is not checked
    /// here: replay the record for that.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() < MAGIC.len() || !bytes.starts_with(MAGIC) {
            return Err(RecordError::Foreign);
        }
        let cut =
            |expected: usize| RecordError::Truncated { expected: expected as u64, found: bytes.len() as u64 };
        let [v0, v1, n0, n1, n2, n3] =
            *bytes.get(4..HEADER).and_then(|h| h.first_chunk()).ok_or_else(|| cut(HEADER + CHECKSUM))?;
        let version = u32::from(u16::from_le_bytes([v0, v1]));
        if version != RECORD_VERSION {
            return Err(RecordError::Version { found: version, supported: RECORD_VERSION });
        }
        let length = u32::from_le_bytes([n0, n1, n2, n3]) as usize;
        if length > PAYLOAD_LIMIT {
            return Err(RecordError::Payload(format!("{length} bytes are too many")));
        }
        let end = HEADER + length;
        let sum = bytes.get(end..).and_then(|rest| rest.first_chunk()).ok_or_else(|| cut(end + CHECKSUM))?;
        if bytes.len() > end + CHECKSUM {
            return Err(RecordError::Trailing((bytes.len() - end - CHECKSUM) as u64));
        }
        if crc32(&bytes[..end]) != u32::from_le_bytes(*sum) {
            return Err(RecordError::Checksum);
        }
        let (game, rest) = postcard::take_from_bytes::<WireGame>(&bytes[HEADER..end])
            .map_err(|e| RecordError::Payload(e.to_string()))?;
        if !rest.is_empty() {
            return Err(RecordError::Payload(format!("{} bytes of the payload are left over", rest.len())));
        }
        let record = unwire(game)?;
        record.validate()?;
        Ok(record)
    }
}

fn wire(record: &GameRecord) -> WireGame {
    WireGame {
        config: record.config,
        rules: record.rules,
        seed: record.seed,
        players: record.players.iter().map(|p| (p.name.clone(), p.model.clone())).collect(),
        moves: record.moves.iter().map(|&m| WireMove(m)).collect(),
        searches: record.searches.iter().map(wire_search).collect(),
        result: record.result.map(|r| WireResult {
            winner: r.winner.map_or(0, Player::number),
            reason: r.reason,
            eliminated: r.eliminated,
            territory: r.territory,
        }),
    }
}

fn wire_search(search: &SearchStats) -> WireSearch {
    let mut before = 0;
    let policy = search.policy.iter().map(|w| {
        let step = w.key.0 - before;
        before = w.key.0;
        (step, w.weight)
    });
    WireSearch {
        ply: search.site.ply,
        flags: if search.site.option { OPTION } else { 0 } | if search.full { FULL } else { 0 },
        budget: search.budget,
        value: search.value,
        policy: policy.collect(),
    }
}

fn unwire(game: WireGame) -> Result<GameRecord, RecordError> {
    let result = game.result.map(|r| {
        let winner = match r.winner {
            0 => None,
            n => Some(Player::from_number(n).ok_or_else(|| RecordError::Payload(format!("no player {n}")))?),
        };
        Ok::<_, RecordError>(GameResult {
            winner,
            reason: r.reason,
            eliminated: r.eliminated,
            territory: r.territory,
        })
    });
    Ok(GameRecord {
        config: game.config,
        rules: game.rules,
        seed: game.seed,
        players: game.players.into_iter().map(|(name, model)| PlayerTag { name, model }).collect(),
        moves: game.moves.into_iter().map(|m| m.0).collect(),
        searches: game.searches.into_iter().map(unwire_search).collect::<Result<_, _>>()?,
        result: result.transpose()?,
    })
}

fn unwire_search(search: WireSearch) -> Result<SearchStats, RecordError> {
    if search.flags > (OPTION | FULL) {
        return Err(RecordError::Payload(format!("unknown flags {}", search.flags)));
    }
    let mut key = 0u32;
    let mut policy = Vec::with_capacity(search.policy.len());
    for (step, weight) in search.policy {
        key = key.checked_add(step).ok_or_else(|| RecordError::Payload("action out of range".to_owned()))?;
        policy.push(PolicyWeight { key: ActionKey(key), weight });
    }
    Ok(SearchStats {
        site: DecisionSite { ply: search.ply, option: search.flags & OPTION != 0 },
        budget: search.budget,
        full: search.flags & FULL != 0,
        value: search.value,
        policy,
    })
}
