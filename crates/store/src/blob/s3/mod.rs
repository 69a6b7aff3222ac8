//! Blobs as objects in S3-compatible storage, under the names that the files of a folder have.
//!
//! [`request`] sends one request and tries again where that can help; the other files say what is asked. The flow waits
//! for its bytes, so nothing here is asynchronous.

mod credentials;
mod error;
mod options;
mod parts;
mod request;
mod sign;
mod upload;
mod xml;

use std::fmt;
use std::fs::File;
use std::sync::Arc;

use model::{Timestamp, Zone};
use ureq::http::Method;

use super::{BlobInfo, name_in, path_of};
use crate::error::{Result, StoreError};
pub use credentials::{Credentials, KeySource};
pub use error::S3Error;
pub use options::{Addressing, BucketUrl, S3Endpoint, S3Options};
use parts::Parts;
use request::{Client, Request};

/// Names that are asked for at once; S3 gives no more.
const LIST_MAX: usize = 1000;

/// A bucket, or a part of one.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    client: Arc<Client>,
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.options.bucket.fmt(f)
    }
}

impl Bucket {
    pub(super) fn new(options: S3Options) -> Result<Self> {
        let object = options.bucket.to_string();
        let client = Client::new(options).map_err(|source| StoreError::ObjectStorage {
            what: "use",
            object,
            source,
        })?;
        Ok(Self {
            client: Arc::new(client),
        })
    }

    /// Sends a complete file, unless an object of its length is there already; says whether nothing was there. An object
    /// of another length is replaced: it may be damaged.
    pub(super) fn put(&self, file: &File, name: &str) -> Result<bool> {
        let key = self.key_of(&path_of(name));
        let there = self.info(name)?;
        let length = file.metadata().map_err(S3Error::Spool).map(|it| it.len());
        let length = length.map_err(|error| self.failed("send", &key, error))?;
        let is_whole = |it: Option<&BlobInfo>| it.is_some_and(|it| it.stored_bytes == length);
        if is_whole(there.as_ref()) {
            return Ok(false);
        }
        let is_new = there.is_none();
        match self.upload(&key, file, length, is_new) {
            Ok(()) => Ok(is_new),
            // The upload had ended, and the answer that said so was lost.
            Err(error)
                if error.is_refusal(404, "NoSuchUpload") && is_whole(self.info(name)?.as_ref()) =>
            {
                Ok(is_new)
            }
            Err(error) => Err(self.failed("send", &key, error)),
        }
    }

    pub(super) fn open(&self, name: &str) -> Result<Option<Parts>> {
        Parts::open(self, self.key_of(&path_of(name)))
    }

    /// From a list of one: unlike HEAD it says why when it fails.
    pub(super) fn info(&self, name: &str) -> Result<Option<BlobInfo>> {
        let key = self.key_of(&path_of(name));
        let (found, _) = self.list_page(&[("prefix", &key)], 1)?;
        Ok(found.into_iter().find(|info| info.name == name))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let key = self.key_of(&path_of(name));
        let removed = self.client.send(&Request {
            method: Method::DELETE,
            key: &key,
            ..Request::default()
        });
        match removed {
            Err(error) if error.is_refusal(404, "NoSuchKey") => Ok(()),
            Err(error) => Err(self.failed("remove", &key, error)),
            Ok(_) => Ok(()),
        }
    }

    pub(super) fn list(&self, after: &str, max: usize) -> Result<Vec<BlobInfo>> {
        let prefix = self.key_of("");
        let mut found = Vec::new();
        let mut after = match after {
            "" => prefix.clone(),
            name => self.key_of(&path_of(name)),
        };
        while found.len() < max {
            let query = [("prefix", &*prefix), ("start-after", &*after)];
            let (page, last_key) = self.list_page(&query, LIST_MAX.min(max - found.len()))?;
            found.extend(page);
            match last_key {
                Some(key) => after = key,
                None => break,
            }
        }
        Ok(found)
    }

    /// The blobs of a page, and its last key if there may be more behind it. Other objects are passed over.
    fn list_page(
        &self,
        query: &[(&str, &str)],
        max: usize,
    ) -> Result<(Vec<BlobInfo>, Option<String>)> {
        let max = max.to_string();
        let mut query = query.to_vec();
        query.extend([("list-type", "2"), ("max-keys", &*max)]);
        let answer = self.client.send(&Request {
            query: &query,
            ..Request::default()
        });
        let failed = |error| self.failed("list", "", error);
        let page = answer.map_err(failed)?.text();
        let (mut found, mut last_key) = (Vec::new(), None);
        for object in xml::elements(&page, "Contents") {
            let key = xml::text(object, "Key")
                .ok_or_else(|| failed(self.strange("an object has no key")))?;
            if let Some(name) = key.rsplit('/').next().and_then(name_in)
                && self.key_of(&path_of(name)) == key
            {
                let info = info_from(name, object);
                let strange = || failed(self.strange("an object has no size or no time"));
                found.push(info.ok_or_else(strange)?);
            }
            last_key = Some(key);
        }
        let is_truncated = xml::text(&page, "IsTruncated").as_deref() == Some("true");
        Ok((found, last_key.filter(|_| is_truncated)))
    }

    /// The key of a path below the prefix.
    fn key_of(&self, path: &str) -> String {
        match self.client.options.bucket.prefix.as_str() {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        }
    }

    fn failed(&self, what: &'static str, key: &str, source: S3Error) -> StoreError {
        let bucket = &self.client.options.bucket;
        StoreError::ObjectStorage {
            what,
            object: match key {
                "" => bucket.to_string(),
                key => format!("s3://{}/{key}", bucket.bucket),
            },
            source,
        }
    }

    fn strange(&self, why: &'static str) -> S3Error {
        S3Error::Strange {
            endpoint: self.client.options.endpoint.to_string(),
            why,
        }
    }
}

fn info_from(name: &str, object: &str) -> Option<BlobInfo> {
    Some(BlobInfo {
        name: name.to_owned(),
        stored_bytes: xml::text(object, "Size")?.parse().ok()?,
        written_at: Timestamp::parse(&xml::text(object, "LastModified")?, &Zone::UTC).ok()?,
    })
}
