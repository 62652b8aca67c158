//! How many connections, of all and of one client.

use crate::metrics::{Gauge, Metrics};
use crate::settings::{Limits, Proxies};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
pub(super) struct Admission(Arc<Parts>);

struct Parts {
    limits: Limits,
    proxies: Arc<Proxies>,
    metrics: Metrics,
    open: AtomicUsize,
    clients: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that counts, until this is dropped.
pub(super) struct Slot {
    admission: Admission,
    client: Option<IpAddr>,
    _gauge: Gauge,
}

impl Admission {
    pub(super) fn new(limits: Limits, proxies: Arc<Proxies>, metrics: Metrics) -> Self {
        Self(Arc::new(Parts { limits, proxies, metrics, open: AtomicUsize::new(0), clients: Mutex::default() }))
    }

    /// `None` if there are too many.
    pub(super) fn admit(&self, peer: SocketAddr) -> Option<Slot> {
        let most = self.0.limits.connections_per_client;
        let address = peer.ip().to_canonical();
        let client = (most > 0 && !self.0.proxies.trusts(address)).then(|| network(address));
        // Only the accepting loop adds, so what is read here can only have become less.
        if self.0.open.load(Ordering::Relaxed) >= self.0.limits.connections {
            self.0.metrics.connection_refused();
            return None;
        }
        if let Some(client) = client {
            let mut clients = self.0.clients();
            let open = clients.entry(client).or_default();
            if *open >= most {
                self.0.metrics.connection_refused();
                return None;
            }
            *open += 1;
        }
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Some(Slot { admission: self.clone(), client, _gauge: self.0.metrics.connection_opened() })
    }
}

impl Parts {
    fn clients(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let parts = &self.admission.0;
        parts.open.fetch_sub(1, Ordering::Relaxed);
        if let Some(client) = self.client {
            let mut clients = parts.clients();
            if let Some(open) = clients.get_mut(&client) {
                *open -= 1;
                if *open == 0 {
                    clients.remove(&client);
                }
            }
        }
    }
}

/// What one subscriber has: an IPv4 address, or an IPv6 /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
    }
}
