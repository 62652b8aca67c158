//! Whether a secret is one.

use std::collections::BTreeSet;

/// HS256 needs a key as long as its hash.
const LENGTH: usize = 32;
/// A key with fewer different characters was not made by a generator.
const VARIETY: usize = 10;
/// Words of examples and templates, as they stand in a key that nobody replaced.
const PLACEHOLDERS: [&str; 12] = [
    "changeme",
    "change-me",
    "change_me",
    "change-this",
    "change_this",
    "replace",
    "your-secret",
    "your_secret",
    "yoursecret",
    "placeholder",
    "example",
    "secretkey",
];

/// What is wrong with it, as the end of a sentence that begins with "it".
pub(super) fn weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_ascii_lowercase();
    if PLACEHOLDERS.iter().any(|word| lower.contains(word)) || lower == "secret" || lower == "devkey" {
        return Some("it is a placeholder from an example: take 32 random characters or more");
    }
    let variety = secret.chars().collect::<BTreeSet<_>>().len();
    (secret.len() < LENGTH || variety < VARIETY).then_some("it is too weak: take 32 random characters or more")
}

#[cfg(test)]
mod tests {
    use super::weakness;

    #[test]
    fn short_even_and_well_known_secrets_are_weak() {
        for weak in [
            "",
            "secret",
            "devkey",
            "short",
            &"ab".repeat(40),
            "your-secret-key-change-in-production-0123456789",
            "CHANGEME-0123456789abcdefghijklmnop",
        ] {
            assert!(weakness(weak).is_some(), "{weak}");
        }
        assert_eq!(weakness("3b9fD-kq0Zt7Wm2xYc5RjE8vLs1UaHgP"), None);
    }
}
