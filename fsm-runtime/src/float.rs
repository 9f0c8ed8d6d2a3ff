//! Floats in snapshots: JSON, as other formats for people, has no notation for a float that is not finite.
//!
//! In a format for people such a float is written as a text, as Rust has it: `inf`, `-inf`, `NaN`. All other floats, and all
//! floats in binary formats, are written as floats.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Writes a float, or one that may be missing.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<F: Float, S: Serializer>(float: &F, serializer: S) -> Result<S::Ok, S::Error> {
    float.saved().serialize(serializer)
}

/// Reads what [`serialize`] has written.
///
/// # Errors
///
/// Those of the deserializer; or if what stands there is no float.
pub fn deserialize<'de, F: Float, D: Deserializer<'de>>(deserializer: D) -> Result<F, D::Error> {
    F::Saved::deserialize(deserializer).map(F::of_saved)
}

/// A float, or one that may be missing.
pub trait Float: Copy {
    /// What it is saved as.
    type Saved: Serialize + for<'de> Deserialize<'de>;

    /// As it is saved.
    fn saved(self) -> Self::Saved;

    /// As it was saved.
    fn of_saved(saved: Self::Saved) -> Self;
}

impl Float for f64 {
    type Saved = Saved;

    fn saved(self) -> Saved {
        Saved(self)
    }

    fn of_saved(Saved(float): Saved) -> Self {
        float
    }
}

impl Float for Option<f64> {
    type Saved = Option<Saved>;

    fn saved(self) -> Option<Saved> {
        self.map(Saved)
    }

    fn of_saved(saved: Option<Saved>) -> Self {
        saved.map(|Saved(float)| float)
    }
}

/// A float as it stands in a snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Saved(f64);

impl Serialize for Saved {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Saved(float) = self;
        if float.is_finite() || !serializer.is_human_readable() {
            serializer.serialize_f64(*float)
        } else {
            serializer.collect_str(float)
        }
    }
}

impl<'de> Deserialize<'de> for Saved {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(FloatOrText)
        } else {
            f64::deserialize(deserializer).map(Saved)
        }
    }
}

/// Reads a float, or the text of one.
struct FloatOrText;

impl de::Visitor<'_> for FloatOrText {
    type Value = Saved;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a float, or the text `inf`, `-inf` or `NaN`")
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Saved, E> {
        Ok(Saved(float))
    }

    // Many formats write a whole number without a point.
    #[expect(clippy::cast_precision_loss, reason = "what stands there was a float, or is read as the nearest one")]
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Saved, E> {
        Ok(Saved(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "what stands there was a float, or is read as the nearest one")]
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Saved, E> {
        Ok(Saved(number as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Saved, E> {
        text.parse().map(Saved).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
