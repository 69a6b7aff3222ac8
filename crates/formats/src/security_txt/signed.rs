//! The lines of a file inside its signature (RFC 9580, cleartext signature framework).

use super::Problem;

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// The lines that say something, with their numbers from 1; notes what is wrong with the signature around them.
pub(super) fn content<'t>(
    text: &'t str,
    note: &mut impl FnMut(Option<u32>, Problem),
) -> Vec<(u32, &'t str)> {
    let lines: Vec<(u32, &str)> = (1..).zip(text.lines()).collect();
    let place = |wanted: &str| lines.iter().position(|(_, line)| line.trim_end() == wanted);
    let (begin, signature, end) = (place(BEGIN), place(SIGNATURE), place(END));
    let (begin, signature, end) = match (begin, signature, end) {
        (None, None, None) => {
            note(None, Problem::NotSigned);
            return lines;
        }
        (Some(begin), Some(signature), Some(end)) if begin < signature && signature < end => {
            (begin, signature, end)
        }
        _ => {
            note(None, Problem::HalfSigned);
            let is_armour = |line: &str| line.starts_with("-----");
            return lines
                .into_iter()
                .filter(|(_, line)| !is_armour(line))
                .collect();
        }
    };
    if lines[..begin]
        .iter()
        .any(|(_, line)| !line.trim().is_empty())
    {
        note(Some(1), Problem::HalfSigned);
    }
    let behind = lines[end + 1..].iter();
    if let Some((line, _)) = behind.clone().find(|(_, line)| !line.trim().is_empty()) {
        note(Some(*line), Problem::BehindSignature);
    }
    let inside = lines[begin + 1..signature].iter();
    // Headers of the signature end with an empty line.
    let inside = inside.skip_while(|(_, line)| !line.trim().is_empty());
    let unescaped = |line: &'t str| line.strip_prefix("- ").unwrap_or(line);
    inside
        .map(|(number, line)| (*number, unescaped(line)))
        .collect()
}
