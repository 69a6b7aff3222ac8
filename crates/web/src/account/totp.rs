//! Codes of an app on somebody's telephone (TOTP, RFC 6238): six digits, half a minute, one step aside for clocks that
//! differ.

use model::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use store::{StoredTotp, Tx};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret, as RFC 4226 advises for SHA-1, the only hash that all apps know.
const SECRET_BYTES: usize = 20;

/// Wrong codes after a right password before no code is looked at for a while. Only who knows the password gets there.
const WRONG_MAX: i64 = 5;

/// Minutes of the first such pause; each further wrong code doubles it.
const PAUSE_MINUTES: i64 = 1;

/// Longest pause. It keeps guesses below 24 a day, of a million codes.
const PAUSE_MINUTES_MAX: i64 = 60;

/// A secret that nobody can guess.
pub(super) fn fresh_secret() -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    getrandom::fill(&mut secret).expect("the system gives random bytes");
    secret
}

/// The step of the code, if it is right and later than `last_step`: a code works once.
pub(super) fn step_of(secret: &[u8], code: &str, last_step: i64, now: Timestamp) -> Option<i64> {
    let code: String = code.split_whitespace().collect();
    let seconds = u64::try_from(now.micros() / 1_000_000).ok()?;
    let step = totp(secret)?.check(&code, seconds)?;
    i64::try_from(step).ok().filter(|step| *step > last_step)
}

fn totp(secret: &[u8]) -> Option<Totp> {
    let secret = Secret::new_stack(secret.try_into().ok()?);
    Builder::new().with_secret(secret).with_skew(1).build().ok()
}

/// Takes a code of a person: says whether it is right, and writes down that it was used or wrong.
pub(super) fn take_code(
    tx: &mut Tx<'_>,
    person_no: i64,
    code: &str,
    now: Timestamp,
) -> store::Result<bool> {
    let Some(totp) = tx.totp(person_no)?.filter(|totp| totp.blocked_until <= now) else {
        return Ok(false);
    };
    match step_of(&totp.secret, code, totp.last_step, now) {
        Some(step) => tx.note_right_code(person_no, step)?,
        None => {
            tx.note_wrong_code(person_no, now.plus_seconds(60 * pause_minutes(&totp)))?;
            return Ok(false);
        }
    }
    Ok(true)
}

fn pause_minutes(totp: &StoredTotp) -> i64 {
    match totp.wrong + 1 - WRONG_MAX {
        too_many if too_many < 0 => 0,
        too_many => (PAUSE_MINUTES << too_many.min(6)).min(PAUSE_MINUTES_MAX),
    }
}

/// The secret in letters, as apps take it: base32 (RFC 4648) in groups of four.
pub(super) fn in_letters(secret: &[u8]) -> String {
    let letters = base32(secret);
    let groups: Vec<&str> = (0..letters.len())
        .step_by(4)
        .map(|begin| &letters[begin..(begin + 4).min(letters.len())])
        .collect();
    groups.join(" ")
}

pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut held, mut bits) = (String::new(), 0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// The address that apps read from a picture (Key Uri Format).
pub(super) fn uri(secret: &[u8], desk: &str, email: &str) -> String {
    let encoded =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let (desk, email) = (encoded(desk).replace('+', "%20"), encoded(email));
    let secret = base32(secret);
    format!("otpauth://totp/{desk}:{email}?secret={secret}&issuer={desk}")
}

/// A QR code as the path of an SVG, one unit for each module, and its width with the quiet zone around it.
pub(super) fn picture(text: &str) -> Option<(String, i32)> {
    const QUIET: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    Some((path, code.size() + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the examples of RFC 6238.
    const KEY: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_standard_and_work_once() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let step = step_of(KEY, code, 0, at(seconds));
            assert_eq!(step, Some(seconds / 30), "{code}");
            assert_eq!(
                step_of(KEY, code, seconds / 30, at(seconds)),
                None,
                "{code} again"
            );
            assert_eq!(
                step_of(KEY, code, 0, at(seconds + 30)),
                step,
                "a clock that is behind"
            );
            assert_eq!(step_of(KEY, code, 0, at(seconds + 61)), None, "too late");
        }
        for code in ["", "28708", "2870820", "28708a", "２８７０８２"] {
            assert_eq!(step_of(KEY, code, 0, at(59)), None, "{code}");
        }
        assert!(step_of(KEY, "287 082", 0, at(59)).is_some());
    }

    #[test]
    fn secrets_are_written_as_apps_read_them() {
        assert_eq!(in_letters(KEY), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(base32(b"f"), "MY");
        let uri = uri(KEY, "CSIRT Example", "sam@bakery.example");
        let want = "otpauth://totp/CSIRT%20Example:sam%40bakery.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=CSIRT%20Example";
        assert_eq!(uri, want);
        let (path, width) = picture(&uri).unwrap();
        assert!(path.starts_with("M4 4h1v1h-1z") && width > 40, "{width}");
    }
}
