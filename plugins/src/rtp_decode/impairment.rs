//! How codecs impair speech (ITU-T G.113, appendix I).

/// What a codec does to speech, in the terms of the E-model (ITU-T G.107).
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Impairment {
    /// Equipment impairment factor without loss, Ie.
    pub(crate) factor: f64,
    /// Packet-loss robustness factor, Bpl.
    pub(crate) robustness: f64,
}

/// The values of ITU-T G.113, appendix I, for codecs of narrow-band telephony, those of G.711 with the concealment of its appendix I or
/// without any. None where there are no values for random loss.
pub(crate) fn impairment(name: &str, conceals: bool) -> Option<Impairment> {
    let (factor, robustness) = match name.to_ascii_uppercase().as_str() {
        "PCMU" | "PCMA" => (0.0, if conceals { 25.1 } else { 4.3 }),
        // G.729A with silence suppression.
        "G729" => (11.0, 19.0),
        // At 6.3 kbit/s with silence suppression.
        "G723" => (15.0, 16.1),
        "GSM-EFR" => (5.0, 10.0),
        _ => return None,
    };
    Some(Impairment { factor, robustness })
}

#[cfg(test)]
mod tests {
    use super::impairment;

    #[test]
    fn what_is_not_known_has_no_impairment() {
        assert_eq!(impairment("pcmu", true).map(|i| i.robustness), Some(25.1));
        assert_eq!(impairment("PCMA", false).map(|i| i.robustness), Some(4.3));
        assert_eq!(impairment("OPUS", true), None);
    }
}
