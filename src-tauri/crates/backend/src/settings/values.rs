//! Variables as they were found, and which of them somebody asked for: that makes the report of `check-config`.

use super::SettingsError;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Longer waits are a mistake in the unit.
const LONGEST: f64 = 24.0 * 3600.0;

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The process environment.
    Environment,
    /// The `.env` file.
    DotEnv,
    /// Neither has it.
    Default,
}

impl Source {
    /// As the report prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::DotEnv => ".env",
            Self::Default => "default",
        }
    }
}

/// One setting as the report shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The variable.
    pub name: &'static str,
    /// Its value, masked where it is a secret; for a default, what it means if that is known.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// An empty value counts as missing: that is how a line in `.env` is switched off.
#[derive(Default)]
pub(super) struct Values {
    values: HashMap<String, (String, Source)>,
    /// Every variable asked for, with its default as text if it has one.
    asked: RefCell<BTreeMap<&'static str, Option<String>>>,
}

impl Values {
    pub(super) fn read() -> Result<Self, SettingsError> {
        let mut values = Self::default();
        match dotenvy::dotenv_iter() {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line?;
                    values.values.insert(name, (value, Source::DotEnv));
                }
            }
            Err(error) if error.not_found() => {}
            Err(error) => return Err(error.into()),
        }
        for (name, value) in std::env::vars_os() {
            if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
                values.values.insert(name, (value, Source::Environment));
            }
        }
        Ok(values)
    }

    /// Of a list, for tests.
    #[cfg(test)]
    pub(super) fn of<'a>(list: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values = list.into_iter().map(|(name, value)| (name.to_owned(), (value.to_owned(), Source::Environment)));
        Self { values: values.collect(), asked: RefCell::default() }
    }

    pub(super) fn get(&self, name: &'static str) -> Option<&str> {
        self.asked.borrow_mut().entry(name).or_default();
        self.found(name).map(|(value, _)| value)
    }

    /// Says in the report what a missing value means.
    pub(super) fn default_is(&self, name: &'static str, text: impl Into<String>) {
        self.asked.borrow_mut().insert(name, Some(text.into()));
    }

    /// A whole number.
    pub(super) fn count(&self, name: &'static str, default: usize) -> Result<usize, SettingsError> {
        self.default_is(name, default.to_string());
        match self.get(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| SettingsError::bad(name, "it is not a whole number")),
        }
    }

    /// Seconds, also with a decimal point.
    pub(super) fn seconds(&self, name: &'static str, default: Duration) -> Result<Duration, SettingsError> {
        self.default_is(name, format!("{} s", default.as_secs_f64()));
        match self.get(name) {
            None => Ok(default),
            Some(text) => match text.parse::<f64>() {
                Ok(seconds) if (0.0..=LONGEST).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
                _ => Err(SettingsError::bad(name, "it is not a number of seconds, at most a day")),
            },
        }
    }

    fn found(&self, name: &str) -> Option<(&str, Source)> {
        let (value, source) = self.values.get(name)?;
        Some((value.trim(), *source)).filter(|(value, _)| !value.is_empty())
    }

    /// What was asked for so far.
    pub(super) fn report(&self) -> Vec<Entry> {
        let asked = self.asked.borrow();
        let entry = |(name, default): (&&'static str, &Option<String>)| match self.found(name) {
            Some((value, source)) => Entry { name, value: masked(name, value), source },
            None => {
                let value = default.clone().unwrap_or_else(|| "not set".into());
                Entry { name, value, source: Source::Default }
            }
        };
        asked.iter().map(entry).collect()
    }

    /// Set variables of ours that nobody asked for: most likely misspelt.
    pub(super) fn unknown(&self, elsewhere: &[&'static str]) -> Vec<String> {
        let asked = self.asked.borrow();
        let known = || asked.keys().copied().chain(elsewhere.iter().copied());
        let mut unknown: Vec<&str> = self.values.keys().map(String::as_str).collect();
        unknown.retain(|name| {
            name.starts_with("PIZOO_") && !name.starts_with("PIZOO_TEST_") && !known().any(|known| known == *name)
        });
        unknown.sort_unstable();
        let sentence = |name: &str| match known().min_by_key(|known| distance(name, known)) {
            Some(nearest) if distance(name, nearest) <= name.len() / 3 => {
                format!("{name} is no setting; did you mean {nearest}?")
            }
            _ => format!("{name} is no setting"),
        };
        unknown.into_iter().map(sentence).collect()
    }
}

/// Secrets by their names; addresses without their user and password.
fn masked(name: &str, value: &str) -> String {
    const SECRET: [&str; 6] = ["SECRET", "KEY", "TOKEN", "PASSWORD", "PRIVATE", "CREDENTIAL"];
    if SECRET.iter().any(|word| name.contains(word)) {
        return "(set)".into();
    }
    match url::Url::parse(value) {
        Ok(mut url) if url.has_host() => {
            // The query of a database's address can hold a password, too.
            if url.password().is_some() || !url.username().is_empty() || url.query().is_some() {
                let cleared = url.set_password(None).and_then(|()| url.set_username(""));
                url.set_query(None);
                return if cleared.is_ok() { format!("{url} (credentials hidden)") } else { "(set)".into() };
            }
            value.to_owned()
        }
        _ if value.contains('@') => "(set)".into(),
        _ => value.to_owned(),
    }
}

/// How many letters to change, add or take away.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_names_sources_and_hides_secrets() {
        let values = Values::of([
            ("SECRET_KEY", "hidden-one"),
            ("DATABASE_URL", "postgres://me:hidden-two@db.example/pizoo?password=hidden-three"),
            ("SMTP_URL", "me:hidden-four@mail"),
            ("PIZOO_ADDR", "127.0.0.1:1"),
        ]);
        for name in ["SECRET_KEY", "DATABASE_URL", "SMTP_URL", "PIZOO_ADDR", "REDIS_URL"] {
            values.get(name);
        }
        values.default_is("PIZOO_DRAIN", "10 s");
        let report = format!("{:?}", values.report());
        assert!(!report.contains("hidden-"), "{report}");
        assert!(report.contains("db.example/pizoo") && report.contains("127.0.0.1:1"), "{report}");
        let default = |name| values.report().into_iter().find(|entry| entry.name == name).unwrap();
        assert_eq!((default("REDIS_URL").value.as_str(), default("REDIS_URL").source), ("not set", Source::Default));
        assert_eq!(default("PIZOO_DRAIN").value, "10 s");
    }

    #[test]
    fn misspelt_setting_is_told_with_the_nearest_known() {
        let values = Values::of([("PIZOO_ADRR", "x"), ("PIZOO_SOMETHING_ELSE", "x"), ("OTHER", "x")]);
        values.get("PIZOO_ADDR");
        let unknown = values.unknown(&["PIZOO_API_URL"]);
        assert_eq!(
            unknown,
            ["PIZOO_ADRR is no setting; did you mean PIZOO_ADDR?", "PIZOO_SOMETHING_ELSE is no setting"]
        );
    }

    #[test]
    fn waits_are_seconds_within_a_day() {
        let seconds = |text| Values::of([("X", text)]).seconds("X", Duration::from_secs(1));
        assert_eq!(seconds("").unwrap(), Duration::from_secs(1));
        assert_eq!(seconds("0.5").unwrap(), Duration::from_millis(500));
        for bad in ["-1", "NaN", "inf", "1e9", "ten"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
