//! Sends a file: whole where it is small, in parts where it is not.

use std::fs::File;
use std::time::Duration;

use model::{Timestamp, Zone};
use ureq::http::Method;

use super::request::{Body, FilePart, Request};
use super::{Bucket, S3Error, xml};
use crate::blob::is_older_than;

/// Bytes of a part. S3 takes at most 10,000 parts, which makes 640 GB.
pub(super) const PART_BYTES: u64 = 64 << 20;

impl Bucket {
    /// Sends a file. `is_new`: nothing had this key a moment ago, and what another writer puts there first stays.
    pub(super) fn upload(
        &self,
        key: &str,
        file: &File,
        length: u64,
        is_new: bool,
    ) -> Result<(), S3Error> {
        if length > PART_BYTES {
            return self.upload_in_parts(key, file, length, is_new);
        }
        let request = Request {
            method: Method::PUT,
            key,
            body: Body::Part(FilePart {
                file,
                offset: 0,
                length,
            }),
            ..Request::default()
        };
        self.send_new(&request, is_new)
    }

    fn upload_in_parts(
        &self,
        key: &str,
        file: &File,
        length: u64,
        is_new: bool,
    ) -> Result<(), S3Error> {
        let begun = self.client.send(&Request {
            method: Method::POST,
            key,
            query: &[("uploads", "")],
            ..Request::default()
        })?;
        let upload = xml::text(&begun.text(), "UploadId")
            .ok_or_else(|| self.strange("an upload has no id"))?;
        let sent = self
            .send_parts(key, &upload, file, length)
            .and_then(|list| self.complete(key, &upload, &list, is_new));
        if sent.is_err() {
            // Best effort: what stays behind is swept when it is old.
            let _ = self.abort(key, &upload);
        }
        sent
    }

    /// Sends the parts one after another; gives the list that completes the upload.
    fn send_parts(
        &self,
        key: &str,
        upload: &str,
        file: &File,
        length: u64,
    ) -> Result<String, S3Error> {
        let mut list = String::from("<CompleteMultipartUpload>");
        for (index, offset) in (0..length).step_by(PART_BYTES as usize).enumerate() {
            let number = (index + 1).to_string();
            let answer = self.client.send(&Request {
                method: Method::PUT,
                key,
                query: &[("partNumber", &number), ("uploadId", upload)],
                body: Body::Part(FilePart {
                    file,
                    offset,
                    length: PART_BYTES.min(length - offset),
                }),
                ..Request::default()
            })?;
            let etag = answer
                .header("etag")
                .ok_or_else(|| self.strange("a part has no `etag`"))?;
            list.push_str(&format!(
                "<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag></Part>",
                xml::escaped(etag)
            ));
        }
        list.push_str("</CompleteMultipartUpload>");
        Ok(list)
    }

    fn complete(&self, key: &str, upload: &str, list: &str, is_new: bool) -> Result<(), S3Error> {
        let request = Request {
            method: Method::POST,
            key,
            query: &[("uploadId", upload)],
            body: Body::Text(list),
            ..Request::default()
        };
        self.send_new(&request, is_new)
    }

    fn abort(&self, key: &str, upload: &str) -> Result<(), S3Error> {
        let aborted = self.client.send(&Request {
            method: Method::DELETE,
            key,
            query: &[("uploadId", upload)],
            ..Request::default()
        });
        match aborted {
            Err(error) if error.is_refusal(404, "NoSuchUpload") => Ok(()),
            aborted => aborted.map(drop),
        }
    }

    /// Sends what makes an object appear. The condition keeps a complete object from being replaced; storage that does
    /// not know conditions is asked again without.
    fn send_new(&self, request: &Request<'_>, is_new: bool) -> Result<(), S3Error> {
        let condition = [("if-none-match", "*".to_owned())];
        let sent = match is_new {
            false => self.client.send(request),
            true => match self.client.send(&request.with_headers(&condition)) {
                Err(error) if error.is_refusal(501, "NotImplemented") => self.client.send(request),
                sent => sent,
            },
        };
        match sent {
            // Somebody was first, or our own first try, whose answer was lost.
            Err(error) if error.is_refusal(412, "PreconditionFailed") => Ok(()),
            Err(error) => Err(error),
            // An answer that begins as a success can end otherwise when parts are put together.
            Ok(answer) => match xml::elements(&answer.text(), "Error").next() {
                None => Ok(()),
                Some(inside) => Err(S3Error::Refused {
                    endpoint: self.client.options.endpoint.to_string(),
                    status: 200,
                    code: xml::text(inside, "Code").unwrap_or_default(),
                }),
            },
        }
    }

    /// Gives up uploads in parts that began longer ago than `age`; says how many there were.
    pub(in crate::blob) fn sweep_uploads(
        &self,
        age: Duration,
        rehearse: bool,
    ) -> crate::error::Result<u64> {
        let failed = |error| self.failed("sweep the uploads of", "", error);
        let prefix = self.key_of("");
        let (mut swept, mut after) = (0, (String::new(), String::new()));
        loop {
            let mut query = vec![("uploads", ""), ("prefix", &*prefix)];
            if !after.0.is_empty() {
                query.extend([("key-marker", &*after.0), ("upload-id-marker", &*after.1)]);
            }
            let answer = self.client.send(&Request {
                query: &query,
                ..Request::default()
            });
            let page = answer.map_err(failed)?.text();
            for upload in xml::elements(&page, "Upload") {
                let text = |name| xml::text(upload, name).unwrap_or_default();
                let begun = Timestamp::parse(&text("Initiated"), &Zone::UTC)
                    .map_err(|_| failed(self.strange("an upload has no time")))?;
                if !is_older_than(begun, age) {
                    continue;
                }
                swept += 1;
                if !rehearse {
                    self.abort(&text("Key"), &text("UploadId"))
                        .map_err(failed)?;
                }
            }
            let text = |name| xml::text(&page, name).unwrap_or_default();
            after = (text("NextKeyMarker"), text("NextUploadIdMarker"));
            if text("IsTruncated") != "true" || after.0.is_empty() {
                return Ok(swept);
            }
        }
    }
}
