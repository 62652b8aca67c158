//! What people type, cleaned before it is stored, signed or logged.

/// Longest display name, in characters.
pub(crate) const NAME: usize = 64;
/// Longest message, in characters.
pub(crate) const MESSAGE: usize = 4000;
/// Longest identifier or idempotency key, in bytes.
pub(crate) const ID: usize = 128;
/// Longest address that mail can have, in bytes.
const EMAIL: usize = 254;

/// Characters that forge log lines (controls) or turn the reading direction of what follows (bidi).
fn harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name on one line: no control characters, white space collapsed, cut to [`NAME`] characters. May be empty.
pub(crate) fn name(text: &str) -> String {
    let plain: String = text.chars().map(|c| if harmful(c) { ' ' } else { c }).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(NAME).collect::<String>().trim_end().to_owned()
}

/// A message: line breaks and tabs stay, other control characters go. `None` if nothing is left or it is too long.
pub(crate) fn message(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    let kept = kept.trim();
    (!kept.is_empty() && kept.chars().count() <= MESSAGE).then(|| kept.to_owned())
}

/// Whether it can be an identifier at all.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID && !text.chars().any(char::is_control)
}

/// An e-mail address in lower case; `None` if it cannot be one.
pub(crate) fn email(text: &str) -> Option<String> {
    let address = text.trim().to_lowercase();
    let bad = |c: char| c.is_whitespace() || harmful(c) || "<>()[],;:\\\"".contains(c);
    let (local, domain) = address.rsplit_once('@')?;
    let domain_is_one = domain.split('.').all(|label| !label.is_empty());
    let good = address.len() <= EMAIL && !local.is_empty() && !local.contains('@') && domain_is_one;
    (good && !address.chars().any(bad)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::{email, message, name};

    #[test]
    fn names_cannot_forge_log_lines_or_turn_text_around() {
        assert_eq!(name("  Ada\r\n2026 INFO MOCK EMAIL\t x "), "Ada 2026 INFO MOCK EMAIL x");
        assert_eq!(name("a\u{202e}b\u{0}c"), "a b c");
        assert_eq!(name(&"ä".repeat(1000)).chars().count(), 64);
        assert_eq!(name("\u{1b}\u{7}"), "");
    }

    #[test]
    fn addresses_are_lower_case_and_bad_ones_refused() {
        assert_eq!(email(" User1@Test.COM ").as_deref(), Some("user1@test.com"));
        for bad in ["", "x", "@x", "x@", "a@b@c", "a b@c.d", "a@b..c", "a\n@b.c", "<a@b.c>", &"a@".repeat(200)] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn messages_keep_lines_and_lose_controls() {
        assert_eq!(message(" a\nb\u{0}\u{7}c ").as_deref(), Some("a\nbc"));
        assert_eq!(message(" \u{0} "), None);
        assert!(message(&"ж".repeat(4000)).is_some());
        assert_eq!(message(&"ж".repeat(4001)), None);
    }
}
