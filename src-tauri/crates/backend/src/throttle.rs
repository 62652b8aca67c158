//! How often a route may be asked, by account and by client address: the generic cell rate algorithm, one time a key.
//!
//! In memory and per instance, on purpose: a throttle must cost an attacker's request nothing that lasts. What has to be
//! exact (calls an hour, guesses at a code) is counted in the database.

use crate::clock::UnixMs;
use crate::http::client::ClientAddress;
use crate::http::problem::Problem;
use crate::settings::throttles::{Rate, Throttles};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Keys remembered at once, about 5 MB; beyond it those that are nearly free again are forgotten first.
const MOST: usize = 100_000;

/// A route that anybody may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    SendLink,
    VerifyLink,
    VerifyCode,
    Refresh,
    Login,
    Register,
    SendOtp,
    VerifyOtp,
    /// Not for anybody, but dear.
    Export,
    /// The same: half a megabyte is written each time.
    Photo,
}

/// The times at which each key's bucket is empty again.
#[derive(Debug)]
pub(crate) struct Throttle {
    rates: Throttles,
    /// First bytes of the hash of the key: addresses and accounts of whoever asked are not kept.
    empty_at: Mutex<HashMap<[u8; 16], UnixMs>>,
}

impl Throttle {
    pub(crate) fn new(rates: Throttles) -> Self {
        Self { rates, empty_at: Mutex::default() }
    }

    /// Counts one request. Too many: 429 with `Retry-After`, and nothing is counted.
    pub(crate) fn check(
        &self,
        route: Route,
        ClientAddress(client): ClientAddress,
        account: Option<&str>,
        now: UnixMs,
    ) -> Result<(), Problem> {
        let client = network(client);
        let limits = self.rates.of(route);
        let mut wanted = vec![(key(route, "address", &client.to_string()), limits.address)];
        if let Some(account) = account {
            wanted.push((key(route, "account", account), limits.account));
            if let Some(pair) = limits.pair {
                wanted.push((key(route, "pair", &format!("{client} {account}")), pair));
            }
        }
        let mut empty_at = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted = Vec::new();
        for (key, rate) in wanted {
            match count(rate, empty_at.get(&key).copied(), now) {
                Ok(next) => counted.push((key, next)),
                Err(wait) => return Err(Problem::too_many(wait)),
            }
        }
        if empty_at.len() + counted.len() > MOST {
            forget(&mut empty_at, now);
        }
        empty_at.extend(counted);
        Ok(())
    }
}

/// One more request at a rate: when its bucket is empty again, or the seconds to wait, at least 1.
fn count(rate: Rate, empty_at: Option<UnixMs>, now: UnixMs) -> Result<UnixMs, u64> {
    let per = i64::try_from(rate.per.as_millis()).unwrap_or(i64::MAX);
    let step = per / i64::from(rate.most.max(1));
    let next = empty_at.map_or(now.0, |at| at.0.max(now.0)).saturating_add(step);
    let wait = next - now.0 - per;
    if wait <= 0 { Ok(UnixMs(next)) } else { Err(u64::try_from(wait).unwrap_or(0).div_ceil(1000)) }
}

/// Makes room: what is free again goes, and if that is not enough the half that is free soonest.
fn forget(empty_at: &mut HashMap<[u8; 16], UnixMs>, now: UnixMs) {
    empty_at.retain(|_, at| *at > now);
    if empty_at.len() > MOST / 2 {
        let mut times: Vec<UnixMs> = empty_at.values().copied().collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        empty_at.retain(|_, at| *at > median);
    }
}

/// Who has one IPv6 address has at least its /64.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

fn key(route: Route, kind: &str, value: &str) -> [u8; 16] {
    let hash = Sha256::digest(format!("{route:?} {kind} {value}"));
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const RATE: Rate = Rate { most: 5, per: Duration::from_secs(60) };

    #[test]
    fn a_burst_passes_then_one_each_step() {
        let mut at = None;
        for _ in 0..5 {
            at = Some(count(RATE, at, UnixMs(0)).unwrap());
        }
        assert_eq!(count(RATE, at, UnixMs(0)), Err(12));
        assert_eq!(count(RATE, at, UnixMs(11_999)), Err(1));
        assert!(count(RATE, at, UnixMs(12_000)).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let [a, b, c] = ["2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"].map(|text| text.parse().unwrap());
        assert_eq!(network(a), network(b));
        assert_ne!(network(a), network(c));
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn memory_is_bounded_and_the_busiest_stay() {
        let mut keys: HashMap<[u8; 16], UnixMs> =
            (0..MOST as u128).map(|n| (n.to_be_bytes(), UnixMs(n as i64))).collect();
        forget(&mut keys, UnixMs(0));
        assert!(keys.len() <= MOST / 2);
        assert!(keys.contains_key(&(MOST as u128 - 1).to_be_bytes()));
    }

    proptest! {
        /// In any window no more pass than the burst and what trickles in meanwhile.
        #[test]
        fn never_more_than_the_rate_allows(pauses in prop::collection::vec(0i64..20_000, 1..200)) {
            let (mut now, mut at, mut passed) = (0, None, Vec::new());
            for pause in pauses {
                now += pause;
                if let Ok(next) = count(RATE, at, UnixMs(now)) {
                    at = Some(next);
                    passed.push(now);
                }
            }
            for (first, start) in passed.iter().enumerate() {
                let within = passed[first..].iter().filter(|time| **time < start + 60_000).count();
                prop_assert!(within <= 10, "{within}");
            }
        }
    }
}
