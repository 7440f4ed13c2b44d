//! The samples of a window as one `.npz` file under upstream's field names.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use rr_engine::action::ActionLayout;
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::encode::{CELL_FEATURES, ENCODING_VERSION, GLOBAL_FEATURES};
use rr_engine::rules::MAX_PLAYERS;

use super::archive::{ElementType, NpzArchive};
use crate::data::{RecordSource, ReplayData, WindowRequest};
use crate::error::TrainError;
use crate::sample::{SampleArena, SampleView};

/// Version of upstream's export whose names are used.
const EXPORT_VERSION: &str = "2.1";

/// Counts what an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NpzSummary {
    /// Games.
    pub games: u64,
    /// Samples.
    pub samples: u64,
    /// Side of the square box that the board lies in.
    pub spatial_size: usize,
    /// Policy entries kept of a sample, at most.
    pub policy_width: usize,
}

/// Writes the samples of a window as one `.npz` file, under upstream's field names and in this program's encoding.
///
/// Two things differ from upstream's files: `values_mp` is by slot from the mover on and not by seat, and the sparse policy is a
/// rectangle padded with index -1 in place of arrays of objects. Samples without a policy target have no index at all.
///
/// # Shapes
/// `features` `[N, C, H, W]`, `globals` `[N, G]`, `values` `[N]`, `values_mp` `[N, 4]`, `num_players` `[N]`, `policy_indices` and
/// `policy_values` `[N, K]`, `sample_weights` `[N]`.
///
/// # Errors
/// When there are no games, one cannot be read, the disk does not take the file, or it would pass 4 GiB.
pub fn export_npz(
    source: &dyn RecordSource,
    config: GameConfig,
    samples: u64,
    path: &Path,
) -> Result<NpzSummary, TrainError> {
    let data = ReplayData::load(source, &WindowRequest { config, samples, validation: 0.0 })?;
    let part = path.with_extension("npz.part");
    let write = || {
        let summary = write_archive(File::create(&part)?, config, &data)?;
        fs::rename(&part, path)?;
        Ok(summary)
    };
    write().map_err(|source| {
        // What is left of a failed export would only fill the disk further.
        let _ = fs::remove_file(&part);
        TrainError::io("write", path)(source)
    })
}

fn write_archive(file: File, config: GameConfig, data: &ReplayData) -> io::Result<NpzSummary> {
    let (arena, grid) = (&data.training, Grid::of(config.board));
    let n = arena.len();
    let players = usize::from(config.players);
    let width = (0..n).map(|i| sparse(&arena.get(i)).len()).max().unwrap_or(0).max(1);
    let mut archive = NpzArchive::new(file);
    let float = ElementType::Float32;
    let shape = [n, CELL_FEATURES, grid.side, grid.side];
    archive.array("features", &float, &shape, |out| {
        (0..n).try_for_each(|i| floats(out, &grid.planes(&arena.get(i))))
    })?;
    archive.array("globals", &float, &[n, GLOBAL_FEATURES], |out| {
        (0..n).try_for_each(|i| floats(out, arena.get(i).globals))
    })?;
    archive.array("values", &float, &[n], |out| {
        (0..n).try_for_each(|i| floats(out, &[scalar_value(arena.get(i).value, players)]))
    })?;
    archive.array("values_mp", &float, &[n, MAX_PLAYERS], |out| {
        (0..n).try_for_each(|i| floats(out, arena.get(i).value))
    })?;
    archive.array("num_players", &ElementType::Int32, &[n], |out| {
        (0..n).try_for_each(|_| out.write_all(&(players as i32).to_le_bytes()))
    })?;
    write_policy(&mut archive, arena, width)?;
    archive.array("sample_weights", &float, &[n], |out| (0..n).try_for_each(|_| floats(out, &[1.0])))?;
    for (name, text) in [
        ("board_type", config.board.to_string().as_str()),
        ("policy_encoding", "ringrift_action_layout"),
        ("encoder_type", "ringrift_mover_relative"),
        ("export_version", EXPORT_VERSION),
    ] {
        archive.text(name, text)?;
    }
    for (name, number) in [
        ("board_size", grid.side),
        ("spatial_size", grid.side),
        ("history_length", 0),
        ("encoder_version", ENCODING_VERSION as usize),
        ("in_channels", CELL_FEATURES),
        ("policy_size", ActionLayout::of(config.board).len()),
    ] {
        archive.number(name, number)?;
    }
    archive.finish()?;
    let (games, samples) = (data.summary.games, data.summary.samples);
    Ok(NpzSummary { games, samples, spatial_size: grid.side, policy_width: width })
}

fn write_policy(archive: &mut NpzArchive, arena: &SampleArena, width: usize) -> io::Result<()> {
    let n = arena.len();
    archive.array("policy_indices", &ElementType::Int32, &[n, width], |out| {
        (0..n).try_for_each(|i| {
            let entries = sparse(&arena.get(i));
            let indices = (0..width).map(|k| entries.get(k).map_or(-1, |(entry, _)| i32::from(*entry)));
            indices.into_iter().try_for_each(|index| out.write_all(&index.to_le_bytes()))
        })
    })?;
    archive.array("policy_values", &ElementType::Float32, &[n, width], |out| {
        (0..n).try_for_each(|i| {
            let entries = sparse(&arena.get(i));
            (0..width).try_for_each(|k| floats(out, &[entries.get(k).map_or(0.0, |(_, p)| *p)]))
        })
    })
}

/// Lists the entries of a policy target; an action on many cells is spread evenly over its entries.
fn sparse(sample: &SampleView<'_>) -> Vec<(u16, f32)> {
    let mut entries: Vec<(u16, f32)> = Vec::new();
    for (action, probability) in sample.actions().filter(|(_, p)| sample.has_policy && *p > 0.0) {
        entries.extend(action.iter().map(|entry| (*entry, probability / action.len() as f32)));
    }
    entries.sort_by_key(|(entry, _)| *entry);
    entries.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    entries
}

/// Turns the mover's share of the game into a value from -1, a loss, to 1, a win.
fn scalar_value(value: &[f32; MAX_PLAYERS], players: usize) -> f32 {
    let fair = 1.0 / players as f32;
    if value[0] >= fair { (value[0] - fair) / (1.0 - fair) } else { value[0] / fair - 1.0 }
}

fn floats(out: &mut dyn Write, values: &[f32]) -> io::Result<()> {
    values.iter().try_for_each(|v| out.write_all(&v.to_le_bytes()))
}

/// Places the cells of a board in a square box.
struct Grid {
    side: usize,
    /// Row and column of each cell.
    places: Vec<(usize, usize)>,
}

impl Grid {
    fn of(board: BoardKind) -> Self {
        let geometry = board.geometry();
        let coords: Vec<(i8, i8)> = geometry.cell_iter().map(|cell| geometry.coords(cell)).collect();
        let low = |axis: fn(&(i8, i8)) -> i8| coords.iter().map(axis).min().unwrap_or(0);
        let (x0, y0) = (low(|c| c.0), low(|c| c.1));
        let places: Vec<(usize, usize)> =
            coords.iter().map(|(x, y)| ((y - y0) as usize, (x - x0) as usize)).collect();
        let side = places.iter().map(|(row, column)| row.max(column) + 1).max().unwrap_or(0);
        Self { side, places }
    }

    /// Turns the packed cells of a sample into `[channels, rows, columns]`.
    fn planes(&self, sample: &SampleView<'_>) -> Vec<f32> {
        let area = self.side * self.side;
        let mut planes = vec![0.0; CELL_FEATURES * area];
        for (place, value) in sample.places.iter().zip(sample.values) {
            let (cell, feature) = (usize::from(*place) / CELL_FEATURES, usize::from(*place) % CELL_FEATURES);
            let (row, column) = self.places[cell];
            planes[feature * area + row * self.side + column] = *value;
        }
        planes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::MemoryRecords;
    use crate::testing::records;

    #[test]
    fn exports_a_window_and_says_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        for (key, side) in [("hex8_2p", 9), ("square8_3p", 8)] {
            let path = folder.path().join(format!("{key}.npz"));
            let source = MemoryRecords { records: records(key, 0..2) };
            let summary = export_npz(&source, key.parse().unwrap(), u64::MAX, &path).unwrap();
            assert_eq!((summary.games, summary.spatial_size), (2, side));
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.starts_with(b"PK\x03\x04"));
            for name in [
                "features",
                "globals",
                "values",
                "values_mp",
                "policy_indices",
                "policy_values",
                "board_type",
            ] {
                let name = format!("{name}.npy");
                // Once before the entry, once in the directory.
                assert!(bytes.windows(name.len()).filter(|w| *w == name.as_bytes()).count() >= 2, "{name}");
            }
        }
        // Nothing half-written is left beside the files.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn values_run_from_a_loss_to_a_win() {
        assert_eq!(scalar_value(&[1.0, 0.0, 0.0, 0.0], 2), 1.0);
        assert_eq!(scalar_value(&[0.0, 1.0, 0.0, 0.0], 2), -1.0);
        assert_eq!(scalar_value(&[0.5, 0.5, 0.0, 0.0], 2), 0.0);
        assert_eq!(scalar_value(&[0.0, 0.0, 1.0, 0.0], 3), -1.0);
        assert!(scalar_value(&[1.0 / 3.0; 4], 3).abs() < 1e-6);
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named() {
        let source = MemoryRecords { records: records("hex8_2p", 0..1) };
        let path = Path::new("/nowhere/out.npz");
        let error = export_npz(&source, "hex8_2p".parse().unwrap(), 10, path).unwrap_err();
        assert!(error.to_string().contains("cannot write /nowhere/out.npz"), "{error}");
    }
}
