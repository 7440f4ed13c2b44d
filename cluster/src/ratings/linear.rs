//! Cholesky factorisation of a small symmetric positive definite matrix.

/// Holds the lower triangle of a factorised matrix, row by row.
pub(super) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factorises a row-major matrix; `None` when it is not positive definite.
    pub(super) fn of(matrix: &[f64], size: usize) -> Option<Self> {
        let mut lower = vec![0.0; size * size];
        for row in 0..size {
            for col in 0..=row {
                let dot: f64 = (0..col).map(|k| lower[row * size + k] * lower[col * size + k]).sum();
                let rest = matrix[row * size + col] - dot;
                lower[row * size + col] = if row == col {
                    if rest.is_nan() || rest <= 0.0 {
                        return None;
                    }
                    rest.sqrt()
                } else {
                    rest / lower[col * size + col]
                };
            }
        }
        Some(Self { size, lower })
    }

    /// Solves the system for one right-hand side.
    pub(super) fn solve(&self, rhs: &[f64]) -> Vec<f64> {
        let (n, l) = (self.size, &self.lower);
        let mut x = rhs.to_vec();
        for row in 0..n {
            let dot: f64 = (0..row).map(|k| l[row * n + k] * x[k]).sum();
            x[row] = (x[row] - dot) / l[row * n + row];
        }
        for row in (0..n).rev() {
            let dot: f64 = (row + 1..n).map(|k| l[k * n + row] * x[k]).sum();
            x[row] = (x[row] - dot) / l[row * n + row];
        }
        x
    }

    /// Returns the diagonal of the inverse.
    pub(super) fn inverse_diagonal(&self) -> Vec<f64> {
        let (n, l) = (self.size, &self.lower);
        let mut diagonal = vec![0.0; n];
        let mut column = vec![0.0; n];
        for (c, entry) in diagonal.iter_mut().enumerate() {
            // Column c of the inverse factor starts at row c; its squares add up to the diagonal entry.
            for row in c..n {
                let dot: f64 = (c..row).map(|k| l[row * n + k] * column[k]).sum();
                column[row] = (f64::from(u8::from(row == c)) - dot) / l[row * n + row];
                *entry += column[row] * column[row];
            }
        }
        diagonal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_inverts() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, 0.25, 0.5, 0.25, 2.0];
        let factor = Cholesky::of(&matrix, 3).unwrap();
        let x = factor.solve(&[1.0, 2.0, 3.0]);
        for row in 0..3 {
            let product: f64 = (0..3).map(|k| matrix[row * 3 + k] * x[k]).sum();
            assert!((product - (row + 1) as f64).abs() < 1e-12);
        }
        let diagonal = factor.inverse_diagonal();
        for c in 0..3 {
            let mut unit = [0.0; 3];
            unit[c] = 1.0;
            assert!((factor.solve(&unit)[c] - diagonal[c]).abs() < 1e-12);
        }
    }

    #[test]
    fn refuses_an_indefinite_matrix() {
        assert!(Cholesky::of(&[1.0, 2.0, 2.0, 1.0], 2).is_none());
    }
}
