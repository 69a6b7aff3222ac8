//! The file that proves a name on its website.

use model::DomainName;

use crate::site::Site;
use crate::website;

/// Where the file is (RFC 8615).
pub(super) const PATH: &str = "/.well-known/seinpost-proof.txt";

/// Longest file that is read. Its one line has 60 bytes; more may stand beside it.
const FILE_BYTES_MAX: u64 = 4 << 10;

/// Whether the website of a name has the file with this line. No answer is no proof; who asked can try again.
pub(super) async fn has_file(site: &Site, name: &DomainName, wanted: &str) -> bool {
    let file = website::file(site, name, PATH, FILE_BYTES_MAX).await;
    file.is_some_and(|file| has_line(&file.bytes, wanted))
}

fn has_line(bytes: &[u8], wanted: &str) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.lines().any(|line| line.trim() == wanted)
}
