//! Maximum likelihood of finishing orders: Plackett-Luce, which for two players is Bradley-Terry.

use super::linear::Cholesky;

/// Precision of the prior around the pinned player, in natural units: a standard deviation of 1,000 Elo.
///
/// It only keeps a player that won or lost everything at a finite rating.
const PRIOR_PRECISION: f64 = 0.030_2;

/// Newton steps before the fit is taken as it stands; it converges in about ten.
const MAX_STEPS: usize = 100;

/// One finishing order and how often it occurred: groups of player indices from the first place to the last.
pub(super) struct CountedOrder {
    pub(super) groups: Vec<Vec<usize>>,
    pub(super) count: f64,
}

/// Strengths in natural units relative to the pinned player, and their variances.
pub(super) struct Strengths {
    pub(super) theta: Vec<f64>,
    pub(super) variance: Vec<f64>,
}

struct Derivatives {
    value: f64,
    gradient: Vec<f64>,
    /// Negated Hessian, row-major.
    information: Vec<f64>,
}

/// Fits the strengths of `players` players with that of `pinned` held at zero.
///
/// A player may sit in several seats of a match; such seats share one strength. Tied places count the ways to order them
/// as one average, which for a drawn game of two is half a win each.
pub(super) fn fit(orders: &[CountedOrder], players: usize, pinned: usize) -> Strengths {
    let mut theta = vec![0.0; players];
    let mut at = derivatives(orders, &theta, pinned);
    for _ in 0..MAX_STEPS {
        let Some(factor) = Cholesky::of(&at.information, players) else { break };
        let step = factor.solve(&at.gradient);
        let mut scale = 1.0;
        let mut moved = None;
        // The objective is concave, so halving the step always ends in an improvement or at the optimum.
        while scale > 1e-8 {
            let trial: Vec<f64> = theta.iter().zip(&step).map(|(t, s)| t + scale * s).collect();
            let next = derivatives(orders, &trial, pinned);
            if next.value >= at.value {
                moved = Some((trial, next));
                break;
            }
            scale *= 0.5;
        }
        let Some((trial, next)) = moved else { break };
        (theta, at) = (trial, next);
        if step.iter().all(|s| s.abs() < 1e-10) {
            break;
        }
    }
    let mut variance = match Cholesky::of(&at.information, players) {
        Some(factor) => factor.inverse_diagonal(),
        None => vec![1.0 / PRIOR_PRECISION; players],
    };
    variance[pinned] = 0.0;
    Strengths { theta, variance }
}

/// Computes the log posterior, its gradient and its information at the given strengths.
fn derivatives(orders: &[CountedOrder], theta: &[f64], pinned: usize) -> Derivatives {
    let n = theta.len();
    let mut d = Derivatives { value: 0.0, gradient: vec![0.0; n], information: vec![0.0; n * n] };
    for (i, t) in theta.iter().enumerate() {
        d.value -= 0.5 * PRIOR_PRECISION * t * t;
        d.gradient[i] -= PRIOR_PRECISION * t;
        d.information[i * n + i] += PRIOR_PRECISION;
    }
    for order in orders {
        add_order(order, theta, &mut d);
    }
    for i in 0..n {
        d.information[pinned * n + i] = 0.0;
        d.information[i * n + pinned] = 0.0;
    }
    d.information[pinned * n + pinned] = 1.0;
    d.gradient[pinned] = 0.0;
    d
}

fn add_order(order: &CountedOrder, theta: &[f64], d: &mut Derivatives) {
    let n = theta.len();
    for place in 0..order.groups.len() {
        let group = &order.groups[place];
        let field: Vec<usize> = order.groups[place..].iter().flatten().copied().collect();
        // The last player left in the field chooses nothing.
        let choices = group.len().min(field.len() - 1) as f64;
        if choices == 0.0 {
            continue;
        }
        let weight = order.count * choices;
        let share = weight / group.len() as f64;
        let top = field.iter().map(|i| theta[*i]).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = field.iter().map(|i| (theta[*i] - top).exp()).sum();
        d.value -= weight * (top + sum.ln());
        for i in group {
            d.value += share * theta[*i];
            d.gradient[*i] += share;
        }
        for i in &field {
            let p = (theta[*i] - top).exp() / sum;
            d.gradient[*i] -= weight * p;
            d.information[i * n + i] += weight * p;
            for j in &field {
                d.information[i * n + j] -= weight * p * (theta[*j] - top).exp() / sum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_players_have_the_closed_form() {
        let orders = [
            CountedOrder { groups: vec![vec![1], vec![0]], count: 3000.0 },
            CountedOrder { groups: vec![vec![0], vec![1]], count: 1000.0 },
        ];
        let fit = fit(&orders, 2, 0);
        assert!((fit.theta[1] - 3f64.ln()).abs() < 1e-3, "{}", fit.theta[1]);
        // Observed information n·p·(1−p).
        assert!((fit.variance[1] - 1.0 / 750.0).abs() < 1e-5);
        assert_eq!((fit.theta[0], fit.variance[0]), (0.0, 0.0));
    }

    #[test]
    fn a_drawn_game_is_half_a_win_each() {
        let drawn = [CountedOrder { groups: vec![vec![0, 1]], count: 10.0 }];
        let split = [
            CountedOrder { groups: vec![vec![0], vec![1]], count: 5.0 },
            CountedOrder { groups: vec![vec![1], vec![0]], count: 5.0 },
        ];
        let (a, b) = (fit(&drawn, 2, 0), fit(&split, 2, 0));
        assert!((a.theta[1] - b.theta[1]).abs() < 1e-12);
        assert!((a.variance[1] - b.variance[1]).abs() < 1e-12);
    }

    #[test]
    fn gradient_and_information_match_finite_differences() {
        let orders = [
            CountedOrder { groups: vec![vec![2], vec![0, 1], vec![3]], count: 2.0 },
            CountedOrder { groups: vec![vec![1], vec![1], vec![3, 2]], count: 3.0 },
        ];
        let theta = [0.0, 0.3, -0.7, 1.1];
        let at = derivatives(&orders, &theta, 0);
        let h = 1e-5;
        for i in 1..4 {
            let shifted = |sign: f64| {
                let mut t = theta;
                t[i] += sign * h;
                derivatives(&orders, &t, 0)
            };
            let (up, down) = (shifted(1.0), shifted(-1.0));
            assert!(((up.value - down.value) / (2.0 * h) - at.gradient[i]).abs() < 1e-6);
            for j in 1..4 {
                let second = -(up.gradient[j] - down.gradient[j]) / (2.0 * h);
                assert!((second - at.information[i * 4 + j]).abs() < 1e-6);
            }
        }
    }
}
