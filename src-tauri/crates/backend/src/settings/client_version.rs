//! Which desktop clients are served.

use std::str::FromStr;

/// A release of the desktop client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientVersion {
    major: u32,
    minor: u32,
    patch: u32,
}

/// The text is not `MAJOR.MINOR.PATCH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version looks like 1.2.3")]
pub struct NotAVersion;

impl FromStr for ClientVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        // What follows `-` or `+` makes no older client of it.
        let release = text.split(['-', '+']).next().unwrap_or_default();
        let mut parts = release.split('.').map(|part| part.parse::<u32>().map_err(|_| NotAVersion));
        let mut part = || parts.next().ok_or(NotAVersion)?;
        let version = Self { major: part()?, minor: part()?, patch: part()? };
        if parts.next().is_none() { Ok(version) } else { Err(NotAVersion) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let version = |text: &str| text.parse::<ClientVersion>().unwrap();
        assert!(version("0.9.10") > version("0.9.9"));
        assert!(version("1.0.0") > version("0.99.99"));
        assert_eq!(version("1.2.3-beta.1"), version("1.2.3"));
        for text in ["", "1", "1.2", "1.2.3.4", "a.b.c", "1.2.-3"] {
            assert_eq!(text.parse::<ClientVersion>(), Err(NotAVersion), "{text}");
        }
    }
}
