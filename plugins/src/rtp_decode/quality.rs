//! Quality of speech by the E-model (ITU-T G.107).
//!
//! Assumed is what the model has as default values: together 93.2 for basic signal-to-noise ratio and impairments that come with the signal. No
//! delay is taken into account, since a capture does not show that of the devices: `Id` is 0, and so is the advantage factor. What
//! did not come to the place of the capture is lost, at random (burst ratio 1); packets that come too late for a device's buffer are not.
//! Ie and Bpl are those of the codec by ITU-T G.113, appendix I; codecs without such values have no quality here.

use super::impairment::Impairment;

/// Default transmission rating without equipment and delay.
const BASIC: f64 = 93.2;
/// Largest impairment by equipment and loss.
const MOST: f64 = 95.0;

/// Rating and opinion.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Quality {
    /// Transmission rating factor, R.
    pub(crate) rating: f64,
    /// Mean opinion score as the model estimates it, for conversation.
    pub(crate) opinion: f64,
}

/// The quality of a codec with this part of the packets lost.
pub(crate) fn quality(codec: Impairment, loss: f64) -> Quality {
    let percent = loss.clamp(0.0, 1.0) * 100.0;
    // Section 7.5, with a burst ratio of 1.
    let effective = codec.factor + (MOST - codec.factor) * percent / (percent + codec.robustness);
    let rating = (BASIC - effective).clamp(0.0, 100.0);
    Quality { rating, opinion: opinion(rating) }
}

/// Annex B.
fn opinion(rating: f64) -> f64 {
    let estimated = 1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6;
    estimated.clamp(1.0, 4.5)
}

#[cfg(test)]
mod tests {
    use super::super::impairment::impairment;
    use super::{opinion, quality};

    #[test]
    fn known_ratings() {
        let g711 = impairment("PCMU", true).expect("it is known");
        let clean = quality(g711, 0.0);
        assert!((clean.rating - 93.2).abs() < 1e-9 && (clean.opinion - 4.41).abs() < 0.005);
        // 95 * 5 / 30.1 are 15.78.
        assert!((quality(g711, 0.05).rating - 77.42).abs() < 0.005);
        let g729 = impairment("G729", true).expect("it is known");
        assert!((quality(g729, 0.0).rating - 82.2).abs() < 1e-9);
        assert!((quality(g729, 0.01).rating - 78.0).abs() < 0.005);
    }

    #[test]
    fn opinions_stay_within_bounds() {
        for (rating, expected) in [(0.0, 1.0), (5.0, 1.0), (50.0, 2.575), (100.0, 4.5)] {
            assert!((opinion(rating) - expected).abs() < 1e-9, "{rating}");
        }
        let g711 = impairment("PCMU", false).expect("it is known");
        assert_eq!(quality(g711, 7.0).opinion, quality(g711, 1.0).opinion);
        assert_eq!(quality(g711, -1.0).rating, quality(g711, 0.0).rating);
    }
}
