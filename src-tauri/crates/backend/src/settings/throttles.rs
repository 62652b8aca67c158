//! How often routes that anybody may ask can be asked. Each is a setting: `PIZOO_THROTTLE_SEND_LINK_ACCOUNT=5/900` is five
//! at once and five in any 900 seconds on average.

use crate::throttle::Route;
use std::time::Duration;

/// So many in so long, with as many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests.
    pub most: u32,
    /// In this time.
    pub per: Duration,
}

impl Rate {
    const fn new(most: u32, seconds: u64) -> Self {
        Self { most, per: Duration::from_secs(seconds) }
    }

    /// From `5/900`: requests and seconds.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (most, seconds) = text.split_once('/')?;
        let (most, seconds) = (most.trim().parse().ok()?, seconds.trim().parse().ok()?);
        (most > 0 && seconds > 0).then_some(Self { most, per: Duration::from_secs(seconds) })
    }
}

/// The rates of one route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one account, whoever asks (`..._ACCOUNT`).
    pub account: Rate,
    /// For one client address, an IPv6 network of 64 bits counting as one (`..._ADDRESS`).
    pub address: Rate,
    /// For one account from one address (`..._PAIR`): what stops guessing without locking the owner out elsewhere.
    pub pair: Option<Rate>,
}

/// The rates of all routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttles {
    /// `PIZOO_THROTTLE_SEND_LINK_*`: against flooding a mailbox.
    pub send_link: Limits,
    /// `PIZOO_THROTTLE_VERIFY_LINK_*`: against guessing links; there is no account yet.
    pub verify_link: Limits,
    /// `PIZOO_THROTTLE_VERIFY_CODE_*`: against guessing short codes.
    pub verify_code: Limits,
    /// `PIZOO_THROTTLE_REFRESH_*`: against a client that spins.
    pub refresh: Limits,
    /// `PIZOO_THROTTLE_LOGIN_*`: against guessing passwords. The pair is strict; the account alone is generous, so that a
    /// stranger cannot lock anybody out.
    pub login: Limits,
    /// `PIZOO_THROTTLE_REGISTER_*`: against making accounts in bulk and asking which addresses are known.
    pub register: Limits,
    /// `PIZOO_THROTTLE_SEND_OTP_*`: against paying for other people's text messages.
    pub send_otp: Limits,
    /// `PIZOO_THROTTLE_VERIFY_OTP_*`: against guessing codes.
    pub verify_otp: Limits,
    /// `PIZOO_THROTTLE_EXPORT_*`: against having everything collected over and over.
    pub export: Limits,
    /// `PIZOO_THROTTLE_PHOTO_*`: against writing half a megabyte over and over.
    pub photo: Limits,
}

impl Throttles {
    /// What production starts with.
    pub fn strict() -> Self {
        let limits = |account, address| Limits { account, address, pair: None };
        Self {
            send_link: limits(Rate::new(5, 900), Rate::new(30, 900)),
            verify_link: limits(Rate::new(60, 60), Rate::new(60, 60)),
            verify_code: limits(Rate::new(10, 600), Rate::new(30, 600)),
            refresh: limits(Rate::new(60, 60), Rate::new(300, 60)),
            login: Limits { account: Rate::new(100, 900), address: Rate::new(50, 300), pair: Some(Rate::new(10, 300)) },
            register: limits(Rate::new(5, 3600), Rate::new(10, 3600)),
            send_otp: limits(Rate::new(5, 3600), Rate::new(15, 3600)),
            verify_otp: limits(Rate::new(20, 600), Rate::new(30, 600)),
            export: limits(Rate::new(5, 3600), Rate::new(20, 3600)),
            photo: limits(Rate::new(20, 3600), Rate::new(100, 3600)),
        }
    }

    /// For development and tests: everything comes from one address.
    pub fn generous() -> Self {
        let much = Rate::new(100_000, 60);
        let limits = Limits { account: much, address: much, pair: None };
        Self {
            send_link: limits,
            verify_link: limits,
            verify_code: limits,
            refresh: limits,
            login: limits,
            register: limits,
            send_otp: limits,
            verify_otp: limits,
            export: limits,
            photo: limits,
        }
    }

    pub(crate) fn of(&self, route: Route) -> Limits {
        match route {
            Route::SendLink => self.send_link,
            Route::VerifyLink => self.verify_link,
            Route::VerifyCode => self.verify_code,
            Route::Refresh => self.refresh,
            Route::Login => self.login,
            Route::Register => self.register,
            Route::SendOtp => self.send_otp,
            Route::VerifyOtp => self.verify_otp,
            Route::Export => self.export,
            Route::Photo => self.photo,
        }
    }

    /// Every rate with its variable.
    pub(super) fn named(&mut self) -> Vec<(&'static str, &mut Rate)> {
        let mut named = vec![
            ("PIZOO_THROTTLE_SEND_LINK_ACCOUNT", &mut self.send_link.account),
            ("PIZOO_THROTTLE_SEND_LINK_ADDRESS", &mut self.send_link.address),
            ("PIZOO_THROTTLE_VERIFY_LINK_ACCOUNT", &mut self.verify_link.account),
            ("PIZOO_THROTTLE_VERIFY_LINK_ADDRESS", &mut self.verify_link.address),
            ("PIZOO_THROTTLE_VERIFY_CODE_ACCOUNT", &mut self.verify_code.account),
            ("PIZOO_THROTTLE_VERIFY_CODE_ADDRESS", &mut self.verify_code.address),
            ("PIZOO_THROTTLE_REFRESH_ACCOUNT", &mut self.refresh.account),
            ("PIZOO_THROTTLE_REFRESH_ADDRESS", &mut self.refresh.address),
            ("PIZOO_THROTTLE_LOGIN_ACCOUNT", &mut self.login.account),
            ("PIZOO_THROTTLE_LOGIN_ADDRESS", &mut self.login.address),
            ("PIZOO_THROTTLE_REGISTER_ACCOUNT", &mut self.register.account),
            ("PIZOO_THROTTLE_REGISTER_ADDRESS", &mut self.register.address),
            ("PIZOO_THROTTLE_SEND_OTP_ACCOUNT", &mut self.send_otp.account),
            ("PIZOO_THROTTLE_SEND_OTP_ADDRESS", &mut self.send_otp.address),
            ("PIZOO_THROTTLE_VERIFY_OTP_ACCOUNT", &mut self.verify_otp.account),
            ("PIZOO_THROTTLE_VERIFY_OTP_ADDRESS", &mut self.verify_otp.address),
            ("PIZOO_THROTTLE_EXPORT_ACCOUNT", &mut self.export.account),
            ("PIZOO_THROTTLE_EXPORT_ADDRESS", &mut self.export.address),
            ("PIZOO_THROTTLE_PHOTO_ACCOUNT", &mut self.photo.account),
            ("PIZOO_THROTTLE_PHOTO_ADDRESS", &mut self.photo.address),
        ];
        if let Some(pair) = &mut self.login.pair {
            named.push(("PIZOO_THROTTLE_LOGIN_PAIR", pair));
        }
        named
    }
}
