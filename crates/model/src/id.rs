//! Public ids: what the world sees of the internal numbers.

use std::fmt;

use uuid::{Builder, Uuid};

crate::vocabulary! {
    /// What a public id stands for.
    pub enum IdKind: "kind of id" {
        /// A finding.
        Finding = 0 => "finding",
        /// A notification.
        Notification = 1 => "notification",
        /// A batch.
        Batch = 2 => "batch",
        /// A party, an organisation for most people.
        Party = 3 => "party",
        /// A person who signs in.
        Person = 4 => "person",
        /// A session of a person.
        Session = 5 => "session",
        /// A mandate.
        Mandate = 6 => "mandate",
        /// A contact of a party.
        Contact = 7 => "contact",
        /// An asset.
        Asset = 8 => "asset",
        /// A group of assets.
        AssetGroup = 20 => "asset-group",
        /// A list of assets that waits to be brought in.
        AssetImport = 21 => "asset-import",
        /// Two organisations that claim the same asset.
        Dispute = 22 => "dispute",
        /// A proof that somebody of the desk looks at.
        ProofReview = 23 => "proof-review",
        /// What an organisation writes into the DNS to prove that a domain is its own.
        OwnershipToken = 24 => "ownership-token",
        /// A link that was made by forwarding a finding.
        AnswerLink = 30 => "answer-link",
        /// An approval of many messages, which a second person confirms.
        JointApproval = 40 => "joint-approval",
        /// A row of the audit log.
        AuditRow = 41 => "audit-row",
        /// An invitation.
        Invitation = 45 => "invitation",
        /// A key of the API.
        ApiKey = 50 => "api key",
        /// Something that happened for an organisation: where a reader of changes is.
        Change = 51 => "change",
        /// A line of a batch: where a reader of verdicts is.
        Verdict = 52 => "verdict",
        /// Something that a recipient said of a finding.
        Answer = 53 => "answer",
        /// A mail about an account or an organisation.
        ServiceMail = 60 => "service-mail",
        /// A passkey of a person.
        Passkey = 61 => "passkey",
        /// An account at a provider of identities, by which a person signs in.
        Identity = 62 => "identity",
        /// A version of the desk's text about a threat.
        AdviceVersion = 65 => "advice-version",
        /// A programme that organisations take part in.
        Programme = 75 => "programme",
        /// An application for a programme.
        Application = 76 => "application",
        /// A place outside the draw that waits for a second person.
        PlaceOverride = 77 => "place-override",
        /// A complaint about the service.
        Complaint = 92 => "complaint",
        /// A suggestion for the service.
        Suggestion = 93 => "suggestion",
        /// A user story: what is to change in the service, for whom and why.
        Story = 94 => "story",
        /// An evaluation of a programme.
        Evaluation = 95 => "evaluation",
        /// A question of a survey.
        Question = 96 => "question",
        /// An answer in words to a question of a survey.
        SurveyAnswer = 97 => "survey-answer",
        /// A meeting with stakeholders.
        Meeting = 98 => "meeting",
        /// Somebody who is invited to a meeting.
        MeetingGuest = 99 => "meeting-guest",
        /// What somebody of the desk does after a meeting.
        MeetingAction = 100 => "meeting-action",
        /// A mail that came in reply to a message.
        Reply = 105 => "reply",
        /// An address of an organisation that is told what happens.
        Webhook = 111 => "webhook",
        /// An attempt to tell such an address.
        WebhookDelivery = 112 => "webhook-delivery",
        /// A list in which an organisation says what it did for customers.
        CustomerList = 113 => "customer-list",
        /// A row of such a list.
        CustomerListRow = 114 => "customer-list-row",
        /// Many looks for what proves names.
        ProofCheck = 135 => "proof-check",
        /// One of these, by its place among them.
        ProofLook = 136 => "proof-look",
        /// What there is for whoever has no place in a programme.
        Alternative = 140 => "alternative",
        /// Another count for an application, which waits for a second person.
        CountCorrection = 145 => "count-correction",
        /// An organisation that registers itself.
        Registration = 150 => "registration",
        /// A desk.
        Desk = 160 => "desk",
    }
}

/// The key of an installation, with which internal numbers become public ids and back.
///
/// A public id is a UUID of version 8 (RFC 9562): 64 bits of the number under a mask, and 58 bits that prove that
/// this installation made it for this kind. It tells nothing of the number, and a made-up one is not accepted. It
/// needs no column in the store.
#[derive(Clone)]
pub struct IdKey([u8; 32]);

/// Bits of proof: 122 free bits of a UUID, less the number.
const PROOF_BITS: u32 = 58;
const PROOF_MASK: u64 = (1 << PROOF_BITS) - 1;

// What the keyed hash is used for. The first byte of its input keeps the two uses apart.
const USE_PROOF: u8 = 1;
const USE_MASK: u8 = 2;

impl IdKey {
    /// The key with these bytes. They are secret, random and never change.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The public id of a number. The same for ever.
    #[must_use]
    pub fn public_id(&self, kind: IdKind, number: u64) -> Uuid {
        let proof = self.hash(USE_PROOF, kind, number) & PROOF_MASK;
        let masked = number ^ self.hash(USE_MASK, kind, proof);
        pack(masked, proof)
    }

    /// The number behind a public id, or nothing if it was not made with this key for this kind.
    #[must_use]
    pub fn number_of(&self, kind: IdKind, id: &Uuid) -> Option<u64> {
        let (masked, proof) = unpack(id);
        let number = masked ^ self.hash(USE_MASK, kind, proof);
        // Compared as a whole, version and variant included: each number has one id.
        (self.public_id(kind, number) == *id).then_some(number)
    }

    /// The key for digests of deliveries: equal content can be recognised, and a digest tells nothing of its content.
    #[must_use]
    pub fn digest_key(&self) -> [u8; 32] {
        blake3::derive_key("seinpost 2026-11 digest of a delivery", &self.0)
    }

    /// The key for links and codes in messages.
    #[must_use]
    pub fn link_key(&self) -> crate::LinkKey {
        crate::LinkKey::new(blake3::derive_key(
            "seinpost 2026-11 links and codes",
            &self.0,
        ))
    }

    /// The secret with which events for an address of an organisation are signed. The store keeps none: it follows from the
    /// number of the address and the number of the secret.
    #[must_use]
    pub fn webhook_secret(&self, webhook_no: i64, secret_no: i32) -> [u8; 32] {
        let key = blake3::derive_key("seinpost 2026-11 secrets of webhooks", &self.0);
        let mut input = [0; 12];
        input[..8].copy_from_slice(&webhook_no.to_be_bytes());
        input[8..].copy_from_slice(&secret_no.to_be_bytes());
        *blake3::keyed_hash(&key, &input).as_bytes()
    }

    /// The key for marks of who filled in a form that comes back because the session ended: only that person sends it again.
    #[must_use]
    pub fn form_key(&self) -> [u8; 32] {
        blake3::derive_key("seinpost 2026-11 who filled in a form", &self.0)
    }

    /// The key for digests of what somebody looked for: whoever knows a value can ask who did.
    #[must_use]
    pub fn search_key(&self) -> [u8; 32] {
        blake3::derive_key("seinpost 2026-11 digest of a search", &self.0)
    }

    fn hash(&self, usage: u8, kind: IdKind, value: u64) -> u64 {
        let mut input = [0; 11];
        input[0] = usage;
        input[1..3].copy_from_slice(&kind.code().to_be_bytes());
        input[3..].copy_from_slice(&value.to_be_bytes());
        let hash = blake3::keyed_hash(&self.0, &input);
        let (head, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("a hash has 32 bytes");
        u64::from_be_bytes(*head)
    }
}

/// Spreads 64 + 58 bits over a UUID, around its version (bits 48 to 51) and variant (bits 64 and 65).
fn pack(masked: u64, proof: u64) -> Uuid {
    let bits = u128::from(masked) << PROOF_BITS | u128::from(proof);
    let head = bits >> 74;
    let middle = bits >> 62 & 0xfff;
    let tail = bits & ((1 << 62) - 1);
    let spread = head << 80 | middle << 64 | tail;
    Builder::from_custom_bytes(spread.to_be_bytes()).into_uuid()
}

fn unpack(id: &Uuid) -> (u64, u64) {
    let spread = id.as_u128();
    let head = spread >> 80;
    let middle = spread >> 64 & 0xfff;
    let tail = spread & ((1 << 62) - 1);
    let bits = head << 74 | middle << 62 | tail;
    // 122 bits: the shift leaves 64, the mask 58.
    ((bits >> PROOF_BITS) as u64, bits as u64 & PROOF_MASK)
}

impl fmt::Debug for IdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> IdKey {
        IdKey::new([7; 32])
    }

    #[test]
    fn public_ids_never_change() {
        let id = key().public_id(IdKind::Finding, 1);
        assert_eq!(id.to_string(), "cb4d0e9e-3695-8e6a-add1-435d468b80d4");
        assert_eq!(
            (id.get_version_num(), id.get_variant()),
            (8, uuid::Variant::RFC4122)
        );
    }

    #[test]
    fn the_key_does_not_show() {
        assert_eq!(format!("{:?}", key()), "IdKey(secret)");
    }

    proptest! {
        #[test]
        fn only_the_same_key_and_kind_give_the_number_back(number: u64) {
            let id = key().public_id(IdKind::Finding, number);
            prop_assert_eq!(key().number_of(IdKind::Finding, &id), Some(number));
            prop_assert_eq!(key().number_of(IdKind::Batch, &id), None);
            prop_assert_eq!(IdKey::new([8; 32]).number_of(IdKind::Finding, &id), None);
        }

        #[test]
        fn a_changed_id_is_not_accepted(number: u64, bit in 0_u32..128) {
            let id = key().public_id(IdKind::Finding, number);
            let changed = Uuid::from_u128(id.as_u128() ^ 1 << bit);
            prop_assert_eq!(key().number_of(IdKind::Finding, &changed), None);
        }

        #[test]
        fn packing_loses_nothing(masked: u64, proof in 0..=PROOF_MASK) {
            prop_assert_eq!(unpack(&pack(masked, proof)), (masked, proof));
        }
    }
}
