//! Variables that are missing, wrong or weak.

use super::*;

fn settings(values: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    from(&Values::of([("DATABASE_URL", "sqlite:x.sqlite")].iter().chain(values).copied()))
}

const KEY: &str = "3b9fD-kq0Zt7Wm2xYc5RjE8vLs1UaHgP";

#[test]
fn nothing_set_is_development_on_loopback() {
    let settings = settings(&[("SECRET_KEY", " ")]).unwrap();
    assert_eq!((settings.mode, settings.addr), (Mode::Development, DEFAULT_ADDR));
    assert!(settings.secret_key.is_none() && settings.cors_origins.is_empty());
    assert!(matches!(settings.calls, Calls::Local));
}

#[test]
fn production_needs_a_strong_key_and_a_frontend() {
    let production = ("PIZOO_ENV", "production");
    let site = ("FRONTEND_URL", "https://pizoo.example");
    for (key, name) in [("", "SECRET_KEY"), ("short", "SECRET_KEY"), (&"a".repeat(64), "SECRET_KEY")] {
        let error = settings(&[production, site, ("SECRET_KEY", key)]).unwrap_err().to_string();
        assert!(error.starts_with(name) && (key.is_empty() || !error.contains(key)), "{error}");
    }
    assert!(settings(&[production, ("SECRET_KEY", KEY)]).unwrap_err().to_string().starts_with("FRONTEND_URL"));
    let weak = settings(&[production, site, ("SECRET_KEY", KEY), ("SECRET_KEY_PREVIOUS", "short")]);
    assert!(weak.unwrap_err().to_string().starts_with("SECRET_KEY_PREVIOUS"));
    let settings = settings(&[production, site, ("SECRET_KEY", KEY)]).unwrap();
    assert!(matches!(settings.calls, Calls::NotConfigured(_)), "production starts no server of its own");
}

#[test]
fn production_refuses_what_an_example_or_a_plain_address_gives_away() {
    let base = [("PIZOO_ENV", "production"), ("FRONTEND_URL", "https://pizoo.example"), ("SECRET_KEY", KEY)];
    let refused =
        |more: &[(&'static str, &'static str)]| settings(&[&base[..], more].concat()).unwrap_err().to_string();
    for key in ["your-secret-key-change-in-production-0123", "changeme-changeme-changeme-0123456789"] {
        assert!(refused(&[("SECRET_KEY", key)]).starts_with("SECRET_KEY"), "{key}");
    }
    for secret in ["secret", "devkey", "0123456789"] {
        let livekit = [("LIVEKIT_URL", "wss://c.example"), ("LIVEKIT_API_KEY", "k"), ("LIVEKIT_API_SECRET", secret)];
        assert!(refused(&livekit).starts_with("LIVEKIT_API_SECRET"), "{secret}");
    }
    assert!(refused(&[("FRONTEND_URL", "http://pizoo.example")]).starts_with("FRONTEND_URL"));
    assert!(refused(&[("METRICS_TOKEN", "x")]).starts_with("METRICS_TOKEN"));
    assert!(settings(&[&base[..], &[("FRONTEND_URL", "http://localhost:3000")]].concat()).is_ok());
}

#[test]
fn doubtful_values_are_warned_of() {
    let warnings = |more: &[(&str, &str)]| settings(more).unwrap().warnings.join("; ");
    assert_eq!(warnings(&[]), "");
    assert!(warnings(&[("DATABASE_URL", "postgres://me@db.example/pizoo")]).contains("password"));
    for here in ["localhost", "127.0.0.1:5432", "[::1]"] {
        assert_eq!(warnings(&[("DATABASE_URL", &format!("postgres://me@{here}/pizoo"))]), "", "{here}");
    }
    assert!(warnings(&[("PIZOO_ADR", "x")]).contains("did you mean PIZOO_ADDR"));
    assert_eq!(warnings(&[("PIZOO_API_URL", "x")]), "", "the app around the backend reads it");
}

#[test]
fn livekit_needs_all_three_and_a_web_socket_address() {
    let with = |url: &str, secret: &str| {
        let values = [("LIVEKIT_URL", url), ("LIVEKIT_API_KEY", "k"), ("LIVEKIT_API_SECRET", secret)];
        match settings(&values).unwrap().calls {
            Calls::Configured(_) => "configured".to_owned(),
            Calls::NotConfigured(why) => why,
            Calls::Local => "local".to_owned(),
        }
    };
    assert_eq!(with("wss://calls.example", KEY), "configured");
    assert_eq!(with("wss://calls.example", ""), LIVEKIT_NOT_CONFIGURED);
    assert_eq!(with("https://calls.example", KEY), "LIVEKIT_URL must be a ws:// or wss:// address");
    assert!(with("calls", KEY).starts_with("LIVEKIT_URL is not an address"));
    assert!(with("wss://me:pass@calls.example", KEY).starts_with("LIVEKIT_URL must not"));
}

#[test]
fn unusable_values_are_named() {
    for (name, value) in [
        ("PIZOO_ENV", "prod"),
        ("PIZOO_ADDR", "8001"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgres:///"),
        ("DATABASE_URL", "sqlite::memory:"),
        ("FRONTEND_URL", "pizoo"),
        ("CORS_ORIGINS", "https://a.example, *"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXY_HEADER", "x-real-ip"),
        ("PIZOO_MAX_CONNECTIONS", "0"),
        ("PIZOO_HEADER_TIMEOUT", "0"),
        ("PIZOO_DRAIN", "long"),
        ("PIZOO_LOG_FORMAT", "xml"),
        ("PIZOO_HEARTBEAT_SECONDS", "0"),
        ("PIZOO_HEARTBEAT_SECONDS", "60"),
        ("REDIS_URL", "http://cache.example"),
    ] {
        let error = settings(&[(name, value)]).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
}

#[test]
fn pushes_need_a_key_and_a_subject() {
    let (key, subject) = ("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", "mailto:ops@pizoo.example");
    let with = |key: &str, subject: &str| settings(&[("VAPID_PRIVATE_KEY", key), ("VAPID_SUBJECT", subject)]);
    assert!(with("", "").unwrap().vapid.is_none() && with(key, subject).unwrap().vapid.is_some());
    for (key, subject, name) in [
        (KEY, subject, "VAPID_PRIVATE_KEY"),
        ("", subject, "VAPID_PRIVATE_KEY"),
        (key, "", "VAPID_SUBJECT"),
        (key, "ops", "VAPID_SUBJECT"),
    ] {
        let error = with(key, subject).unwrap_err().to_string();
        assert!(error.starts_with(name) && (key.is_empty() || !error.contains(key)), "{error}");
    }
    assert!(!format!("{:?}", with(key, subject).unwrap()).contains(key));
}

#[test]
fn debug_text_holds_no_secret() {
    let values = [
        ("LIVEKIT_URL", "ws://h"),
        ("LIVEKIT_API_KEY", "k"),
        ("LIVEKIT_API_SECRET", KEY),
        ("SECRET_KEY", KEY),
        ("SECRET_KEY_PREVIOUS", KEY),
    ];
    assert!(!format!("{:?}", settings(&values).unwrap()).contains(KEY));
}
