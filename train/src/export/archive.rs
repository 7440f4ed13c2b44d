//! A zip archive of `.npy` arrays, compressed while it is written.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Bytes of an entry or of the archive from which the plain zip format has no numbers left.
const LIMIT: u64 = u32::MAX as u64;

/// Names the type of an array's elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ElementType {
    Float32,
    Int32,
    /// A text of so many characters.
    Text(usize),
}

impl ElementType {
    fn name(&self) -> String {
        match self {
            Self::Float32 => "<f4".to_owned(),
            Self::Int32 => "<i4".to_owned(),
            Self::Text(length) => format!("<U{length}"),
        }
    }
}

struct Entry {
    name: String,
    crc: u32,
    packed: u32,
    unpacked: u32,
    offset: u32,
}

/// Writes an archive entry by entry.
pub(super) struct NpzArchive {
    file: BufWriter<File>,
    entries: Vec<Entry>,
}

impl NpzArchive {
    pub(super) fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), entries: Vec::new() }
    }

    /// Adds an array; `write` hands over its elements, row-major and little-endian.
    pub(super) fn array(
        &mut self,
        name: &str,
        element: &ElementType,
        shape: &[usize],
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let name = format!("{name}.npy");
        let offset = narrow(self.file.stream_position()?)?;
        self.file.write_all(&local_header(&name, 0, 0, 0))?;
        let start = self.file.stream_position()?;
        let (crc, bytes) = pack(&mut self.file, &npy_header(element, shape), write)?;
        let unpacked = narrow(bytes)?;
        let end = self.file.stream_position()?;
        let packed = narrow(end - start)?;
        self.file.seek(SeekFrom::Start(u64::from(offset)))?;
        self.file.write_all(&local_header(&name, crc, packed, unpacked))?;
        self.file.seek(SeekFrom::Start(end))?;
        self.entries.push(Entry { name, crc, packed, unpacked, offset });
        Ok(())
    }

    /// Adds a single text.
    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        let letters: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        self.array(name, &ElementType::Text(text.chars().count()), &[], |out| out.write_all(&letters))
    }

    /// Adds a single number.
    pub(super) fn number(&mut self, name: &str, number: usize) -> io::Result<()> {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        self.array(name, &ElementType::Int32, &[], |out| out.write_all(&number.to_le_bytes()))
    }

    /// Writes the directory and forces everything to the disk.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let start = narrow(self.file.stream_position()?)?;
        for entry in &self.entries {
            self.file.write_all(&directory_entry(entry))?;
        }
        let size = narrow(self.file.stream_position()?)? - start;
        let count = self.entries.len() as u16;
        let mut end = Vec::from(*b"PK\x05\x06\0\0\0\0");
        end.extend(count.to_le_bytes());
        end.extend(count.to_le_bytes());
        end.extend(size.to_le_bytes());
        end.extend(start.to_le_bytes());
        end.extend([0, 0]);
        self.file.write_all(&end)?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}

/// Compresses a head and a body into a file and returns their sum and their length.
fn pack(
    file: &mut BufWriter<File>,
    head: &[u8],
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(u32, u64)> {
    let encoder = DeflateEncoder::new(file, Compression::fast());
    let mut sum = Summed { inner: encoder, crc: flate2::Crc::new(), bytes: 0 };
    sum.write_all(head)?;
    write(&mut sum)?;
    sum.inner.finish()?;
    Ok((sum.crc.sum(), sum.bytes))
}

/// Counts and sums what passes through.
struct Summed<W: Write> {
    inner: W,
    crc: flate2::Crc,
    bytes: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn narrow(bytes: u64) -> io::Result<u32> {
    let too_large =
        || io::Error::new(io::ErrorKind::FileTooLarge, "an archive of over 4 GiB; export fewer samples");
    if bytes < LIMIT { Ok(bytes as u32) } else { Err(too_large()) }
}

/// Version 2.0 to read, no flags, deflate, the earliest date that the format knows.
const COMMON: [u8; 10] = [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];

fn sizes(crc: u32, packed: u32, unpacked: u32, name: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = [crc, packed, unpacked].into_iter().flat_map(u32::to_le_bytes).collect();
    bytes.extend((name.len() as u16).to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn local_header(name: &str, crc: u32, packed: u32, unpacked: u32) -> Vec<u8> {
    let mut bytes = Vec::from(*b"PK\x03\x04");
    bytes.extend(COMMON);
    bytes.extend(sizes(crc, packed, unpacked, name));
    bytes.extend(name.as_bytes());
    bytes
}

fn directory_entry(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::from(*b"PK\x01\x02\x14\0");
    bytes.extend(COMMON);
    bytes.extend(sizes(entry.crc, entry.packed, entry.unpacked, &entry.name));
    bytes.extend([0; 10]);
    bytes.extend(entry.offset.to_le_bytes());
    bytes.extend(entry.name.as_bytes());
    bytes
}

/// Writes the head of an array: version 1.0, padded to a multiple of 64 bytes.
fn npy_header(element: &ElementType, shape: &[usize]) -> Vec<u8> {
    let sizes: String = shape.iter().map(|n| format!("{n},")).collect();
    let mut text = format!("{{'descr': '{}', 'fortran_order': False, 'shape': ({sizes}), }}", element.name());
    while (10 + text.len() + 1) % 64 != 0 {
        text.push(' ');
    }
    text.push('\n');
    let mut bytes = Vec::from(*b"\x93NUMPY\x01\0");
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}
