//! Peace and quiet: whether the user wants neither sound nor notification at this moment. That may be always, in hours of
//! every day, for a while, which ends with the app, or while the desktop itself is not to disturb.

use crate::client::Client;
use crate::view::Preferences;
use crate::wake::Wakes;
use jiff::{Timestamp, Zoned};
use std::time::Duration;
use tokio::sync::watch;

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) struct Quiet {
    chosen: watch::Receiver<Preferences>,
    /// When the while is over.
    until: watch::Sender<Option<Timestamp>>,
    /// The desktop asks for it.
    system: watch::Sender<bool>,
    view: watch::Sender<bool>,
}

impl Quiet {
    pub(crate) fn new(chosen: watch::Receiver<Preferences>) -> Self {
        let quiet = Self {
            chosen,
            until: watch::Sender::default(),
            system: watch::Sender::default(),
            view: watch::Sender::default(),
        };
        quiet.look(&Zoned::now());
        quiet
    }

    pub(crate) fn view(&self) -> watch::Receiver<bool> {
        self.view.subscribe()
    }

    /// Follows the clock and the user's choice for ever. Without a time to wait for it does not look at the clock.
    pub(crate) async fn run(&self, mut wakes: Wakes) {
        let (mut chosen, mut until) = (self.chosen.clone(), self.until.subscribe());
        loop {
            let now = Zoned::now();
            let daily = chosen.borrow_and_update().quiet_hours.is_some();
            self.look(&now);
            let end = *until.borrow_and_update();
            tokio::select! {
                changed = chosen.changed() => if changed.is_err() { return },
                _ = until.changed() => {}
                // The clock on the wall went on while this one slept.
                () = wakes.woken() => {}
                () = tokio::time::sleep(until_next(&now, end)), if daily || end.is_some() => {}
            }
        }
    }

    /// Whether it is quiet then; the view says so from now on.
    fn look(&self, now: &Zoned) -> bool {
        self.until.send_if_modified(|until| until.take_if(|until| *until <= now.timestamp()).is_some());
        let quiet = *self.system.borrow() || is_quiet(&self.chosen.borrow(), *self.until.borrow(), now);
        self.view.send_if_modified(|view| std::mem::replace(view, quiet) != quiet);
        quiet
    }
}

fn is_quiet(chosen: &Preferences, until: Option<Timestamp>, now: &Zoned) -> bool {
    until.is_some_and(|until| now.timestamp() < until) || chosen.is_quiet(minute(now))
}

/// The minute of that day.
fn minute(now: &Zoned) -> u16 {
    let part = |part: i8| u16::from(part.unsigned_abs());
    part(now.hour()) * 60 + part(now.minute())
}

/// From then to the next minute, or to the end of the while if that is nearer.
fn until_next(now: &Zoned, end: Option<Timestamp>) -> Duration {
    let seconds = Duration::new(u64::from(now.second().unsigned_abs()), now.subsec_nanosecond().unsigned_abs());
    let minute = MINUTE.saturating_sub(seconds);
    // One that is over is negative.
    let end = end.map(|end| Duration::try_from(end.duration_since(now.timestamp())).unwrap_or_default());
    end.map_or(minute, |end| end.min(minute))
}

impl Client {
    /// Whether the user wants neither sound nor notification at this moment.
    pub fn is_quiet(&self) -> bool {
        self.inner.quiet.look(&Zoned::now())
    }

    /// The same, as it changes.
    pub fn quiet(&self) -> watch::Receiver<bool> {
        self.inner.quiet.view()
    }

    /// Neither sound nor notification until then, whatever the preferences say; `None` takes it back.
    pub fn set_quiet_until(&self, until: Option<Timestamp>) {
        self.inner.quiet.until.send_replace(until);
        self.inner.quiet.look(&Zoned::now());
    }

    /// Neither sound nor notification while the desktop itself is not to disturb.
    pub fn set_system_quiet(&self, on: bool) {
        self.inner.quiet.system.send_replace(on);
        self.inner.quiet.look(&Zoned::now());
    }

    /// When a quiet while is over, if there is one.
    pub fn quiet_until(&self) -> watch::Receiver<Option<Timestamp>> {
        self.inner.quiet.until.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::QuietHours;
    use crate::wake::Wake;

    fn at(time: &str) -> Zoned {
        format!("2026-03-04T{time}+01:00[+01:00]").parse().unwrap()
    }

    fn nightly() -> Preferences {
        Preferences { quiet_hours: Some(QuietHours { from: 22 * 60, to: 7 * 60 + 30 }), ..Preferences::default() }
    }

    #[test]
    fn quiet_hours_are_those_of_the_users_own_clock() {
        for (time, quiet) in [("21:59:59", false), ("22:00:00", true), ("07:29:59", true), ("07:30:00", false)] {
            assert_eq!(is_quiet(&nightly(), None, &at(time)), quiet, "{time}");
        }
    }

    #[test]
    fn while_is_quiet_until_its_end_whatever_the_hours_say() {
        let end = Some(at("15:00:00").timestamp());
        assert!(is_quiet(&Preferences::default(), end, &at("14:59:59.999")));
        assert!(!is_quiet(&Preferences::default(), end, &at("15:00:00")));
        assert!(is_quiet(&nightly(), end, &at("23:00:00")));
        let never = Preferences { do_not_disturb: true, ..Preferences::default() };
        assert!(is_quiet(&never, end, &at("16:00:00")));
    }

    #[test]
    fn clock_is_looked_at_when_the_minute_or_the_while_is_over() {
        let now = at("14:03:27.5");
        assert_eq!(until_next(&now, None), Duration::from_millis(32_500));
        assert_eq!(until_next(&now, Some(at("14:03:28").timestamp())), Duration::from_millis(500));
        assert_eq!(until_next(&now, Some(at("15:03:28").timestamp())), Duration::from_millis(32_500));
        assert_eq!(until_next(&now, Some(at("14:00:00").timestamp())), Duration::ZERO);
    }

    #[test]
    fn while_that_is_over_is_forgotten() {
        let (_chosen, chosen) = watch::channel(Preferences::default());
        let quiet = Quiet::new(chosen);
        quiet.until.send_replace(Some(at("15:00:00").timestamp()));
        assert!(quiet.look(&at("14:00:00")) && *quiet.view().borrow());
        assert!(!quiet.look(&at("15:00:00")) && !*quiet.view().borrow());
        assert_eq!(*quiet.until.borrow(), None);
    }

    #[test]
    fn desktop_that_is_not_to_disturb_is_quiet_whatever_was_chosen() {
        let (_chosen, chosen) = watch::channel(Preferences::default());
        let quiet = Quiet::new(chosen);
        for on in [true, false] {
            quiet.system.send_replace(on);
            assert_eq!((quiet.look(&at("14:00:00")), *quiet.view().borrow()), (on, on));
        }
    }

    #[tokio::test]
    async fn who_listens_hears_of_a_choice_and_of_the_end_of_a_while() {
        let (choose, chosen) = watch::channel(Preferences::default());
        let quiet = Quiet::new(chosen);
        let (mut view, wake) = (quiet.view(), Wake::default());
        let follow = async {
            choose.send_modify(|chosen| chosen.do_not_disturb = true);
            assert!(*view.wait_for(|quiet| *quiet).await.unwrap());
            choose.send_modify(|chosen| chosen.do_not_disturb = false);
            assert!(!*view.wait_for(|quiet| !*quiet).await.unwrap());
            let soon = |pause| Timestamp::now().checked_add(pause).ok();
            quiet.until.send_replace(soon(MINUTE * 60));
            assert!(*view.wait_for(|quiet| *quiet).await.unwrap());
            quiet.until.send_replace(soon(Duration::from_millis(50)));
            assert!(!*view.wait_for(|quiet| !*quiet).await.unwrap());
        };
        let limit = tokio::time::timeout(Duration::from_secs(20), async {
            tokio::select! { () = quiet.run(wake.subscribe()) => {}, () = follow => {} }
        });
        limit.await.unwrap();
    }
}
