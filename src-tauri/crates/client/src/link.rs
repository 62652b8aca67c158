//! What a person pastes from a sign-in mail: the link, or the code alone.

use url::Url;

/// A magic link's token is 16 to 512 characters of the URL-safe alphabet.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=512;

/// The token in a pasted text, or `None` if there is none.
///
/// Takes a link with a `token` parameter, wherever it leads (it is never opened), or the token itself; surrounding white
/// space, quotes and angle brackets do no harm.
pub(crate) fn token_in(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
    let token = match Url::parse(text) {
        Ok(link) => link.query_pairs().find(|(key, _)| key == "token").map(|(_, token)| token.into_owned())?,
        Err(_) => text.to_owned(),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '=');
    (LENGTH.contains(&token.len()) && token.chars().all(plain)).then_some(token)
}

/// The short code that stands in the same mail: eight digits, however they are grouped.
pub(crate) fn code_in(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{code_in, token_in};

    #[test]
    fn short_codes_are_eight_digits_however_grouped() {
        for text in ["12345678", " 1234 5678\n", "1234-5678"] {
            assert_eq!(code_in(text).as_deref(), Some("12345678"), "{text}");
        }
        for text in ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"] {
            assert_eq!(code_in(text), None, "{text}");
        }
    }

    const TOKEN: &str = "abcDEF0123456789_-xyz";

    #[test]
    fn link_and_bare_token_are_understood() {
        for text in [
            TOKEN.to_owned(),
            format!("  {TOKEN}\n"),
            format!("http://localhost:3000/auth/verify?token={TOKEN}"),
            format!("<pizoo://verify?from=mail&token={TOKEN}>"),
        ] {
            assert_eq!(token_in(&text).as_deref(), Some(TOKEN), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not_a_link() {
        for text in [
            "",
            "hello",
            "https://pizoo.app/",
            "https://pizoo.app/?token=",
            "two words of sixteen letters",
            "токен-токен-токен",
        ] {
            assert_eq!(token_in(text), None, "{text}");
        }
        assert_eq!(token_in(&"a".repeat(10_000)), None);
    }
}
