//! Arithmetic on rows of numbers, one per label, in a shape that compilers turn into vector instructions.
//!
//! Rows are padded to a multiple of [`LANES`]. Nothing depends on the machine: no call into the system's mathematics.

/// Rows are padded to a multiple of so many labels, for the processor's sake.
pub(super) const LANES: usize = 8;

/// There are never more labels than this.
pub(super) const MAX_LABELS: usize = 64;

/// The product of a row with a matrix of padded rows.
///
/// What is less likely than `least` times the likeliest adds next to nothing, and is left out.
pub(super) fn product(row: &[f32], matrix: &[f32], products: &mut [f32], least: f32) {
    match products.len() {
        8 => sum_rows::<8>(row, matrix, products, least),
        16 => sum_rows::<16>(row, matrix, products, least),
        24 => sum_rows::<24>(row, matrix, products, least),
        width => {
            products.fill(0.0);
            for (weight, factors) in row.iter().zip(matrix.chunks_exact(width.max(1))) {
                products.iter_mut().zip(factors).for_each(|(product, factor)| *product += weight * factor);
            }
        }
    }
}

/// The same for rows of `W` numbers, few enough to stay in registers. Loops over arrays, which the compiler turns into vector
/// instructions.
fn sum_rows<const W: usize>(row: &[f32], matrix: &[f32], products: &mut [f32], least: f32) {
    let least = row.iter().copied().fold(0.0, f32::max) * least;
    let mut total = [0.0f32; W];
    for (weight, factors) in row.iter().zip(matrix.as_chunks::<W>().0) {
        if *weight > least {
            for lane in 0..W {
                total[lane] += weight * factors[lane];
            }
        }
    }
    products.copy_from_slice(&total);
}

/// Scales a row so that it sums to one.
pub(super) fn normalise(row: &mut [f32]) {
    let sum: f32 = row.iter().sum();
    let scale = 1.0 / if sum > 0.0 { sum } else { f32::MIN_POSITIVE };
    row.iter_mut().for_each(|value| *value *= scale);
}

/// Replaces the scores of some labels by their exponentials, the highest by 1; what pads the row by 0.
pub(super) fn exponentials(row: &mut [f32], labels: usize) {
    let Some(scores) = row.get(..labels) else { return };
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|value| *value = exponential(*value - highest));
    row.iter_mut().skip(labels).for_each(|value| *value = 0.0);
}

/// The exponential of a number that is not above 0, to seven digits.
///
/// A power of two for the whole part and a polynomial for the rest (Cephes, `expf`), without branches, so that the compiler
/// turns rows of it into vector instructions; and the same on every machine, which what systems provide is not.
#[inline]
fn exponential(x: f32) -> f32 {
    // Adding this rounds to a whole number, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // Nothing is closer to 0, so that products stay normal numbers, which are much faster.
    let x = x.clamp(LEAST_EXPONENT, 0.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let tail = 1.987_569_1e-4f32;
    let tail = tail * rest + 1.398_199_9e-3;
    let tail = tail * rest + 8.333_452e-3;
    let tail = tail * rest + 4.166_579_6e-2;
    let tail = tail * rest + 1.666_666_5e-1;
    let tail = tail * rest + 0.5;
    let power = tail * rest * rest + rest + 1.0;
    let bits = shifted.to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    f32::from_bits(power.to_bits().wrapping_add(bits))
}

/// The exponential of this stands for 0.
const LEAST_EXPONENT: f32 = -60.0;

#[cfg(test)]
mod tests {
    use super::exponentials;

    #[test]
    fn exponentials_are_those_of_the_books() {
        let mut row: Vec<f32> = (0..64).map(|i| -(i as f32) * 0.937).collect();
        row.resize(72, 5.0);
        let exact: Vec<f64> = row.iter().map(|x| f64::from(*x).exp()).collect();
        exponentials(&mut row, 64);
        for (got, want) in row.iter().zip(exact).take(64) {
            assert!((f64::from(*got) / want - 1.0).abs() < 1e-6, "{got} {want}");
        }
        assert_eq!(row[64..], [0.0; 8]);
    }
}
