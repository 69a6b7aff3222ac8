//! Reads a file of the website of a name without holding up other pages.

use model::DomainName;
use outgoing::File;

use crate::site::Site;

/// The file at this path, if it is there and no longer than that. Nothing where there was no answer either.
pub(crate) async fn file(
    site: &Site,
    name: &DomainName,
    path: &'static str,
    bytes_max: u64,
) -> Option<File> {
    let (site, name) = (site.clone(), name.clone());
    let read = move || outgoing::file(site.way(), &name, path, bytes_max).ok();
    tokio::task::spawn_blocking(read).await.ok()?
}
