//! Where raw deliveries are kept.

use std::path::PathBuf;

use store::{Addressing, BucketUrl, S3Endpoint};

use super::layers::Layers;
use crate::problem::{Problem, wrong};

/// Object storage, as the settings name it. Without it, blobs are in the data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectStorage {
    /// The bucket, and where in it.
    pub(crate) bucket: BucketUrl,
    /// Its address.
    pub(crate) endpoint: S3Endpoint,
    /// Its region.
    pub(crate) region: String,
    /// Where the bucket stands in addresses.
    pub(crate) addressing: Addressing,
    /// Certificate (PEM) to trust instead of the common ones.
    pub(crate) ca_file: Option<PathBuf>,
    /// File with the key; the environment has it otherwise.
    pub(crate) credentials_file: Option<PathBuf>,
}

/// Object storage if it is set.
pub(super) fn object_storage(layers: &Layers) -> Result<Option<ObjectStorage>, Problem> {
    let path = |key| {
        let given = layers.optional(key);
        given.map(|given| PathBuf::from(&given.text))
    };
    if layers.optional("blobs.url").is_none() {
        layers.refuse_beside(
            &["blobs.endpoint", "blobs.ca-file", "blobs.credentials-file"],
            "counts only when `blobs.url` is set",
        )?;
        return Ok(None);
    }
    if layers.optional("blobs.endpoint").is_none() {
        return Err(
            wrong("`blobs.url` is set, and `blobs.endpoint` is not").hint(
                "set `blobs.endpoint` to the address of the storage, such as `https://storage.example`",
            ),
        );
    }
    Ok(Some(ObjectStorage {
        bucket: layers.parsed("blobs.url")?,
        endpoint: layers.parsed("blobs.endpoint")?,
        region: layers.value("blobs.region").text.clone(),
        addressing: layers.parsed("blobs.style")?,
        ca_file: path("blobs.ca-file"),
        credentials_file: path("blobs.credentials-file"),
    }))
}
