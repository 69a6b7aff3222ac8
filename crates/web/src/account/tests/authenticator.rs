//! A passkey in software: what a telephone does with a challenge (WebAuthn level 2, ES256, no attestation).

use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

const ORIGIN: &str = "http://localhost:8080";
const HOST: &str = "localhost";

/// The person was there, and was recognised by the device.
const PRESENT_AND_VERIFIED: u8 = 0x05;
const HAS_KEY: u8 = 0x40;

pub(super) struct Authenticator {
    key: EcdsaKeyPair,
    random: SystemRandom,
    id: [u8; 16],
    /// Whose it is, as the site said it.
    owner: String,
}

impl Authenticator {
    /// One of its own for each number.
    pub(super) fn new(number: u8) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random);
        Self {
            key: key.unwrap(),
            random,
            id: [number; 16],
            owner: String::new(),
        }
    }

    /// Makes the passkey that the site asks for.
    pub(super) fn create(&mut self, told: &str) -> String {
        let told: Value = serde_json::from_str(told).unwrap();
        let options = &told["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(
            options["authenticatorSelection"]["userVerification"],
            "required"
        );
        self.owner = options["user"]["id"].as_str().unwrap().to_owned();
        let mut data = self.data(PRESENT_AND_VERIFIED | HAS_KEY);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        // The point without its first byte, which says that it is not compressed.
        let point = &self.key.public_key().as_ref()[1..];
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20]);
        data.extend(&point[..32]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[32..]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        self.answer(json!({
            "clientDataJSON": text(&client_data("webauthn.create", options)),
            "attestationObject": text(&object),
        }))
    }

    /// Shows the passkey.
    pub(super) fn get(&self, told: &str) -> String {
        let told: Value = serde_json::from_str(told).unwrap();
        let client = client_data("webauthn.get", &told["publicKey"]);
        let data = self.data(PRESENT_AND_VERIFIED);
        let signed = [&data[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&self.random, &signed).unwrap();
        self.answer(json!({
            "clientDataJSON": text(&client),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": self.owner,
        }))
    }

    /// Without a counter, as passkeys that are kept on several devices have none.
    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, HOST.as_bytes()).as_ref().to_vec();
        data.extend([flags, 0, 0, 0, 0]);
        data
    }

    fn answer(&self, response: Value) -> String {
        let id = text(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} })
            .to_string()
    }
}

fn client_data(kind: &str, options: &Value) -> Vec<u8> {
    let data = json!({ "type": kind, "challenge": options["challenge"], "origin": ORIGIN, "crossOrigin": false });
    data.to_string().into_bytes()
}

/// Base64 for addresses, without padding (RFC 4648).
fn text(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..=group.len() {
            text.push(char::from(
                LETTERS[(bits >> (18 - 6 * place) & 63) as usize],
            ));
        }
    }
    text
}
