//! The library's log records, handed to `tracing` under the target `livekit` with everything secret taken out.

use super::{messages as pb, redact::redact};

/// The library explains a refused request by printing it whole, tokens and keys included.
const REFUSED: [&str; 2] = ["failed to handle request", "invalid request"];

/// Passes a batch on.
pub(super) fn emit(batch: &pb::LogBatch) {
    for record in &batch.records {
        let message = text(&record.message);
        let module = record.target.as_str();
        match record.level() {
            pb::LogLevel::LogError => tracing::error!(target: "livekit", module, "{message}"),
            pb::LogLevel::LogWarn => tracing::warn!(target: "livekit", module, "{message}"),
            pb::LogLevel::LogInfo => tracing::info!(target: "livekit", module, "{message}"),
            pb::LogLevel::LogDebug => tracing::debug!(target: "livekit", module, "{message}"),
            pb::LogLevel::LogTrace => tracing::trace!(target: "livekit", module, "{message}"),
        }
    }
}

fn text(message: &str) -> String {
    match REFUSED.iter().find(|start| message.contains(*start)) {
        Some(start) => format!("{start} [its content is left out]"),
        None => redact(message),
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_refused_request_is_never_printed() {
        let message = "failed to handle request ConnectRequest { url: \"ws://x\", token: \"abc.def\" }: bad";
        assert_eq!(text(message), "failed to handle request [its content is left out]");
    }

    #[test]
    fn other_records_keep_their_words() {
        assert_eq!(text("track subscribed: TR_1"), "track subscribed: TR_1");
    }
}
