//! Signatures of what is sent, so that its receiver knows who sent it (Standard Webhooks, symmetric signatures).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// A secret as people copy it: `whsec_` and base64.
#[must_use]
pub fn secret_text(secret: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The value of the header `webhook-signature`: one signature for each secret, with a space between them.
///
/// `at` is the value of `webhook-timestamp`: seconds since 1970.
#[must_use]
pub fn signature(secrets: &[[u8; 32]], id: &str, at: i64, body: &[u8]) -> String {
    let signatures = secrets.iter().map(|secret| {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
        context.update(format!("{id}.{at}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_another_program() {
        // By `printf 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101... -binary | base64`.
        let first = signature(&[[1; 32]], "msg_1", 1_700_000_000, br#"{"a":1}"#);
        assert_eq!(first, "v1,3tN+SMwreJINGaFSPFdhMpE4XGSVaCkC9ee+KquMGGQ=");
        let both = signature(&[[1; 32], [2; 32]], "msg_1", 1_700_000_000, br#"{"a":1}"#);
        assert_eq!(
            both,
            format!("{first} v1,Kz3+tAcb3skS1//M5TakhPM77XkRzpb2hb6Fx61gpiY=")
        );
        assert_eq!(
            secret_text(&[1; 32]),
            "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
        );
    }
}
