//! Archives that we make: a zip, file after file, in memory.

use std::io::{self, Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip on its way.
pub struct ArchiveWriter(ZipWriter<Cursor<Vec<u8>>>);

impl Default for ArchiveWriter {
    fn default() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }
}

impl ArchiveWriter {
    /// Begins a file; what is written from now on is in it.
    ///
    /// # Errors
    /// When the archive has grown beyond what the format can hold.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        // Without a time: the same content makes the same bytes.
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT);
        Ok(self.0.start_file(name, options)?)
    }

    /// The whole archive.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub fn finish(self) -> io::Result<Vec<u8>> {
        Ok(self.0.finish()?.into_inner())
    }
}

impl Write for ArchiveWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
