//! Writing samples into the tensors of a training step.

use rr_engine::action::SymmetryTable;
use rr_engine::encode::CELL_FEATURES;
use rr_engine::rules::MAX_PLAYERS;
use rr_onnx::{NetSpec, StepBatch};

use super::arena::{SampleArena, SampleView};
use crate::data::Draw;

/// Says which policy entries the training graph can average into the logit of an action on many cells.
#[derive(Debug, Clone)]
pub struct PolicyGroups {
    columns: Vec<Option<u16>>,
    width: usize,
}

impl PolicyGroups {
    /// Reads the entries that a net's region map has columns for.
    pub fn of(spec: &NetSpec) -> Self {
        let averaged = spec.policy().averaged();
        let mut columns = vec![None; spec.entries()];
        for (column, entry) in averaged.iter().enumerate() {
            columns[*entry as usize] = Some(column as u16);
        }
        Self { columns, width: averaged.len() }
    }

    fn column(&self, entry: usize) -> Option<usize> {
        self.columns.get(entry).copied().flatten().map(usize::from)
    }
}

/// Writes draws into batches for one net.
#[derive(Debug)]
pub struct BatchLayout {
    spec: NetSpec,
    regions: usize,
    search_share: f32,
    table: SymmetryTable,
    groups: PolicyGroups,
}

impl BatchLayout {
    /// Prepares batches with room for `regions` actions on many cells.
    ///
    /// `search_share` is the part of the value target that comes from the search and not from the game's end.
    pub fn new(spec: NetSpec, table: SymmetryTable, regions: usize, search_share: f32) -> Self {
        let groups = PolicyGroups::of(&spec);
        Self { spec, regions, search_share, table, groups }
    }

    /// Returns the number of symmetries that a draw can name.
    pub fn symmetries(&self) -> usize {
        self.table.len()
    }

    /// Writes one batch.
    ///
    /// # Panics
    /// If a draw names a sample or a symmetry that is not there.
    pub fn write(&self, arena: &SampleArena, draws: &[Draw]) -> StepBatch {
        let mut batch = StepBatch::zeros(&self.spec, draws.len(), self.regions);
        for (row, draw) in draws.iter().enumerate() {
            let (index, g) = (draw.sample as usize, usize::from(draw.symmetry));
            let sample = arena.get(index);
            self.inputs(&mut batch, row, &sample, g);
            self.targets(&mut batch, row, &sample, g);
            self.policy(&mut batch, row, &sample, g);
            if let Some(next) = arena.next(index) {
                self.next_policy(&mut batch, row, &next, g);
            }
        }
        batch
    }

    fn inputs(&self, batch: &mut StepBatch, row: usize, sample: &SampleView<'_>, g: usize) {
        let width = self.spec.cells() * CELL_FEATURES;
        let cells = &mut batch.cells[row * width..(row + 1) * width];
        let images = self.table.symmetry(g).cells();
        for (place, value) in sample.places.iter().zip(sample.values) {
            let (cell, feature) = (usize::from(*place) / CELL_FEATURES, usize::from(*place) % CELL_FEATURES);
            cells[images[cell].index() * CELL_FEATURES + feature] = *value;
        }
        let width = sample.globals.len();
        batch.globals[row * width..(row + 1) * width].copy_from_slice(sample.globals);
    }

    fn targets(&self, batch: &mut StepBatch, row: usize, sample: &SampleView<'_>, g: usize) {
        let share = self.search_share;
        let value = &mut batch.value_target[row * MAX_PLAYERS..(row + 1) * MAX_PLAYERS];
        for ((target, end), search) in value.iter_mut().zip(sample.value).zip(sample.search_value) {
            *target = (1.0 - share) * end + share * search;
        }
        let total: f32 = value.iter().sum();
        if total > 0.0 {
            value.iter_mut().for_each(|v| *v /= total);
        }
        let width = self.spec.cells() * (MAX_PLAYERS + 1);
        let owner = &mut batch.owner_target[row * width..(row + 1) * width];
        for (slot, image) in sample.owners.iter().zip(self.table.symmetry(g).cells()) {
            owner[image.index() * (MAX_PLAYERS + 1) + usize::from(*slot)] = 1.0;
        }
        batch.margins_target[row * 2 * MAX_PLAYERS..(row + 1) * 2 * MAX_PLAYERS]
            .copy_from_slice(sample.margins);
    }

    /// Writes the legal actions and, where the search was a full one, what it chose.
    ///
    /// Actions on many cells take the rows of the region map, the likeliest first; those that find no room are left out of the mask and
    /// the rest is scaled up to a sum of one.
    fn policy(&self, batch: &mut StepBatch, row: usize, sample: &SampleView<'_>, g: usize) {
        let entries = self.spec.entries();
        let width = entries + self.regions;
        let target = &mut batch.policy_target[row * width..(row + 1) * width];
        let mask = &mut batch.policy_mask[row * width..(row + 1) * width];
        let images = self.table.entries(g);
        let mut sets: Vec<(&[u16], f32)> = Vec::new();
        for (action, probability) in sample.actions() {
            if let [entry] = action {
                let image = images[usize::from(*entry)] as usize;
                mask[image] = true;
                target[image] += probability;
            } else {
                sets.push((action, probability));
            }
        }
        sets.sort_by(|a, b| b.1.total_cmp(&a.1));
        let width = self.groups.width;
        let mut free = 0;
        for (action, probability) in sets {
            let columns: Option<Vec<usize>> =
                action.iter().map(|e| self.groups.column(images[usize::from(*e)] as usize)).collect();
            let Some(columns) = columns.filter(|_| free < self.regions) else { continue };
            let start = (row * self.regions + free) * width;
            for column in &columns {
                batch.region_map[start + column] += 1.0 / columns.len() as f32;
            }
            mask[entries + free] = true;
            target[entries + free] = probability;
            free += 1;
        }
        let total: f32 = target.iter().sum();
        if sample.has_policy && total > 0.0 {
            target.iter_mut().for_each(|t| *t /= total);
            batch.policy_weight[row] = 1.0;
        } else {
            target.fill(0.0);
        }
    }

    /// Writes the policy of the next decision as far as single entries name it.
    fn next_policy(&self, batch: &mut StepBatch, row: usize, next: &SampleView<'_>, g: usize) {
        if !next.has_policy {
            return;
        }
        let entries = self.spec.entries();
        let target = &mut batch.next_target[row * entries..(row + 1) * entries];
        let mask = &mut batch.next_mask[row * entries..(row + 1) * entries];
        let images = self.table.entries(g);
        let mut total = 0.0;
        for (action, probability) in next.actions() {
            if let [entry] = action {
                let image = images[usize::from(*entry)] as usize;
                mask[image] = true;
                target[image] += probability;
                total += probability;
            }
        }
        // What regions and lines were chosen for cannot be said here; such a decision teaches nothing.
        if total > 0.5 {
            target.iter_mut().for_each(|t| *t /= total);
            batch.next_weight[row] = 1.0;
        } else {
            target.fill(0.0);
            mask.fill(false);
        }
    }
}

#[cfg(test)]
mod tests;
