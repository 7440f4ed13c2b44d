//! The heads: policy, value, owner and margins.

use crate::graph::{TensorShape, Var};
use crate::net::tower::Forward;

/// What is added to the logit of a slot where nobody sits: e to this power is zero in every float type in use.
const ABSENT: f64 = 1.0e4;

impl Forward<'_> {
    /// Writes a policy head: `[N, entries]` logits in the order of the action layout.
    pub(super) fn policy(&mut self, head: &str, trunk: Var, pooled: Var) -> Var {
        let (cells, policy) = (self.spec.cells(), self.spec.policy());
        let mut parts = Vec::new();
        if policy.planes() > 0 {
            let hidden = self.linear(&format!("{head}.cell"), trunk);
            let hidden = self.bias_from(&format!("{head}.pool"), hidden, pooled);
            let hidden = self.tape.relu(hidden);
            let planes = self.linear(&format!("{head}.plane"), hidden);
            let boards = self.boards(planes);
            parts.push(self.tape.reshape(boards, TensorShape::batch(1, &[cells * policy.planes()])));
        }
        if policy.globals() > 0 {
            parts.push(self.linear(&format!("{head}.global"), pooled));
        }
        if policy.has_pairs() {
            parts.push(self.pairs(head, trunk));
        }
        let all = if parts.len() == 1 { parts[0] } else { self.tape.concat(&parts, 1) };
        self.tape.gather(all, policy.sources(), 1)
    }

    /// Scores every from-cell with every to-cell: `[N, cells * cells]`, row by from-cell.
    fn pairs(&mut self, head: &str, trunk: Var) -> Var {
        let (cells, width) = (self.spec.cells(), self.spec.size().pair_channels);
        let from = self.linear(&format!("{head}.from"), trunk);
        let from = self.tape.scale(from, 1.0 / (width as f64).sqrt());
        let from = self.boards(from);
        let to = self.linear(&format!("{head}.to"), trunk);
        let to = self.boards(to);
        let to = self.tape.transpose(to, &[0, 2, 1]);
        let scores = self.tape.matmul(from, to);
        self.tape.reshape(scores, TensorShape::batch(1, &[cells * cells]))
    }

    /// Writes the value trunk: `[N, 4]` value logits, `[N, cells, 5]` owner logits, `[N, 8]` margins.
    pub(super) fn value(&mut self, trunk: Var, globals: Var) -> (Var, Var, Var) {
        let cell = self.linear("value.cell", trunk);
        let cell = self.tape.relu(cell);
        let owner = self.linear("owner", cell);
        let owner = self.boards(owner);
        let pooled = self.pool(cell);
        let joined = self.tape.concat(&[pooled, globals], 1);
        let hidden = self.linear("value.hidden", joined);
        let hidden = self.tape.relu(hidden);
        let value = self.linear("value.out", hidden);
        let margins = self.linear("margins", hidden);
        (value, owner, margins)
    }

    /// Pushes the logits of slots where nobody sits out of reach.
    pub(super) fn hide_absent(&mut self, value: Var, globals: Var) -> Var {
        let columns = self.spec.features().present.map(|column| column as i64);
        let present = self.tape.gather(globals, &columns, 1);
        let one = self.tape.graph.scalar(present, 1.0);
        let absent = self.tape.sub(present, one);
        let away = self.tape.scale(absent, ABSENT);
        self.tape.add(value, away)
    }
}
