//! Arithmetic on rows of numbers, one per label, in a shape that compilers turn into vector instructions.
//!
//! Rows are padded to a multiple of [`LANES`]. Nothing depends on the machine: no call into the system's mathematics.

/// Rows are padded to a multiple of so many labels, for the processor's sake.
pub(super) const LANES: usize = 8;

/// There are never more labels than this.
pub(super) const MAX_LABELS: usize = 64;

/// So many numbers of a row are taken at a time where the whole row becomes one number.
const STRIDE: usize = 4;

/// How many numbers a row for so many labels has: one of a few, so that loops over rows are loops over arrays.
pub(super) const fn width(labels: usize) -> usize {
    match labels.next_multiple_of(LANES) {
        0 => LANES,
        width @ 1..=24 => width,
        _ => MAX_LABELS,
    }
}

/// The product of a row with a matrix of rows, one per label.
///
/// It is not inlined, as are others here: between other operations on rows, compilers fill vectors less well.
#[inline(never)]
pub(super) fn product<const W: usize>(row: &[f32; W], matrix: &[[f32; W]]) -> [f32; W] {
    let mut total = [0.0f32; W];
    for (weight, factors) in row.iter().zip(matrix) {
        for lane in 0..W {
            total[lane] += weight * factors[lane];
        }
    }
    total
}

/// Multiplies a row by another, number by number.
#[inline]
pub(super) fn multiply<const W: usize>(row: &mut [f32; W], factors: &[f32; W]) {
    for lane in 0..W {
        row[lane] *= factors[lane];
    }
}

/// Scales a row so that it sums to one.
#[inline(never)]
pub(super) fn normalise<const W: usize>(row: &mut [f32; W]) {
    let mut lanes = [0.0f32; STRIDE];
    for values in row.as_chunks::<STRIDE>().0 {
        for lane in 0..STRIDE {
            lanes[lane] += values[lane];
        }
    }
    let sum: f32 = lanes.iter().sum();
    let scale = 1.0 / if sum > 0.0 { sum } else { f32::MIN_POSITIVE };
    row.iter_mut().for_each(|value| *value *= scale);
}

/// Whether two rows are as good as the same.
#[inline]
pub(super) fn is_same<const W: usize>(a: &[f32; W], b: &[f32; W]) -> bool {
    let mut differs = false;
    for lane in 0..W {
        differs |= (a[lane] - b[lane]).abs() > SAME;
    }
    !differs
}

/// So little makes no difference to any verdict.
const SAME: f32 = 1e-6;

/// The highest number of a row.
#[inline]
fn highest<const W: usize>(row: &[f32; W]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; STRIDE];
    for values in row.as_chunks::<STRIDE>().0 {
        for lane in 0..STRIDE {
            lanes[lane] = if values[lane] > lanes[lane] { values[lane] } else { lanes[lane] };
        }
    }
    lanes.into_iter().fold(f32::NEG_INFINITY, |highest, value| if value > highest { value } else { highest })
}

/// The exponentials of scores, of the highest 1.
#[inline(never)]
pub(super) fn exponentials<const W: usize>(scores: &[f32; W]) -> [f32; W] {
    let highest = highest(scores);
    let mut row = *scores;
    row.iter_mut().for_each(|value| *value = exponential(*value - highest));
    row
}

/// The exponential of a number that is not above 0, to seven digits.
///
/// A power of two for the whole part and a polynomial for the rest (Cephes, `expf`), without branches, so that the compiler
/// turns rows of it into vector instructions; and the same on every machine, which what systems provide is not.
#[inline]
fn exponential(x: f32) -> f32 {
    // Adding this rounds to a whole number, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // Nothing is closer to 0, so that products of several stay normal numbers, which are much faster.
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
const LEAST_EXPONENT: f32 = -30.0;

#[cfg(test)]
mod tests {
    use super::{exponentials, is_same, normalise, product, width};

    #[test]
    fn exponentials_are_those_of_the_books() {
        let scores: [f32; 64] = std::array::from_fn(|i| 3.0 - i as f32 * 0.437);
        for (got, score) in exponentials(&scores).iter().zip(scores) {
            assert!((f64::from(*got) / f64::from(score - 3.0).exp() - 1.0).abs() < 1e-6, "{got} {score}");
        }
    }

    #[test]
    fn rows_are_as_wide_as_the_labels_need() {
        assert_eq!([0, 1, 8, 9, 16, 23, 25, 64].map(width), [8, 8, 8, 16, 16, 24, 64, 64]);
    }

    #[test]
    fn rows_are_multiplied_and_scaled() {
        let mut row = [0.5, 0.25, 0.25, 7.0, 0.0, 0.0, 0.0, 0.0];
        let matrix = [[1.0; 8], [2.0; 8], [4.0; 8]];
        assert_eq!(product(&row, &matrix), [2.0; 8]);
        normalise(&mut row);
        assert_eq!(row[..4], [0.0625, 0.03125, 0.03125, 0.875]);
        assert!(is_same(&row, &row.map(|value| value + 1e-7)));
        assert!(!is_same(&row, &row.map(|value| value + 1e-5)));
    }
}
