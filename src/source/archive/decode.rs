//! Compressed streams, known by their first bytes.

use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, Read};

/// A compression that is undone on the way. All of them may be several streams one behind the other, as `cat`
/// and log rotation make them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// `.xz`.
    Xz,
    /// RFC 8878.
    Zstd,
    /// `.bz2`.
    Bzip2,
}

/// A decoder may want this much for its window: `xz -9` needs 65 MiB, `zstd --long=27` 128. More is a bomb.
const WINDOW: u64 = 160 << 20;
/// Base-two logarithm of zstd's greatest window.
const ZSTD_WINDOW: u32 = 27;

impl Packing {
    /// By the first bytes; a few more than the magic itself, for text may begin with `BZh`.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Self::Bzip2),
            _ => None,
        }
    }

    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }

    /// What `input` holds.
    ///
    /// # Errors
    /// When the decoder cannot be made; damage shows while reading.
    pub fn undo<'a>(self, input: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Gzip => Box::new(Members(Some(GzDecoder::new(input)))),
            Self::Xz => {
                let flags = liblzma::stream::CONCATENATED;
                let stream = liblzma::stream::Stream::new_stream_decoder(WINDOW, flags)?;
                Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream))
            }
            Self::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(input)?;
                decoder.window_log_max(ZSTD_WINDOW)?;
                Box::new(decoder)
            }
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        })
    }
}

/// Members of a gzip file, one behind the other. Tapes and block devices leave zeros behind the last one, which are
/// no damage; anything else is.
struct Members<R>(Option<GzDecoder<R>>);

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.0 else { return Ok(0) };
            let n = member.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            let Some(member) = self.0.take() else { return Ok(0) };
            let mut rest = member.into_inner();
            match next(&mut rest)? {
                None => return Ok(0),
                Some(0x1f) => self.0 = Some(GzDecoder::new(rest)),
                Some(_) => {
                    let why = "something that is not gzip follows the gzip stream";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, why));
                }
            }
        }
    }
}

/// The first byte that is not zero, left in place.
fn next(rest: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let bytes = rest.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let zeros = bytes.iter().take_while(|b| **b == 0).count();
        let found = bytes.get(zeros).copied();
        rest.consume(zeros);
        if found.is_some() {
            return Ok(found);
        }
    }
}

/// Whether these are the first bytes of a zip archive, an empty one included.
#[must_use]
pub fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Length of a tar header, and of what must be seen of a stream to know it.
pub const HEAD: usize = 512;

/// Whether these are the first bytes of a tar archive: a header whose checksum is right, of whatever age.
#[must_use]
pub fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..HEAD) else { return false };
    let field = &header[148..156];
    let digits: String = field.iter().map(|b| char::from(*b)).collect();
    let Ok(written) = u32::from_str_radix(digits.trim_matches([' ', '\0']), 8) else { return false };
    // the checksum is taken with blanks in its own place
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    let own: u32 = field.iter().map(|b| u32::from(*b)).sum();
    sum - own + 8 * u32::from(b' ') == written && header[0] != 0
}

#[cfg(test)]
mod tests {
    use super::{Packing, is_tar, is_zip};
    use std::io::{Read, Write};

    fn undone(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        packing.undo(bytes).unwrap().read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn every_packing_is_known_by_its_head_and_undone() {
        let gzip = {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(b"hello").unwrap();
            encoder.finish().unwrap()
        };
        let xz = {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
            encoder.write_all(b"hello").unwrap();
            encoder.finish().unwrap()
        };
        let bzip2 = {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(b"hello").unwrap();
            encoder.finish().unwrap()
        };
        let zstd = zstd::encode_all(&b"hello"[..], 1).unwrap();
        for (packing, bytes) in
            [(Packing::Gzip, gzip), (Packing::Xz, xz), (Packing::Bzip2, bzip2), (Packing::Zstd, zstd)]
        {
            assert_eq!(Packing::of(&bytes), Some(packing));
            assert_eq!(undone(packing, &bytes), b"hello");
            let twice = [bytes.clone(), bytes].concat();
            assert_eq!(undone(packing, &twice), b"hellohello", "{packing:?}: one behind the other");
        }
    }

    #[test]
    fn zeros_behind_gzip_are_no_damage_and_anything_else_is() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"hello").unwrap();
        let gzip = encoder.finish().unwrap();
        let padded = [&gzip[..], &vec![0; 100_000][..]].concat();
        assert_eq!(undone(Packing::Gzip, &padded), b"hello");
        assert_eq!(undone(Packing::Gzip, &[&padded[..], &gzip].concat()), b"hellohello");
        let followed = [&padded[..], b"tail"].concat();
        let mut text = Vec::new();
        let why = Packing::Gzip.undo(&followed[..]).unwrap().read_to_end(&mut text).unwrap_err();
        assert_eq!((text.as_slice(), why.to_string().contains("not gzip follows")), (&b"hello"[..], true));
    }

    #[test]
    fn text_is_nothing_of_that_kind() {
        for text in [&b"BZhello"[..], b"PK\n", b"", b"Nov 20 09:12:10 web1 kernel: x"] {
            assert!(Packing::of(text).is_none() && !is_zip(text) && !is_tar(text));
        }
        assert!(!is_tar(&[0; 512]) && !is_tar(&[b'7'; 512]));
        let mut header = tar::Header::new_gnu();
        header.set_path("a").unwrap();
        header.set_size(0);
        header.set_cksum();
        assert!(is_tar(header.as_bytes()));
    }
}
