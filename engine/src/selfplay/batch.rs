//! The positions of one model that wait for the network.

use crate::player::RowShape;

/// Collects encoded positions, row after row; its buffers are allocated once.
#[derive(Clone, Debug)]
pub struct EvalBatch {
    shape: RowShape,
    capacity: usize,
    rows: usize,
    cells: Vec<f32>,
    globals: Vec<f32>,
}

impl EvalBatch {
    /// Makes an empty batch with room for `capacity` rows.
    pub fn new(shape: RowShape, capacity: usize) -> Self {
        Self {
            shape,
            capacity,
            rows: 0,
            cells: vec![0.0; capacity * shape.cells],
            globals: vec![0.0; capacity * shape.globals],
        }
    }

    /// Returns the number of rows in use.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the number of rows that fit.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Tells whether no further row fits.
    pub fn is_full(&self) -> bool {
        self.rows == self.capacity
    }

    /// Returns the row lengths.
    pub fn shape(&self) -> RowShape {
        self.shape
    }

    /// Returns the per-cell features of the rows in use.
    ///
    /// # Shapes
    /// `[rows, cells, CELL_FEATURES]`, flat.
    pub fn cells(&self) -> &[f32] {
        &self.cells[..self.rows * self.shape.cells]
    }

    /// Returns the global features of the rows in use.
    ///
    /// # Shapes
    /// `[rows, GLOBAL_FEATURES]`, flat.
    pub fn globals(&self) -> &[f32] {
        &self.globals[..self.rows * self.shape.globals]
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.rows = 0;
    }

    /// Takes the next row into use and returns where its features go, or nothing when the batch is full.
    pub fn push_row(&mut self) -> Option<(&mut [f32], &mut [f32])> {
        if self.is_full() {
            return None;
        }
        let row = self.rows;
        self.rows += 1;
        let cells = &mut self.cells[row * self.shape.cells..(row + 1) * self.shape.cells];
        let globals = &mut self.globals[row * self.shape.globals..(row + 1) * self.shape.globals];
        Some((cells, globals))
    }
}
