//! The token of an answer link and the check code of a message: both follow from a secret and are kept nowhere.
//!
//! A message that is made again has the same bytes, so what stands in it is computed, not drawn (ADR 0013).

use std::fmt;

/// The secret behind links and codes of an installation.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

/// Bytes that prove a token: 128 bits.
const PROOF_BYTES: usize = 16;
/// Bytes of a token: the number of the message under a mask, and the proof.
const TOKEN_BYTES: usize = 8 + PROOF_BYTES;
/// Characters of a token: five bits each.
const TOKEN_CHARS: usize = (TOKEN_BYTES * 8).div_ceil(5);

/// Letters and digits of a check code. None is like another one, in print or on the telephone.
const CODE_ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters of a check code without the dash between its two groups: 39 bits.
const CHECK_CODE_CHARS: usize = 8;

/// Letters of a token: lower case and digits, so that nothing in it ends a link.
const TOKEN_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

// What the keyed hash is used for. The first byte of its input keeps the uses apart.
const USE_TOKEN: u8 = 1;
const USE_MASK: u8 = 2;
const USE_CODE: u8 = 3;
const USE_APPLICATION: u8 = 4;
const USE_MAILBOX: u8 = 5;
const USE_SUGGESTION: u8 = 20;
const USE_MEETING: u8 = 21;
const USE_REGISTRATION: u8 = 150;
const USE_REGISTRATION_CODE: u8 = 151;

/// Codes that show that a mailbox is read have six digits.
const DIGIT_CODES: u64 = 1_000_000;

impl LinkKey {
    /// The key with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The token of the answer link in a message to a recipient. The same for ever.
    #[must_use]
    pub fn answer_token(&self, notification_no: i64, recipient_no: i64) -> String {
        self.token(USE_TOKEN, notification_no, &[notification_no, recipient_no])
    }

    /// The token of the link by which an applicant comes back to an application. It changes with `link_no`, which counts from
    /// 0 how often the address of the applicant was corrected: who has an earlier one reads nothing any more.
    #[must_use]
    pub fn application_token(&self, application_no: i64, link_no: i64) -> String {
        match link_no {
            // The first link of an application is as it was when there was no other.
            0 => self.token(USE_APPLICATION, application_no, &[application_no]),
            _ => self.token(USE_APPLICATION, application_no, &[application_no, link_no]),
        }
    }

    /// The application to which a token claims to belong. Whether it does is for the caller to ask, with
    /// [`Self::is_application`] and the link that the application has now.
    #[must_use]
    pub fn claimed_application(&self, token: &str) -> Option<i64> {
        self.claimed_number(token)
    }

    /// Whether a token is that of the link that an application has now.
    #[must_use]
    pub fn is_application(&self, token: &str, application_no: i64, link_no: i64) -> bool {
        self.is_same(&self.application_token(application_no, link_no), token)
    }

    /// The token of the link by which somebody sees what becomes of a suggestion. The same for ever.
    #[must_use]
    pub fn suggestion_token(&self, suggestion_no: i64) -> String {
        self.token(USE_SUGGESTION, suggestion_no, &[suggestion_no])
    }

    /// The suggestion to which a token belongs, or nothing if it is not one of ours.
    #[must_use]
    pub fn suggestion_of(&self, token: &str) -> Option<i64> {
        let claimed = self.claimed_number(token)?;
        let own = self.suggestion_token(claimed);
        self.is_same(&own, token).then_some(claimed)
    }

    /// The token of the link by which a guest of a meeting says whether it comes. The same for ever.
    #[must_use]
    pub fn meeting_token(&self, guest_no: i64) -> String {
        self.token(USE_MEETING, guest_no, &[guest_no])
    }

    /// The guest to whom a token belongs, or nothing if it is not one of ours.
    #[must_use]
    pub fn meeting_guest_of(&self, token: &str) -> Option<i64> {
        let claimed = self.claimed_number(token)?;
        let own = self.meeting_token(claimed);
        self.is_same(&own, token).then_some(claimed)
    }

    /// The token of the link by which somebody comes back to the registration of an organisation. The same for ever.
    #[must_use]
    pub fn registration_token(&self, registration_no: i64) -> String {
        self.token(USE_REGISTRATION, registration_no, &[registration_no])
    }

    /// The registration to which a token belongs, or nothing if it is not one of ours.
    #[must_use]
    pub fn registration_of(&self, token: &str) -> Option<i64> {
        let claimed = self.claimed_number(token)?;
        let own = self.registration_token(claimed);
        self.is_same(&own, token).then_some(claimed)
    }

    /// The six digits by which somebody answers that a mail of `sent_at` (Unix microseconds) about a registration arrived. They
    /// are kept nowhere.
    #[must_use]
    pub fn registration_code(&self, registration_no: i64, sent_at: i64) -> String {
        let hash = self.hash(USE_REGISTRATION_CODE, &[registration_no, sent_at]);
        let (head, _) = hash.split_first_chunk().expect("a hash has 32 bytes");
        // The remainder favours none by more than one part in ten million million.
        format!("{:06}", u64::from_be_bytes(*head) % DIGIT_CODES)
    }

    /// The message that a token says it belongs to. It proves nothing yet: compare the token with
    /// [`LinkKey::answer_token`] of that message by [`LinkKey::is_same`].
    #[must_use]
    pub fn claimed_message(&self, token: &str) -> Option<i64> {
        self.claimed_number(token)
    }

    fn token(&self, usage: u8, subject: i64, bound: &[i64]) -> String {
        let mut bytes = [0; TOKEN_BYTES];
        let (number, proof) = bytes.split_at_mut(8);
        proof.copy_from_slice(&self.hash(usage, bound)[..PROOF_BYTES]);
        number.copy_from_slice(&(subject as u64 ^ self.mask(proof)).to_be_bytes());
        written(&bytes)
    }

    fn claimed_number(&self, token: &str) -> Option<i64> {
        let bytes = read(token)?;
        let (number, proof) = bytes.split_first_chunk()?;
        i64::try_from(u64::from_be_bytes(*number) ^ self.mask(proof)).ok()
    }

    /// Whether two tokens or codes are the same, in a time that does not tell where they differ.
    #[must_use]
    pub fn is_same(&self, left: &str, right: &str) -> bool {
        let hash = |text: &str| blake3::keyed_hash(&self.0, text.as_bytes());
        // Comparing hashes takes constant time.
        hash(left) == hash(right)
    }

    /// The code by which anybody can check that a message is ours: two groups of four, `K7QF-3MNP`.
    #[must_use]
    pub fn check_code(&self, notification_no: i64) -> String {
        self.code(USE_CODE, &[notification_no])
    }

    /// The code by which a participant of a programme answers that a mail of `sent_at` (Unix microseconds) arrived in its
    /// mailbox. It is kept nowhere.
    #[must_use]
    pub fn mailbox_code(&self, application_no: i64, sent_at: i64) -> String {
        self.code(USE_MAILBOX, &[application_no, sent_at])
    }

    fn code(&self, usage: u8, bound: &[i64]) -> String {
        let hash = self.hash(usage, bound);
        let mut code = String::with_capacity(CHECK_CODE_CHARS + 1);
        for (place, pair) in hash.chunks_exact(2).take(CHECK_CODE_CHARS).enumerate() {
            if place == CHECK_CODE_CHARS / 2 {
                code.push('-');
            }
            let value = usize::from(u16::from_be_bytes([pair[0], pair[1]]));
            code.push(char::from(CODE_ALPHABET[value % CODE_ALPHABET.len()]));
        }
        code
    }

    fn mask(&self, proof: &[u8]) -> u64 {
        let mut input = vec![USE_MASK];
        input.extend_from_slice(proof);
        let hash = blake3::keyed_hash(&self.0, &input);
        let (head, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("a hash has 32 bytes");
        u64::from_be_bytes(*head)
    }

    fn hash(&self, usage: u8, numbers: &[i64]) -> [u8; 32] {
        let mut input = vec![usage];
        for number in numbers {
            input.extend_from_slice(&number.to_be_bytes());
        }
        *blake3::keyed_hash(&self.0, &input).as_bytes()
    }
}

/// Five bits a letter; the last letter is filled up with zeros.
fn written(bytes: &[u8; TOKEN_BYTES]) -> String {
    let mut text = String::with_capacity(TOKEN_CHARS);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(TOKEN_ALPHABET[(bits >> held & 31) as usize]));
        }
        bits &= (1 << held) - 1;
    }
    text.push(char::from(
        TOKEN_ALPHABET[(bits << (5 - held) & 31) as usize],
    ));
    text
}

fn read(text: &str) -> Option<[u8; TOKEN_BYTES]> {
    if text.len() != TOKEN_CHARS {
        return None;
    }
    let mut bytes = [0; TOKEN_BYTES];
    let mut places = bytes.iter_mut();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = TOKEN_ALPHABET.iter().position(|known| *known == letter)?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            *places.next()? = (bits >> held) as u8;
            bits &= (1 << held) - 1;
        }
    }
    // Each token has one way of writing it.
    (bits == 0).then_some(bytes)
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(secret)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_token_of_an_application_is_none_of_a_message_and_opens_nothing_else() {
        let key = LinkKey::new([7; 32]);
        let token = key.application_token(41, 0);
        assert_eq!(key.claimed_application(&token), Some(41));
        assert!(key.is_application(&token, 41, 0));
        for (application_no, link_no) in [(42, 0), (41, 1), (41, 2)] {
            assert!(!key.is_application(&token, application_no, link_no));
        }
        let second = key.application_token(41, 1);
        assert_eq!(key.claimed_application(&second), Some(41));
        assert!(key.is_application(&second, 41, 1));
        assert!(!key.is_application(&second, 41, 0));
        assert!(!key.is_application(&key.answer_token(41, 41), 41, 0));
        assert!(!LinkKey::new([8; 32]).is_application(&token, 41, 0));
    }

    #[test]
    fn a_registration_has_a_token_and_six_digits_for_each_mail_of_its_own() {
        let key = LinkKey::new([7; 32]);
        let token = key.registration_token(41);
        assert_eq!(key.registration_of(&token), Some(41));
        assert_eq!(key.registration_of(&key.application_token(41, 0)), None);
        let code = key.registration_code(41, 1_000);
        assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()));
        assert_ne!(code, key.registration_code(41, 1_001));
        assert_ne!(code, key.registration_code(42, 1_000));
    }

    #[test]
    fn each_mail_to_a_mailbox_has_a_code_of_its_own() {
        let key = LinkKey::new([7; 32]);
        let code = key.mailbox_code(41, 1_000);
        assert_eq!(code, key.mailbox_code(41, 1_000));
        assert_ne!(code, key.mailbox_code(41, 1_001));
        assert_ne!(code, key.mailbox_code(42, 1_000));
    }
    fn key() -> LinkKey {
        crate::IdKey::new([7; 32]).link_key()
    }

    #[test]
    fn tokens_and_codes_never_change() {
        assert_eq!(
            key().answer_token(42, 7),
            "3wpxg99rpaszc4n7b4ftw0bfx6am0dh5pf4dr1g"
        );
        assert_eq!(key().check_code(42), "YGM4-UTHW");
    }

    #[test]
    fn the_key_does_not_show() {
        assert_eq!(format!("{:?}", key()), "LinkKey(secret)");
    }

    #[test]
    fn no_character_of_a_code_is_like_another() {
        for unclear in "01ILO".bytes() {
            assert!(!CODE_ALPHABET.contains(&unclear));
        }
    }

    proptest! {
        #[test]
        fn a_token_leads_to_its_message_and_to_no_other(number in 0_i64.., recipient in 0_i64..) {
            let token = key().answer_token(number, recipient);
            prop_assert_eq!(token.len(), TOKEN_CHARS);
            prop_assert_eq!(key().claimed_message(&token), Some(number));
            prop_assert!(!key().is_same(&token, &key().answer_token(number, recipient ^ 1)));
            let other = LinkKey::new([8; 32]);
            prop_assert!(!key().is_same(&token, &other.answer_token(number, recipient)));
        }

        #[test]
        fn a_changed_token_is_not_that_of_the_message_that_it_claims(
            number in 0_i64.., recipient in 0_i64.., place in 0..TOKEN_CHARS, letter in 0_usize..32
        ) {
            let token = key().answer_token(number, recipient);
            let mut changed = token.clone().into_bytes();
            changed[place] = TOKEN_ALPHABET[letter];
            let changed = String::from_utf8(changed).unwrap();
            if changed != token && let Some(claimed) = key().claimed_message(&changed) {
                prop_assert!(!key().is_same(&changed, &key().answer_token(claimed, recipient)));
            }
        }

        #[test]
        fn any_text_is_read_as_a_token_without_a_panic(text: String) {
            let _ = key().claimed_message(&text);
        }

        #[test]
        fn a_code_is_two_groups_of_four_clear_characters(number in 0_i64..) {
            let code = key().check_code(number);
            let (left, right) = code.split_once('-').unwrap();
            prop_assert_eq!((left.len(), right.len()), (4, 4));
            prop_assert!(left.bytes().chain(right.bytes()).all(|letter| CODE_ALPHABET.contains(&letter)));
        }
    }
}
