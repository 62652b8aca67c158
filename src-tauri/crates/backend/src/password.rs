//! Passwords: which are taken, and their hashes (argon2id).

mod rules;

pub(crate) use rules::{Owner, Weak, check};

use crate::random::Random;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// What OWASP asks of argon2id at least: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: usize = 16;
/// Hashes that wait for a core, a core: about two seconds of work.
const WAITING: usize = 32;

/// Why there is no hash.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HashError {
    /// Too many wait already.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash itself.
    #[error("the password cannot be hashed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    /// Its thread.
    #[error("the hashing thread failed: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl From<argon2::Error> for HashError {
    fn from(error: argon2::Error) -> Self {
        Self::Hash(error.into())
    }
}

/// Hashes on threads of their own, at most one a core: each takes 19 MiB and keeps a core busy.
pub(crate) struct Passwords {
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(cores, cores * WAITING)
    }
}

fn argon2() -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> Result<String, HashError> {
    Ok(argon2()?.hash_password_with_salt(password.as_bytes(), salt)?.to_string())
}

fn matches(password: &str, stored: &str) -> Result<bool, HashError> {
    let stored = PasswordHash::new(stored).map_err(argon2::password_hash::Error::from)?;
    match argon2()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl Passwords {
    fn with(cores: usize, queue: usize) -> Self {
        Self { cores: Arc::new(Semaphore::new(cores)), queue: Arc::new(Semaphore::new(cores + queue)) }
    }

    /// A salted hash to keep.
    pub(crate) async fn hash(&self, password: &str, random: &dyn Random) -> Result<String, HashError> {
        let mut salt = [0; SALT];
        random.fill(&mut salt);
        let password = password.to_owned();
        self.run(move || hash(&password, &salt)).await
    }

    /// Whether it is the password of that hash. Without one it never is, and that takes as long.
    pub(crate) async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, HashError> {
        let (password, stored) = (password.to_owned(), stored.map(str::to_owned));
        self.run(move || match stored {
            Some(stored) => matches(&password, &stored),
            None => hash(&password, &[0; SALT]).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = self.queue.clone().try_acquire_owned().map_err(busy)?;
        // Closed never: both are ours.
        let core = self.cores.clone().acquire_owned().await.map_err(|_| HashError::Busy)?;
        // The work keeps both, also when the request that wanted it is gone.
        let held: [OwnedSemaphorePermit; 2] = [place, core];
        tokio::task::spawn_blocking(move || {
            let _held = held;
            work()
        })
        .await?
    }
}

fn busy(_: TryAcquireError) -> HashError {
    HashError::Busy
}

#[cfg(test)]
mod tests {
    use super::{HashError, Passwords};
    use crate::random::SystemRandom;

    #[tokio::test]
    async fn hash_is_argon2id_with_a_salt_of_its_own() {
        let passwords = Passwords::default();
        let first = passwords.hash("a long enough one", &SystemRandom).await.unwrap();
        let second = passwords.hash("a long enough one", &SystemRandom).await.unwrap();
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
        assert!(passwords.verify("a long enough one", Some(&first)).await.unwrap());
        assert!(!passwords.verify("a long enough onf", Some(&first)).await.unwrap());
        assert!(!passwords.verify("a long enough one", None).await.unwrap());
    }

    #[tokio::test]
    async fn full_queue_is_busy_and_empties_again() {
        let passwords = Passwords::with(1, 1);
        let ask = || passwords.verify("a long enough one", None);
        let (first, second, third) = tokio::join!(ask(), ask(), ask());
        assert!(first.is_ok() && second.is_ok());
        assert!(matches!(third, Err(HashError::Busy)));
        assert!(ask().await.is_ok());
    }
}
