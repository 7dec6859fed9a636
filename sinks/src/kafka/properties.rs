//! Properties of librdkafka: ours, those of a file, those of the user.

use std::fs;
use std::path::Path;

use flowz_api::sink::SinkError;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};

use super::toggles::KafkaToggles;

/// All properties; the user's win.
pub(super) fn config(toggles: &KafkaToggles) -> Result<ClientConfig, SinkError> {
    let mut config = ClientConfig::new();
    config.set_log_level(RDKafkaLogLevel::Error);
    let patience = (u64::from(toggles.patience) * 1000).to_string();
    let in_step = toggles.acks == 2;
    let acks = if in_step { "all".to_owned() } else { toggles.acks.to_string() };
    let compression = ["none", "lz4", "snappy"].get(usize::from(toggles.compression));
    for (name, value) in [
        ("bootstrap.servers", toggles.servers.secret()),
        ("client.id", "flowz"),
        ("acks", &acks),
        ("compression.codec", compression.unwrap_or(&"none")),
        ("message.timeout.ms", &patience),
        // Retries are without doubles only where the broker numbers the messages of a producer.
        ("enable.idempotence", if in_step { "true" } else { "false" }),
        ("message.send.max.retries", if in_step { "2147483647" } else { "0" }),
        // As clients in Java choose partitions.
        ("partitioner", "murmur2_random"),
        ("reconnect.backoff.max.ms", "2000"),
        ("batch.size", "1000000"),
        ("queue.buffering.max.messages", "1000000"),
        ("queue.buffering.max.kbytes", "1048576"),
    ] {
        config.set(name, value);
    }
    if !toggles.config.is_empty() {
        let path = Path::new(&toggles.config);
        let text = fs::read_to_string(path).map_err(|error| SinkError::io("read", path, error))?;
        for (number, line) in text.lines().enumerate() {
            let place = || format!("line {} of '{}'", number + 1, path.display());
            set(&mut config, line, place)?;
        }
    }
    for (number, pair) in toggles.properties.secret().split(',').enumerate() {
        set(&mut config, pair, || format!("item {} of KAFKA_PROPERTIES", number + 1))?;
    }
    Ok(config)
}

/// Sets `NAME=VALUE`; empty lines and comments are passed over. What is wrong is not shown, it may be a password.
fn set(config: &mut ClientConfig, pair: &str, place: impl Fn() -> String) -> Result<(), SinkError> {
    let pair = pair.trim();
    if pair.is_empty() || pair.starts_with('#') {
        return Ok(());
    }
    let Some((name, value)) = pair.split_once('=') else {
        return Err(SinkError::Settings(format!("{} is not NAME=VALUE", place())));
    };
    config.set(name.trim(), value.trim());
    Ok(())
}
