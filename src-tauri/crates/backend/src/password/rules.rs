//! Which passwords are taken. Length counts; nobody is made to mix kinds of characters.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

/// In Unicode characters.
const SHORTEST: usize = 10;
/// In bytes, all of which count.
const LONGEST: usize = 1024;
/// Fewer different characters are a pattern.
const VARIETY: usize = 4;
/// Shorter parts of a name or address may be in a password by chance.
const PART: usize = 4;

/// What breaches show again and again, one a line, in lower case.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whose password it is to be: what everybody knows of them is no secret.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Owner<'a> {
    pub(crate) email: Option<&'a str>,
    pub(crate) name: &'a str,
}

/// Why a password is not taken, as a sentence for its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Weak {
    #[error("The password must have at least 10 characters")]
    Short,
    #[error("The password must have at most 1024 bytes")]
    Long,
    #[error("The password must not hold a NUL character")]
    Nul,
    #[error("This password is one of the most common ones: take another")]
    Common,
    #[error("The password must not hold your name or address")]
    Personal,
}

/// Whether it may become this owner's password.
pub(crate) fn check(password: &str, owner: Owner<'_>) -> Result<(), Weak> {
    if password.contains('\0') {
        return Err(Weak::Nul);
    }
    if password.len() > LONGEST {
        return Err(Weak::Long);
    }
    if password.chars().count() < SHORTEST {
        return Err(Weak::Short);
    }
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Err(Weak::Common);
    }
    let local = owner.email.and_then(|email| email.rsplit_once('@')).map(|(local, _)| local);
    let mut parts = local.into_iter().chain(std::iter::once(owner.name)).chain(owner.name.split_whitespace());
    let held = |part: &str| part.chars().count() >= PART && lower.contains(&part.to_lowercase());
    if parts.any(held) { Err(Weak::Personal) } else { Ok(()) }
}

/// Also a common one with digits and signs around it, twice in a row, or a pattern of very few characters.
fn is_common(lower: &str) -> bool {
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    let half = lower.split_at_checked(lower.len() / 2).filter(|(first, second)| first == second);
    let few = lower.chars().collect::<BTreeSet<_>>().len() < VARIETY;
    few || COMMON.contains(lower) || COMMON.contains(core) || half.is_some_and(|(half, _)| COMMON.contains(half))
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Owner, Weak, check};

    const ADA: Owner<'_> = Owner { email: Some("lovelace@test.com"), name: "Ada Augusta" };

    #[test]
    fn long_ones_are_taken_whatever_they_are_made_of() {
        for good in ["tall green chairs", "мой-пароль-такой", "9f#kQ2!xLp", "ten chars!", &"long ago ".repeat(100)]
        {
            assert_eq!(check(good, ADA), Ok(()), "{good}");
        }
    }

    #[test]
    fn short_long_and_nul_are_refused() {
        for (bad, why) in [
            ("", Weak::Short),
            ("ten-chars", Weak::Short),
            ("ääääääääß", Weak::Short),
            (&*"xyz ".repeat(257), Weak::Long),
            ("tall green\0 chairs", Weak::Nul),
        ] {
            assert_eq!(check(bad, ADA), Err(why), "{bad:.20}");
        }
        assert_eq!(check(&"wxyz".repeat(256), ADA), Ok(()), "1024 bytes");
    }

    #[test]
    fn common_ones_are_refused_in_any_case_and_dress() {
        for bad in [
            "1234567890",
            "QwertyUiop",
            "Password123",
            "!!password2024!!",
            "aaaaaaaaaaaa",
            "1212121212",
            "iloveyouiloveyou",
        ] {
            assert_eq!(check(bad, ADA), Err(Weak::Common), "{bad}");
        }
    }

    #[test]
    fn own_name_and_address_are_refused() {
        for bad in ["my-LOVELACE-key", "xx augusta xx", "xx Ada Augusta xx"] {
            assert_eq!(check(bad, ADA), Err(Weak::Personal), "{bad}");
        }
        assert_eq!(check("canada is cold", ADA), Ok(()), "three letters are no name");
        assert_eq!(check("my-lovelace-key", Owner::default()), Ok(()));
    }

    #[test]
    fn list_is_lower_case_without_empty_lines() {
        assert!(COMMON.len() > 400, "{}", COMMON.len());
        for line in COMMON.iter() {
            assert!(!line.is_empty() && line.trim() == *line && line.to_lowercase() == **line, "{line:?}");
        }
    }
}
