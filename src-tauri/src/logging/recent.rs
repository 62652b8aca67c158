//! The newest lines of the log, in memory.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

const LINES: usize = 2_000;
/// In bytes; a longer line is cut.
const LONGEST: usize = 4_096;
const REDACTED: &str = "[redacted]";

/// The newest lines. All clones are one.
#[derive(Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<VecDeque<String>>>);

impl Recent {
    /// Oldest first.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lock().iter().cloned().collect()
    }

    fn push(&self, line: &str) {
        let line = redacted(&line[..line.floor_char_boundary(LONGEST)]);
        let mut lines = self.lock();
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one event writes.
pub(crate) struct Writer(Recent);

impl Write for Writer {
    /// The layer above writes each event at once.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        String::from_utf8_lossy(bytes).lines().for_each(|line| self.0.push(line));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Recent {
    type Writer = Writer;

    fn make_writer(&'a self) -> Writer {
        Writer(self.clone())
    }
}

/// How the embedded backend's lines begin that stand for a mail or a text message: all that follows is somebody's.
const DELIVERED: [&str; 2] = ["MOCK EMAIL", "MOCK SMS"];

/// Without anything that looks like a signed token, a link's parameter, an address, a phone number or a name of the system's
/// user.
fn redacted(line: &str) -> String {
    let delivered = DELIVERED.iter().filter_map(|mark| line.find(mark).map(|at| at + mark.len())).min();
    match delivered {
        Some(end) => format!("{} {REDACTED}", without_persons(&line[..end])),
        None => without_persons(&without_tokens(line)),
    }
}

/// Words that say who somebody is.
fn without_persons(line: &str) -> String {
    let parts = line.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ',' | ';' | '='));
    parts.map(without_person).collect()
}

fn without_person(part: &str) -> String {
    let word = part.trim_end_matches(|c: char| c.is_whitespace() || !(c.is_alphanumeric() || matches!(c, '/' | '\\')));
    let end = &part[word.len()..];
    let is_address =
        word.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.') && !at.contains("://"));
    let digits = word.strip_prefix('+').unwrap_or_default();
    let is_number = digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_address || is_number {
        return format!("{REDACTED}{end}");
    }
    for homes in ["/home/", "/Users/", "\\Users\\"] {
        if let Some((before, user)) = word.split_once(homes) {
            let rest = user.find(['/', '\\']).map_or("", |at| &user[at..]);
            return format!("{before}{homes}{REDACTED}{rest}{end}");
        }
    }
    part.to_owned()
}

/// Without signed tokens and the parameters of links.
fn without_tokens(line: &str) -> String {
    let in_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '=' | '%' | '+' | '/');
    let (mut clean, mut rest) = (String::with_capacity(line.len()), line);
    loop {
        // Base64 of `{"`, with which every JSON Web Token begins.
        let jwt = rest.find("eyJ").map(|at| (at, at));
        let parameter = rest.to_ascii_lowercase().find("token=").map(|at| (at, at + "token=".len()));
        let Some((_, secret)) = jwt.into_iter().chain(parameter).min() else {
            clean.push_str(rest);
            return clean;
        };
        clean.push_str(&rest[..secret]);
        let after = rest[secret..].trim_start_matches(['"', '\'']);
        rest = after.trim_start_matches(in_token);
        clean.push_str(REDACTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_kept() {
        for (line, kept) in [
            ("joined with eyJhbGciOi.eyJpc3Mi-_.c2ln, then left", "joined with [redacted], then left"),
            ("GET /verify?token=abc%2Fdef-_&next=1", "GET /verify?token=[redacted]&next=1"),
            (
                "Access_Token=\"abc\" and token= and TOKEN=x",
                "Access_Token=[redacted]\" and token=[redacted] and TOKEN=[redacted]",
            ),
            ("يا token=سر", "يا token=[redacted]سر"),
            ("a token was renewed", "a token was renewed"),
        ] {
            assert_eq!(redacted(line), kept);
        }
    }

    #[test]
    fn nothing_of_a_person_is_kept() {
        for (line, kept) in [
            (
                "INFO MOCK EMAIL to sara@mail.example: http://x/auth/verify?token=abc (code 123456)",
                "INFO MOCK EMAIL [redacted]",
            ),
            ("INFO MOCK SMS to +46701234567: 123456", "INFO MOCK SMS [redacted]"),
            ("no mail to Sara.O'Neil+x@mail.example.", "no mail to [redacted]."),
            ("to=\"noor@mail.example\" number=+46701234567, then", "to=\"[redacted]\" number=[redacted], then"),
            ("/home/sara/.local/share/pizoo: full", "/home/[redacted]/.local/share/pizoo: full"),
            ("at C:\\Users\\sara\\AppData", "at C:\\Users\\[redacted]\\AppData"),
            ("\"/Users/sara\"", "\"/Users/[redacted]\""),
            ("10 @ 20 +12 livekit@1.2.1, 2 * 3", "10 @ 20 +12 [redacted], 2 * 3"),
            ("  it took 1.5 s; a +1 for that", "  it took 1.5 s; a +1 for that"),
        ] {
            assert_eq!(redacted(line), kept);
        }
    }

    #[test]
    fn only_the_newest_lines_are_kept() {
        let recent = Recent::default();
        let mut writer = recent.make_writer();
        for line in 0..LINES + 3 {
            writer.write_all(format!("line {line}\n").as_bytes()).unwrap();
        }
        let lines = recent.lines();
        assert_eq!((lines.len(), lines[0].as_str()), (LINES, "line 3"));
    }

    #[test]
    fn endless_lines_are_cut_between_characters() {
        let recent = Recent::default();
        recent.push(&"ё".repeat(LONGEST));
        assert_eq!(recent.lines()[0].len(), LONGEST);
    }
}
