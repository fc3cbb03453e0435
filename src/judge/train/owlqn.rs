//! Minimising a smooth function plus an L1 penalty.
//!
//! Orthant-wise limited-memory quasi-Newton (Andrew and Gao, "Scalable Training of L1-Regularized Log-Linear
//! Models", 2007). Deterministic: the same function gives the same minimum, bit for bit.

use std::collections::VecDeque;

/// How many past steps shape the next one (Nocedal and Wright recommend 3 to 20).
const MEMORY: usize = 7;
/// Relative improvement over [`PERIOD`] steps below which the search ends (CRFsuite's `delta`).
const TOLERANCE: f64 = 1.0e-5;
const PERIOD: usize = 10;

/// Minimises `function(x) + l1 * |x|`, from `x` in at most `iterations` steps; `x` is left at the minimum.
///
/// `function` writes its gradient into its second argument. `progress` is told of every step: its number from 1,
/// and the value reached.
pub fn minimise(
    x: &mut Vec<f64>,
    l1: f64,
    iterations: usize,
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
    mut progress: impl FnMut(usize, f64),
) {
    let size = x.len();
    let mut gradient = vec![0.0; size];
    let mut value = function(x, &mut gradient) + l1 * norm1(x);
    let mut history: VecDeque<(Vec<f64>, Vec<f64>, f64)> = VecDeque::new();
    let mut values = VecDeque::from([value]);
    let mut next_gradient = vec![0.0; size];
    for step in 1..=iterations {
        let slope: Vec<f64> = (0..size).map(|i| pseudo_gradient(x[i], gradient[i], l1)).collect();
        let mut direction = quasi_newton(&slope, &history);
        for (towards, slope) in direction.iter_mut().zip(&slope) {
            if *towards * slope >= 0.0 {
                *towards = 0.0;
            }
        }
        let descent: f64 = dot(&direction, &slope);
        if descent >= 0.0 {
            break;
        }
        let mut length = if history.is_empty() { 1.0 / dot(&slope, &slope).sqrt() } else { 1.0 };
        let mut next = vec![0.0; size];
        let mut next_value = f64::INFINITY;
        let mut found = false;
        for _ in 0..30 {
            for i in 0..size {
                let orthant = if x[i] == 0.0 { -slope[i] } else { x[i] };
                let moved = x[i] + length * direction[i];
                next[i] = if l1 > 0.0 && moved * orthant < 0.0 { 0.0 } else { moved };
            }
            next_value = function(&next, &mut next_gradient) + l1 * norm1(&next);
            let expected: f64 = (0..size).map(|i| (next[i] - x[i]) * slope[i]).sum();
            if next_value <= value + 1.0e-4 * expected {
                found = true;
                break;
            }
            length *= 0.5;
        }
        if !found {
            break;
        }
        let moved: Vec<f64> = next.iter().zip(x.iter()).map(|(a, b)| a - b).collect();
        let bent: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &bent);
        if curvature > 1.0e-10 {
            if history.len() == MEMORY {
                history.pop_front();
            }
            history.push_back((moved, bent, 1.0 / curvature));
        }
        *x = next;
        std::mem::swap(&mut gradient, &mut next_gradient);
        value = next_value;
        progress(step, value);
        values.push_back(value);
        if values.len() > PERIOD {
            let before = values.pop_front().unwrap_or(value);
            if (before - value) / value.abs().max(1.0e-12) < TOLERANCE {
                break;
            }
        }
    }
}

/// The direction of steepest descent's slope where the penalty has a corner.
fn pseudo_gradient(x: f64, gradient: f64, l1: f64) -> f64 {
    if x > 0.0 {
        gradient + l1
    } else if x < 0.0 {
        gradient - l1
    } else if gradient + l1 < 0.0 {
        gradient + l1
    } else if gradient - l1 > 0.0 {
        gradient - l1
    } else {
        0.0
    }
}

/// The two-loop recursion of L-BFGS.
fn quasi_newton(slope: &[f64], history: &VecDeque<(Vec<f64>, Vec<f64>, f64)>) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|value| -value).collect();
    let mut factors = Vec::with_capacity(history.len());
    for (moved, bent, inverse) in history.iter().rev() {
        let factor = inverse * dot(moved, &direction);
        direction.iter_mut().zip(bent).for_each(|(d, b)| *d -= factor * b);
        factors.push(factor);
    }
    if let Some((moved, bent, _)) = history.back() {
        let scale = dot(moved, bent) / dot(bent, bent);
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for ((moved, bent, inverse), factor) in history.iter().zip(factors.iter().rev()) {
        let correction = factor - inverse * dot(bent, &direction);
        direction.iter_mut().zip(moved).for_each(|(d, m)| *d += correction * m);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm1(x: &[f64]) -> f64 {
    x.iter().map(|value| value.abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn finds_the_minimum_of_a_bowl_and_lets_the_penalty_zero_what_matters_little() {
        let targets = [3.0, -2.0, 0.3, 0.0];
        let bowl = |x: &[f64], gradient: &mut [f64]| {
            let mut value = 0.0;
            for i in 0..4 {
                value += (i + 1) as f64 * (x[i] - targets[i]).powi(2);
                gradient[i] = 2.0 * (i + 1) as f64 * (x[i] - targets[i]);
            }
            value
        };
        let mut x = vec![0.0; 4];
        minimise(&mut x, 0.0, 100, bowl, |_, _| ());
        assert!(x.iter().zip(&targets).all(|(a, b)| (a - b).abs() < 1e-3), "{x:?}");
        let mut x = vec![0.0; 4];
        minimise(&mut x, 2.0, 100, bowl, |_, _| ());
        assert!((x[0] - 2.0).abs() < 1e-3 && (x[1] + 1.5).abs() < 1e-3, "{x:?}");
        assert_eq!(x[2], 0.0);
    }
}
