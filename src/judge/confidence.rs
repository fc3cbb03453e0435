//! Confidence: the probability that a record's text is complete and clean.
//!
//! A logistic regression over how certain the two models were; its weights are fitted out of fold, on records whose
//! verdicts came from models that had not seen their portal.

/// How certain the models were of one document. Surprises are negative logarithms of probabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Certainty {
    /// Sum over segments of the surprise that the segment is body, or is not, as judged.
    pub segments: f64,
    /// The largest of them.
    pub worst_segment: f64,
    /// Sum over tokens looked at of the surprise that the token is body, or is not, as judged.
    pub spans: f64,
    /// The largest of them.
    pub worst_span: f64,
    /// Number of segments.
    pub count: usize,
}

/// Number of inputs of the regression, the constant included.
const INPUTS: usize = 6;

/// The weights of the regression.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calibration(pub [f64; INPUTS]);

impl Calibration {
    /// The probability that a document judged with that certainty came out complete and clean.
    #[must_use]
    pub fn probability(&self, certainty: &Certainty) -> f64 {
        let sum: f64 = self.0.iter().zip(inputs(certainty)).map(|(weight, input)| weight * input).sum();
        1.0 / (1.0 + (-sum).exp())
    }

    /// Fits the weights to documents of which it is known whether they came out complete and clean.
    ///
    /// Newton's method on the likelihood with a slight L2 penalty; deterministic.
    #[must_use]
    pub fn fit(examples: &[(Certainty, bool)]) -> Calibration {
        let mut weights = [0.0; INPUTS];
        for _ in 0..50 {
            let mut gradient = weights.map(|weight| -1e-3 * weight);
            let mut curvature = [[0.0; INPUTS]; INPUTS];
            for (i, row) in curvature.iter_mut().enumerate() {
                row[i] = 1e-3;
            }
            for (certainty, perfect) in examples {
                let x = inputs(certainty);
                let p = Calibration(weights).probability(certainty);
                let error = f64::from(u8::from(*perfect)) - p;
                for i in 0..INPUTS {
                    gradient[i] += error * x[i];
                    for j in 0..INPUTS {
                        curvature[i][j] += p * (1.0 - p) * x[i] * x[j];
                    }
                }
            }
            let step = solve(curvature, gradient);
            for (weight, step) in weights.iter_mut().zip(step) {
                *weight += step;
            }
            if step.iter().all(|step| step.abs() < 1e-9) {
                break;
            }
        }
        Calibration(weights)
    }
}

fn inputs(certainty: &Certainty) -> [f64; INPUTS] {
    [
        1.0,
        (certainty.segments + 1e-4).ln(),
        (certainty.spans + 1e-4).ln(),
        certainty.worst_segment.min(5.0),
        certainty.worst_span.min(5.0),
        (certainty.count as f64 + 1.0).ln(),
    ]
}

/// Solves a small symmetric positive definite system by elimination.
fn solve(mut matrix: [[f64; INPUTS]; INPUTS], mut right: [f64; INPUTS]) -> [f64; INPUTS] {
    for i in 0..INPUTS {
        let pivot = matrix[i];
        for j in i + 1..INPUTS {
            let factor = matrix[j][i] / pivot[i];
            for k in i..INPUTS {
                matrix[j][k] -= factor * pivot[k];
            }
            right[j] -= factor * right[i];
        }
    }
    let mut found = [0.0; INPUTS];
    for i in (0..INPUTS).rev() {
        let known: f64 = (i + 1..INPUTS).map(|j| matrix[i][j] * found[j]).sum();
        found[i] = (right[i] - known) / matrix[i][i];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Calibration, Certainty};

    #[test]
    fn fitted_probabilities_are_the_shares_observed() {
        let sure = Certainty { segments: 0.01, spans: 0.01, worst_segment: 0.01, worst_span: 0.01, count: 10 };
        let unsure = Certainty { segments: 2.0, worst_segment: 0.9, ..sure };
        let examples: Vec<_> = (0..100).flat_map(|i| [(sure, i % 10 != 0), (unsure, i % 10 < 3)]).collect();
        let calibration = Calibration::fit(&examples);
        assert!((calibration.probability(&sure) - 0.9).abs() < 0.02);
        assert!((calibration.probability(&unsure) - 0.3).abs() < 0.02);
    }
}
