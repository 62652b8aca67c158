//! Two of everything: two backends over one Postgres and one Redis, each with a LiveKit node of its own; the nodes share the
//! Redis too and are one LiveKit.

use crate::backend::Backend;
use crate::sfu::Sfu;
use anyhow::Result;
use pizoo_backend::clock::SystemClock;
use pizoo_backend::settings::Calls;
use pizoo_backend::{Database, Settings};
use pizoo_servers::{Durability, Postgres, Redis};
use std::sync::Arc;

/// Made up here, for servers that end with the test.
const KEY: &str = "cluster-key";

/// The whole of it. Dropping it ends the databases.
#[derive(Debug)]
pub struct Cluster {
    /// The backends.
    pub backends: [Backend; 2],
    /// Their LiveKit nodes.
    pub nodes: [Sfu; 2],
    _postgres: Postgres,
    _redis: Redis,
}

impl Cluster {
    /// Starts everything.
    ///
    /// # Errors
    /// Something is not installed or does not start.
    pub async fn start() -> Result<Self> {
        let (postgres, redis) =
            tokio::task::spawn_blocking(|| -> Result<_> { Ok((Postgres::start(Durability::None)?, Redis::start()?)) })
                .await??;
        let address = format!("127.0.0.1:{}", redis.port());
        let secret = uuid::Uuid::new_v4().to_string();
        let nodes = [Sfu::start_node(&address, KEY, &secret).await?, Sfu::start_node(&address, KEY, &secret).await?];
        let database = postgres.database()?.keep();
        let settings = |node: &Sfu| {
            let (calls, database, redis) = (node.livekit(), database.clone(), redis.url());
            move |settings: &mut Settings| {
                settings.calls = Calls::Configured(calls);
                settings.database = Database::Postgres(database.into());
                settings.redis = Some(redis.into());
            }
        };
        let backends = [
            Backend::start_changed(Arc::new(SystemClock), settings(&nodes[0])).await?,
            Backend::start_changed(Arc::new(SystemClock), settings(&nodes[1])).await?,
        ];
        Ok(Self { backends, nodes, _postgres: postgres, _redis: redis })
    }

    /// Ends it in order.
    pub async fn stop(self) {
        for backend in self.backends {
            backend.stop().await;
        }
        for node in self.nodes {
            node.stop().await;
        }
    }
}
