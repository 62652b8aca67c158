//! What people type, cleaned before it is stored, signed or logged.

/// Longest display name, in characters.
pub(crate) const NAME: usize = 64;
/// Longest message, in characters.
pub(crate) const MESSAGE: usize = 4000;
/// Longest identifier or idempotency key, in bytes.
pub(crate) const ID: usize = 128;
/// Longest description of a device, in characters.
pub(crate) const DEVICE: usize = 120;
/// Longest address that mail can have, in bytes.
const EMAIL: usize = 254;

/// Characters that forge log lines (controls) or turn the reading direction of what follows (bidi).
fn harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name on one line: no control characters, white space collapsed, cut to [`NAME`] characters. May be empty.
pub(crate) fn name(text: &str) -> String {
    line(text, NAME)
}

/// As [`name`], cut to that many characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if harmful(c) { ' ' } else { c }).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(most).collect::<String>().trim_end().to_owned()
}

/// Characters that turn the reading direction and go on turning it beyond the text they stand in. Arabic and Hebrew do
/// not need them; the marks U+200E and U+200F, which some keyboards write, turn nothing and are harmless in a message.
fn turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Shows nothing by itself.
fn invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Text of several lines: line breaks and tabs stay, other control characters and [`turning`] ones go.
pub(crate) fn lines(text: &str) -> String {
    let kept: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || turning(*c))).collect();
    kept.trim().to_owned()
}

/// A message, cleaned as [`lines`] does. `None` if nothing to be seen is left or it is too long.
pub(crate) fn message(text: &str) -> Option<String> {
    let kept = lines(text);
    (!kept.chars().all(invisible) && kept.chars().count() <= MESSAGE).then_some(kept)
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

/// A telephone number as E.164 (ITU-T): `+`, then 8 to 15 digits. Spaces, dots, dashes and brackets are left out.
pub(crate) fn phone(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let digits = kept.strip_prefix('+')?;
    let good = (8..=15).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0');
    good.then_some(kept)
}

/// The digits of a code that a person typed, with or without gaps.
pub(crate) fn code(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(ID).collect()
}

#[cfg(test)]
mod tests {
    use super::{MESSAGE, code, email, lines, message, name, phone, turning};
    use proptest::{prop_assert, prop_assert_eq, proptest};

    #[test]
    fn numbers_are_e164_or_refused() {
        assert_eq!(phone(" +49 (151) 234-567.89").as_deref(), Some("+4915123456789"));
        for bad in
            ["", "+", "015112345678", "+0151234567", "+1234567", "+1234567890123456", "+49x511234567", "+٤٩١٥١٢٣٤٥٦"]
        {
            assert_eq!(phone(bad), None, "{bad:?}");
        }
        assert_eq!(code("1234 5678"), "12345678");
    }

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
        assert_eq!(message("x\u{202e}y\u{2066}z\u{2069} \u{200f}مرحبا").as_deref(), Some("xyz \u{200f}مرحبا"));
        for empty in ["", " \u{0} ", "\u{200b}\u{feff}", "\u{202e}\n"] {
            assert_eq!(message(empty), None, "{empty:?}");
        }
        assert!(message(&"ж".repeat(4000)).is_some());
        assert_eq!(message(&"ж".repeat(4001)), None);
    }

    proptest! {
        #[test]
        fn cleaned_text_is_clean_whatever_came(text in r"(\PC|[\x00-\x1f\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200f} ]){0,40}") {
            let clean = lines(&text);
            prop_assert!(!clean.chars().any(|c| turning(c) || (c.is_control() && !matches!(c, '\n' | '\t'))));
            prop_assert_eq!(lines(&clean), clean.clone());
            if let Some(kept) = message(&text) {
                prop_assert!(!kept.trim().is_empty() && kept.chars().count() <= MESSAGE);
                prop_assert_eq!(kept, clean);
            }
        }
    }
}
