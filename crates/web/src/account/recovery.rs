//! Recovery codes: for somebody who lost a telephone or a passkey. Ten, each once.

use model::Timestamp;
use store::Tx;

use super::totp::base32;
use crate::visitor::token_digest;

/// Codes that somebody gets.
const CODES: usize = 10;

/// Letters of a code: 80 random bits, so a plain digest keeps them.
const LETTERS: usize = 16;

/// New codes, in groups of four letters.
pub(super) fn fresh_codes() -> Vec<String> {
    let code = || {
        let mut bytes = [0; LETTERS * 5 / 8];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        let letters = base32(&bytes).to_lowercase();
        let groups: Vec<&str> = (0..LETTERS)
            .step_by(4)
            .map(|begin| &letters[begin..begin + 4])
            .collect();
        groups.join("-")
    };
    (0..CODES).map(|_| code()).collect()
}

/// What the store keeps of a code; nothing where the text cannot be one.
pub(super) fn digest(code: &str) -> Option<[u8; 32]> {
    let letters: String = code
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .collect();
    (letters.len() == LETTERS && letters.is_ascii())
        .then(|| token_digest(&letters.to_ascii_lowercase()))
}

/// Takes a code of a person: says whether it could still be used, and uses it up.
pub(super) fn take_code(
    tx: &mut Tx<'_>,
    person_no: i64,
    code: &str,
    now: Timestamp,
) -> store::Result<bool> {
    match digest(code) {
        Some(digest) => tx.use_recovery_code(person_no, &digest, now),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let codes = fresh_codes();
        assert_eq!(codes.len(), 10);
        let code = &codes[0];
        assert_eq!(code.len(), 19, "{code}");
        let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
        assert_eq!(digest(code), digest(&typed));
        assert_ne!(digest(code), digest(&codes[1]));
        for text in ["", "123456", "abcd-efgh-ijkl-mno", "abcd-efgh-ijkl-mnopq"] {
            assert_eq!(digest(text), None, "{text}");
        }
    }
}
