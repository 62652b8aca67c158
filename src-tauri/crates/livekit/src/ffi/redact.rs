//! Takes secrets out of texts that come from the library or from the server, before anybody sees them.
//!
//! Two things count as secret: anything that looks like a JSON web token, and the value after a name that stands for a
//! secret (`token`, `key`, `password`, ...), whichever way it is written: `name=value`, `name: "value"`, `name: [1, 2]`.

const MARK: &str = "[redacted]";
/// Base64 of `{"`, with which every JSON web token starts.
const TOKEN_START: &str = "eyJ";
/// Names whose value is secret, compared with the end of a word, so that `access_token` and `shared_key` are covered.
const SECRET_NAMES: [&str; 9] =
    ["token", "key", "password", "passwd", "secret", "credential", "authorization", "bearer", "ratchet_salt"];

/// The text without its secrets.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if word == 0 {
            let other = rest.find(is_word).unwrap_or(rest.len());
            out.push_str(&rest[..other]);
            rest = &rest[other..];
            continue;
        }
        let (name, after) = rest.split_at(word);
        if let Some(start) = name.find(TOKEN_START) {
            out.push_str(&name[..start]);
            out.push_str(MARK);
            rest = after.trim_start_matches(|c| c == '.' || is_word(c));
            continue;
        }
        out.push_str(name);
        rest = after;
        if is_secret(name)
            && let Some((separator, value)) = split_value(after)
        {
            out.push_str(separator);
            out.push_str(MARK);
            rest = value;
        }
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|secret| name.ends_with(secret))
}

/// The separator after a secret's name and what follows its value; nothing when no value follows.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let quote_end = text.strip_prefix('"').map_or(0, |_| 1);
    let after_quote = &text[quote_end..];
    let unspaced = after_quote.trim_start_matches(' ');
    let has_sign = unspaced.starts_with(['=', ':']);
    let value = unspaced.trim_start_matches(['=', ':']).trim_start_matches(' ');
    let value = value.strip_prefix("Some(").unwrap_or(value);
    let separator = &text[..text.len() - value.len()];
    // `Bearer abc` has a space only; words such as "token is expired" do not end in a value.
    if !has_sign {
        return None;
    }
    let end = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].find(quote).map_or(value.len(), |end| end + 2),
        '[' => value.find(']').map_or(value.len(), |end| end + 1),
        _ => value.find([' ', ',', '&', ')', '}', '\n', '"', ';']).unwrap_or(value.len()),
    };
    (end > 0).then(|| (separator, &value[end..]))
}

#[cfg(test)]
mod tests {
    use super::redact;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl-_x";

    #[test]
    fn tokens_disappear_wherever_they_stand() {
        assert_eq!(redact(&format!("bad token {JWT}, sorry")), "bad token [redacted], sorry");
        assert_eq!(redact(&format!("[{JWT}]")), "[[redacted]]");
        assert_eq!(redact(&format!("wss://h/rtc?access_token={JWT}&x=1")), "wss://h/rtc?access_token=[redacted]&x=1");
        assert_eq!(redact(&format!("Authorization: Bearer {JWT}")), "Authorization: [redacted] [redacted]");
    }

    #[test]
    fn a_token_cut_short_disappears_too() {
        assert_eq!(redact("got eyJhbGciOi"), "got [redacted]");
        assert_eq!(redact("got eyJhbGciOi.ey"), "got [redacted]");
    }

    #[test]
    fn values_of_secret_names_disappear() {
        assert_eq!(redact("shared_key: Some([1, 2, 3]), url: \"x\""), "shared_key: Some([redacted]), url: \"x\"");
        assert_eq!(redact("password: \"a b\" user"), "password: [redacted] user");
        assert_eq!(redact("{\"secret\":\"abc\",\"n\":1}"), "{\"secret\":[redacted],\"n\":1}");
        assert_eq!(redact("token=abc;next"), "token=[redacted];next");
    }

    #[test]
    fn everything_else_stays() {
        for text in ["token is expired", "invalid API key", "go-jose: error", "ключ 🔑 and key", "", "a: b, c=d"]
        {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn broken_values_do_not_panic() {
        for text in ["token=", "token: \"open", "key: [1, 2", "token", "key:=", "secret: \"ü", "token:é"] {
            let _ = redact(text);
        }
        assert_eq!(redact("token: \"open"), "token: [redacted]");
    }
}
