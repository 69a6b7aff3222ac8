//! Passwords: which are taken, and how they are kept.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::refusal::Refusal;

/// Shortest password that is taken.
pub(super) const CHARACTERS_MIN: usize = 12;

/// Longest, so that nobody keeps the hash busy with a book.
const BYTES_MAX: usize = 1_024;

/// Memory and passes of Argon2id as OWASP advises them (19 MiB, 2 passes, 1 lane).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// Passwords that are hashed at a time. Each costs [`MEMORY_KIB`] of memory and a processor.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Passwords that everybody tries first, of those that are long enough; lower case, sorted by hand.
const COMMONEST: &str = include_str!("commonest.txt");

/// The key of the text that says why a password is not taken.
pub(super) fn flaw(password: &str, email: &str, name: &str) -> Option<&'static str> {
    if password.chars().count() < CHARACTERS_MIN {
        return Some("account-password-short");
    }
    if password.len() > BYTES_MAX {
        return Some("account-password-long");
    }
    let lower = password.to_lowercase();
    let local_part = email.split('@').next().unwrap_or_default();
    let own = name.split_whitespace().chain([local_part, email]);
    let mut own = own.filter(|word| word.chars().count() >= 4);
    if own.any(|word| lower.contains(&word.to_lowercase())) {
        return Some("account-password-own");
    }
    let distinct: std::collections::BTreeSet<char> = lower.chars().collect();
    if distinct.len() < 5 || COMMONEST.lines().any(|common| common == lower) {
        return Some("account-password-common");
    }
    None
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the numbers are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What the store keeps of a password.
pub(super) async fn hash(password: String) -> Result<String, Refusal> {
    beside(move || {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).expect("the system gives random bytes");
        let hash = hasher().hash_password_with_salt(password.as_bytes(), &salt);
        hash.expect("the salt has its length").to_string()
    })
    .await
}

/// Whether this is the password. Where there is none it takes as long, and is wrong.
pub(super) async fn is_right(password: String, hash: Option<String>) -> Result<bool, Refusal> {
    beside(move || match hash {
        Some(hash) => Argon2::default()
            .verify_password(password.as_bytes(), hash.as_str())
            .is_ok(),
        None => {
            let _ = hasher().hash_password_with_salt(password.as_bytes(), &[0; 16]);
            false
        }
    })
    .await
}

async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let _permit = HASHING.acquire().await.expect("nobody closes it");
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Refusal::Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_neither_common_nor_ones_own_name() {
        for (password, want) in [
            ("correct horse battery", None),
            ("ruim genoeg voor nu", None),
            ("short", Some("account-password-short")),
            ("elevenchars", Some("account-password-short")),
            ("mijn naam is voorbeeld", Some("account-password-own")),
            ("SAM.VISSER-2026-x", Some("account-password-own")),
            ("aaaaaaaaaaaaaaaa", Some("account-password-common")),
            ("Password1234", Some("account-password-common")),
            ("welkom123456", Some("account-password-common")),
        ] {
            let found = flaw(password, "sam.visser@bakery.example", "Sam Voorbeeld");
            assert_eq!(found, want, "{password}");
        }
        assert_eq!(
            flaw(&"ab3 dé".repeat(200), "", ""),
            Some("account-password-long")
        );
    }

    #[test]
    fn a_hash_is_argon2id_with_its_parameters_and_knows_its_password() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let kept = hash("correct horse battery".into()).await.unwrap();
            assert!(
                kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
                "{kept}"
            );
            let right = |password: &str| is_right(password.to_owned(), Some(kept.clone()));
            assert!(right("correct horse battery").await.unwrap());
            assert!(!right("correct horse batterz").await.unwrap());
            assert!(!is_right(String::new(), None).await.unwrap());
        });
    }
}
