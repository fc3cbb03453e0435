//! The weights file: everything that was learned, in one small binary file.
//!
//! Layout, all numbers little-endian: the magic, then the model of segments, those of pages' segments, the kinds of spans,
//! the model of spans, and the calibrations of confidence. A model is its number of labels, its transitions as `f32`, a scale,
//! and its features sorted by hash, each with its weights as 16-bit multiples of the scale.

use std::path::Path;

use super::confidence::Calibration;
use super::crf::NEVER;
use super::train::learn::Weights;
use crate::article::Kind;

const MAGIC: &[u8; 8] = b"kupas-w4";

/// The weights that come with the crate.
static BUILTIN: &[u8] = include_bytes!("../../models/kupas.bin");

fn no_builtin() -> WeightsError {
    WeightsError::Format { path: "models/kupas.bin".to_owned() }
}

/// What was learned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// The model of segments; its labels are those of [`Kind::ALL`].
    pub segments: Weights,
    /// The model of segments of pages in any language, which knows elements as well; its labels are the same.
    pub general: Weights,
    /// The model of segments of pages in the project's own languages, which knows elements as well; its labels are the same.
    pub pages: Weights,
    /// The kinds that the model of spans knows: label 0 is body, then one label a kind.
    pub span_kinds: Vec<Kind>,
    /// The model of spans.
    pub spans: Weights,
    /// From the models' own certainty to confidence.
    pub calibration: Calibration,
    /// The same for pages.
    pub page_calibration: Calibration,
}

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It cannot be read.
    #[error("cannot read the weights in {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not a weights file, or not a whole one.
    #[error("{path} holds no weights of this version; make them with `kupas train`")]
    Format {
        /// The file.
        path: String,
    },
}

impl Learned {
    /// The weights that come with the crate.
    ///
    /// # Errors
    /// None in a build whose `models` folder is whole.
    pub fn builtin() -> Result<Learned, WeightsError> {
        Learned::from_bytes(BUILTIN).ok_or_else(no_builtin)
    }

    /// The weights in a file.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Learned, WeightsError> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| WeightsError::Read { path: shown.clone(), source })?;
        Learned::from_bytes(&bytes).ok_or(WeightsError::Format { path: shown })
    }

    /// The weights that [`Learned::to_bytes`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Learned> {
        let (learned, general, pages) = Learned::without_pages(bytes)?;
        Some(Learned { general: general.read()?, pages: pages.read()?, ..learned })
    }

    /// The same as [`Learned::builtin`] and [`Learned::from_bytes`], but that the models of pages are left to be read: the
    /// general one and that of the project's own languages.
    ///
    /// # Errors
    /// None in a build whose `models` folder is whole.
    pub(super) fn builtin_without_pages() -> Result<(Learned, Written<'static>, Written<'static>), WeightsError> {
        Learned::without_pages(BUILTIN).ok_or_else(no_builtin)
    }

    fn without_pages(bytes: &[u8]) -> Option<(Learned, Written<'_>, Written<'_>)> {
        let mut input = Input { rest: bytes.strip_prefix(MAGIC)? };
        let segments = input.model()?.read()?;
        let general = input.model()?;
        let pages = input.model()?;
        let mut span_kinds = Vec::new();
        for _ in 0..input.byte()? {
            span_kinds.push(Kind::ALL.get(usize::from(input.byte()?)).copied()?);
        }
        let spans = input.model()?.read()?;
        let mut calibrations = [Calibration::default(); 2];
        for weight in calibrations.iter_mut().flat_map(|calibration| &mut calibration.0) {
            *weight = f64::from(input.float()?);
        }
        let [calibration, page_calibration] = calibrations;
        let fits = segments.labels == Kind::ALL.len()
            && general.labels == segments.labels
            && pages.labels == segments.labels
            && spans.labels == 1 + span_kinds.len();
        let learned = Learned { segments, span_kinds, spans, calibration, page_calibration, ..Learned::default() };
        (fits && input.rest.is_empty()).then_some((learned, general, pages))
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        write_model(&self.segments, &mut bytes);
        write_model(&self.general, &mut bytes);
        write_model(&self.pages, &mut bytes);
        bytes.push(self.span_kinds.len() as u8);
        bytes.extend(self.span_kinds.iter().map(|kind| *kind as u8));
        write_model(&self.spans, &mut bytes);
        for weight in self.calibration.0.into_iter().chain(self.page_calibration.0) {
            bytes.extend((weight as f32).to_le_bytes());
        }
        bytes
    }
}

fn write_model(weights: &Weights, bytes: &mut Vec<u8>) {
    bytes.push(weights.labels as u8);
    for weight in &weights.transitions {
        bytes.extend(weight.to_le_bytes());
    }
    let largest = weights.entries.iter().fold(0.0f32, |most, (_, _, weight)| most.max(weight.abs()));
    let scale = (largest / f32::from(i16::MAX)).max(f32::MIN_POSITIVE);
    bytes.extend(scale.to_le_bytes());
    let mut features: Vec<(u32, Vec<(u8, i16)>)> = Vec::new();
    for (feature, label, weight) in &weights.entries {
        let quantised = (weight / scale).round() as i16;
        if quantised == 0 {
            continue;
        }
        match features.last_mut() {
            Some((last, list)) if last == feature => list.push((*label, quantised)),
            _ => features.push((*feature, vec![(*label, quantised)])),
        }
    }
    bytes.extend((features.len() as u32).to_le_bytes());
    for (feature, list) in features {
        bytes.extend(feature.to_le_bytes());
        bytes.push(list.len() as u8);
        for (label, weight) in list {
            bytes.push(label);
            bytes.extend(weight.to_le_bytes());
        }
    }
}

/// A model as it stands in a file: whole, but not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    labels: usize,
    transitions: &'a [[u8; 4]],
    scale: f32,
    features: &'a [u8],
    /// How many weights the features have in all.
    weights: usize,
}

impl Written<'_> {
    /// The model; `None` if one of its numbers is none, or too large to be a weight.
    pub(super) fn read(&self) -> Option<Weights> {
        let transition = |bytes: &[u8; 4]| finite(*bytes).filter(|weight| *weight <= MOST_TRANSITION);
        let transitions = self.transitions.iter().map(|bytes| Some(transition(bytes)?.max(NEVER)));
        let transitions = transitions.collect::<Option<Vec<f32>>>()?;
        if (self.scale * f32::from(i16::MIN)).abs() > MOST_WEIGHT {
            return None;
        }
        let mut entries = Vec::with_capacity(self.weights);
        let mut rest = self.features;
        while let Some((feature, weights, behind)) = split_feature(rest) {
            let weight = |[label, low, high]: &Entry| {
                (feature, *label, f32::from(i16::from_le_bytes([*low, *high])) * self.scale)
            };
            entries.extend(weights.iter().map(weight));
            rest = behind;
        }
        Some(Weights { labels: self.labels, entries, transitions })
    }
}

/// Exponentials of larger transitions are beyond single precision, and a feature that weighs more outweighs what constraints say.
const MOST_TRANSITION: f32 = 80.0;
const MOST_WEIGHT: f32 = 1.0e4;

/// A label, and the two bytes of its weight.
type Entry = [u8; 3];

/// The feature that bytes begin with, its labels with their weights, and what follows.
#[inline]
fn split_feature(bytes: &[u8]) -> Option<(u32, &[Entry], &[u8])> {
    let ([a, b, c, d, count], rest) = bytes.split_first_chunk()?;
    let (weights, rest) = rest.split_at_checked(3 * usize::from(*count))?;
    Some((u32::from_le_bytes([*a, *b, *c, *d]), weights.as_chunks().0, rest))
}

fn finite(bytes: [u8; 4]) -> Option<f32> {
    Some(f32::from_le_bytes(bytes)).filter(|value| value.is_finite())
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|bytes| bytes[0])
    }

    fn float(&mut self) -> Option<f32> {
        self.take().and_then(finite)
    }

    fn model(&mut self) -> Option<Written<'a>> {
        let labels = usize::from(self.byte()?);
        let (transitions, rest) = self.rest.split_at_checked(4 * labels * labels)?;
        self.rest = rest;
        let scale = self.float()?;
        let count = u32::from_le_bytes(self.take()?);
        let (mut behind, mut all) = (self.rest, 0);
        for _ in 0..count {
            let (_, weights, rest) = split_feature(behind)?;
            (behind, all) = (rest, all + weights.len());
        }
        let features = self.rest.get(..self.rest.len() - behind.len())?;
        self.rest = behind;
        Some(Written { labels, transitions: transitions.as_chunks().0, scale, features, weights: all })
    }
}

#[cfg(test)]
mod tests {
    use super::Learned;
    use crate::article::Kind;
    use crate::judge::confidence::Calibration;
    use crate::judge::train::learn::Weights;

    #[test]
    fn models_of_pages_can_be_read_later() {
        let (learned, general, pages) = Learned::builtin_without_pages().unwrap();
        assert_eq!((&learned.general, &learned.pages), (&Weights::default(), &Weights::default()));
        let whole = Learned { general: general.read().unwrap(), pages: pages.read().unwrap(), ..learned };
        assert!(!whole.general.entries.is_empty() && !whole.pages.entries.is_empty());
        assert_eq!(whole, Learned::builtin().unwrap());
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let mut transitions = vec![0.0; 23 * 23];
        transitions[5] = -1.5;
        let learned = Learned {
            segments: Weights {
                labels: 23,
                entries: vec![(7, 0, 3.0), (7, 22, -1.5), (9, 3, 0.75)],
                transitions: transitions.clone(),
            },
            general: Weights { labels: 23, entries: vec![(8, 1, -0.5)], transitions: transitions.clone() },
            pages: Weights { labels: 23, entries: vec![(8, 1, -0.5)], transitions },
            span_kinds: vec![Kind::Dateline],
            spans: Weights { labels: 2, entries: vec![], transitions: vec![0.0; 4] },
            calibration: Calibration::default(),
            page_calibration: Calibration::default(),
        };
        let bytes = learned.to_bytes();
        let read = Learned::from_bytes(&bytes).expect("it was just written");
        assert_eq!(read.segments.transitions, learned.segments.transitions);
        for (got, want) in read.segments.entries.iter().zip(&learned.segments.entries) {
            assert_eq!((got.0, got.1), (want.0, want.1));
            assert!((got.2 - want.2).abs() < 1e-3);
        }
        let with_transition = |weight: f32| {
            let mut learned = learned.clone();
            learned.spans.transitions[1] = weight;
            Learned::from_bytes(&learned.to_bytes())
        };
        assert!(with_transition(-1e30).is_some() && with_transition(20.0).is_some(), "constraints and usual weights");
        assert!([1e3, f32::INFINITY, f32::NAN].iter().all(|weight| with_transition(*weight).is_none()));
        let with_weight = |weight: f32| {
            let spans = Weights { entries: vec![(1, 1, weight)], ..learned.spans.clone() };
            Learned::from_bytes(&Learned { spans, ..learned.clone() }.to_bytes())
        };
        assert!(with_weight(500.0).is_some() && with_weight(1e7).is_none() && with_weight(f32::INFINITY).is_none());
        for cut in 0..bytes.len() {
            assert!(Learned::from_bytes(&bytes[..cut]).is_none(), "{cut} bytes");
        }
        assert!(Learned::from_bytes(b"{}").is_none());
    }
}
