//! `check-config`: every setting, its value and where it came from.

use anyhow::{Result, bail};
use pizoo_backend::livekit_server;
use pizoo_backend::settings::{Calls, Entry, Settings, SettingsError};
use serde_json::{Value, json};

pub(super) fn run(as_json: bool) -> Result<()> {
    let (entries, settings) = Settings::report();
    let problem = problem(&settings);
    let warnings = settings.as_ref().map(|settings| settings.warnings.clone()).unwrap_or_default();
    if as_json {
        println!("{:#}", object(&entries, &warnings, problem.as_deref()));
    } else {
        print(&entries, &warnings);
    }
    match problem {
        Some(problem) => bail!(problem),
        None => Ok(()),
    }
}

/// Why a backend with these settings does not start, or is of little use.
fn problem(settings: &Result<Settings, SettingsError>) -> Option<String> {
    match settings {
        Err(error) => Some(error.to_string()),
        Ok(settings) => match &settings.calls {
            Calls::NotConfigured(why) => Some(format!("calls are off: {why}")),
            Calls::Local if livekit_server::find_binary().is_none() => {
                Some(format!("calls are off: {}", livekit_server::LocalServerError::NotFound))
            }
            Calls::Local | Calls::Configured(_) => None,
        },
    }
}

fn object(entries: &[Entry], warnings: &[String], problem: Option<&str>) -> Value {
    let settings: Vec<Value> = entries
        .iter()
        .map(|entry| json!({"name": entry.name, "value": entry.value, "source": entry.source.name()}))
        .collect();
    json!({"settings": settings, "warnings": warnings, "problem": problem})
}

fn print(entries: &[Entry], warnings: &[String]) {
    let names = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for Entry { name, value, source } in entries {
        println!("{name:names$}  {:11}  {value}", source.name());
    }
    for warning in warnings {
        println!("warning: {warning}");
    }
}
