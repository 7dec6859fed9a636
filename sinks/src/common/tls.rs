//! Whom sinks that speak TLS trust.

use std::path::Path;
use std::sync::Arc;

use flowz_api::sink::SinkError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The certificates of the authorities that are trusted: those of a file (PEM) if there is one, else those of the system.
pub(crate) fn authorities(file: &str) -> Result<Vec<CertificateDer<'static>>, SinkError> {
    if file.is_empty() {
        return Ok(rustls_native_certs::load_native_certs().certs);
    }
    let refused = |why: &str| {
        SinkError::Settings(format!("cannot read certificates (PEM) from '{file}': {why}"))
    };
    let all = CertificateDer::pem_file_iter(Path::new(file));
    let all = all.map_err(|error| refused(&error.to_string()))?;
    let all: Vec<_> = all.collect::<Result<_, _>>().map_err(|error| refused(&error.to_string()))?;
    if all.is_empty() { Err(refused("it has none")) } else { Ok(all) }
}

/// The library's cryptography.
pub(crate) fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::authorities;
    use crate::test_support::TempDir;

    #[test]
    fn files_without_certificates_are_refused() {
        let dir = TempDir::new("tls-authorities");
        let told = |path: &str| authorities(path).unwrap_err().to_string();
        assert!(
            told("/no/such/file")
                .starts_with("cannot read certificates (PEM) from '/no/such/file'")
        );
        fs::write(dir.path("empty"), "nothing\n").unwrap();
        assert!(told(&dir.path("empty").display().to_string()).ends_with("it has none"));
    }
}
