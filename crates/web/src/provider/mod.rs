//! Providers of identities (OpenID Connect Core 1.0, with the code flow and PKCE), as a client of theirs.
//!
//! What is signed is checked with `ring`; everything else is here, since it is little and all of it decides who comes in
//! (docs/adr/0016-openid-connect.md). Read [`exchange`] first: what goes to a provider and what comes back. [`token`] says
//! what is believed. Left to others: what somebody who was recognised may do (`account`), and the store.

mod exchange;
mod key;
mod line;
mod metadata;
mod settings;
mod sign_out;
mod token;

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use crate::limiter::{Limiter, Limits, Rate};
use line::{Line, LineError};
use metadata::{AGE_MAX, Metadata, REST};

pub(crate) use exchange::{Asking, ExchangeError};
pub use settings::{ClaimNames, Provider, Secret, Serves};
pub(crate) use token::IdToken;

/// Bytes of a provider's name at most: it stands in addresses.
const NAME_BYTES_MAX: usize = 32;

/// How often a provider is asked for keys because a token names an unknown one. Anybody can make up tokens.
const KEY_READS: Limiter = Limiter::new("provider keys", Rate::per_minute(5));

/// The providers of this installation. Cheap to clone.
#[derive(Clone, Default)]
pub struct Providers {
    known: Arc<[Known]>,
}

/// A provider, the line to it, and what it said of itself.
pub(crate) struct Known {
    pub(crate) provider: Provider,
    line: Line,
    memory: Mutex<Memory>,
    limits: Limits,
}

#[derive(Default)]
struct Memory {
    metadata: Option<Arc<Metadata>>,
    /// When it did not answer.
    silent_at: Option<Instant>,
}

/// Why a provider cannot be used as it is set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("provider `{name}`: {why}", name = model::shown(name))]
pub struct ProviderFault {
    name: String,
    why: &'static str,
}

impl Providers {
    /// Makes providers ready; none of them is asked anything yet. `allows_loopback` lets one be on this machine without
    /// encryption, for tests.
    ///
    /// # Errors
    /// When one cannot be used as it is set up.
    pub fn new(providers: Vec<Provider>, allows_loopback: bool) -> Result<Self, ProviderFault> {
        let mut known: Vec<Known> = Vec::new();
        for provider in providers {
            let fault = |why| ProviderFault {
                name: provider.name.clone(),
                why,
            };
            if known
                .iter()
                .any(|other| other.provider.name == provider.name)
            {
                return Err(fault("another one has this name"));
            }
            if let Some(why) = flaw(&provider) {
                return Err(fault(why));
            }
            let line = Line::new(provider.ca.as_deref(), allows_loopback)
                .ok_or_else(|| fault("`ca-file` has no certificate (PEM)"))?;
            line.checked(&provider.issuer)
                .map_err(|_| fault("`issuer` is an address that begins with `https://`"))?;
            known.push(Known {
                provider,
                line,
                memory: Mutex::default(),
                limits: Limits::new(),
            });
        }
        Ok(Self {
            known: known.into(),
        })
    }

    /// The provider with this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.provider.name == name)
    }

    /// All of them, as the settings list them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.known.iter().map(|known| &known.provider)
    }
}

/// What of a provider's settings cannot be meant so.
fn flaw(provider: &Provider) -> Option<&'static str> {
    let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let name = &provider.name;
    let is_admitting = match &provider.serves {
        Serves::Organisation {
            roles,
            default_role,
            ..
        } => !roles.is_empty() || default_role.is_some(),
        Serves::Staff { roles } => !roles.is_empty(),
    };
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.bytes().all(is_letter) {
        Some("a name has 1 to 32 small letters, digits and hyphens")
    } else if provider.levels.is_empty() && provider.methods.is_empty() {
        Some("without `levels` and `methods` nobody who comes from it has shown two factors")
    } else if !is_admitting {
        Some("without `roles` nobody who comes from it may do anything")
    } else {
        None
    }
}

impl Known {
    /// What the provider says of itself, asked anew where that is long ago.
    pub(crate) async fn metadata(&self) -> Result<Arc<Metadata>, LineError> {
        let mut memory = self.memory.lock().await;
        match &memory.metadata {
            Some(metadata) if metadata.read_at.elapsed() < AGE_MAX => Ok(Arc::clone(metadata)),
            _ => self.read(&mut memory).await,
        }
    }

    /// What it says now that a token names a key which `before` has not; the same again where it was asked too often.
    async fn metadata_after(&self, before: Arc<Metadata>) -> Result<Arc<Metadata>, LineError> {
        let mut memory = self.memory.lock().await;
        match &memory.metadata {
            // Somebody else asked meanwhile.
            Some(metadata) if metadata.read_at > before.read_at => Ok(Arc::clone(metadata)),
            _ if self.limits.take(&KEY_READS, ()).is_err() => Ok(before),
            _ => self.read(&mut memory).await,
        }
    }

    async fn read(&self, memory: &mut Memory) -> Result<Arc<Metadata>, LineError> {
        if memory.silent_at.is_some_and(|at| at.elapsed() < REST) {
            return Err(LineError::Resting);
        }
        match Metadata::read(&self.provider, &self.line).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                memory.metadata = Some(Arc::clone(&metadata));
                memory.silent_at = None;
                Ok(metadata)
            }
            Err(error) => {
                memory.silent_at = Some(Instant::now());
                Err(error)
            }
        }
    }

    /// Whether somebody who comes with this token has shown two factors.
    pub(crate) fn has_two_factors(&self, token: &IdToken) -> bool {
        let Provider {
            levels, methods, ..
        } = &self.provider;
        let has_level = token
            .level
            .as_ref()
            .is_some_and(|level| levels.contains(level));
        has_level || token.methods.iter().any(|method| methods.contains(method))
    }
}
