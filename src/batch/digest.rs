//! What a bundle is known by: its bytes, wherever it lies and whatever it is called.

use crate::model::report::coverage::Input;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A bundle's identity and size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// 32 hexadecimal digits.
    pub archive_id: String,
    /// Of a file: all 64, as `sha256sum` prints them.
    pub sha256: Option<String>,
    /// Bytes.
    pub size: u64,
}

impl Identity {
    /// As a report names it.
    pub fn input(&self, path: &Path) -> Input {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let of_folder = self.sha256.is_none();
        Input {
            name: name.unwrap_or_else(|| path.display().to_string()),
            bytes: self.size,
            sha256: self.sha256.clone().unwrap_or_default(),
            content_id: if of_folder { self.archive_id.clone() } else { String::new() },
        }
    }
}

/// The INPUTs of a run by their bytes; those that cannot be read, or only once, or never twice the same, are left out.
#[must_use]
pub fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    let stored = paths.par_iter().filter(|path| !is_live(path));
    stored.filter_map(|path| Some(identity(path).ok()?.input(path))).collect()
}

/// Folders whose files the kernel makes while they are read, some of them without an end.
const LIVE: [&str; 3] = ["/proc", "/sys", "/dev"];

fn is_live(path: &Path) -> bool {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    whole == Path::new("/") || LIVE.iter().any(|live| whole.starts_with(live))
}

/// Deeper than any bundle, shallow enough for any stack.
const DEPTH: usize = 128;

/// Reads a bundle to its end. Of a file the id is the first half of its SHA-256; of a folder, that of the SHA-256 over
/// the sorted relative paths of all that is in it, sizes and contents. Links count by where they lead and what is neither
/// file nor folder by its name, for neither is followed or opened. Ages do not count.
///
/// # Errors
/// When the bundle cannot be opened.
pub fn identity(path: &Path) -> io::Result<Identity> {
    let meta = fs::metadata(path)?;
    if meta.is_file() {
        let (hash, size) = content(path)?;
        let id = hash.get(..32).unwrap_or(&hash).to_owned();
        return Ok(Identity { archive_id: id, sha256: Some(hash), size });
    }
    if !meta.is_dir() {
        let why = "neither a file nor a directory: FIFOs, sockets and devices are refused";
        return Err(io::Error::other(why));
    }
    let mut hash = Sha256::new();
    let size = folder(path, b"", 0, &mut hash)?;
    let hash = hex(&hash.finalize());
    Ok(Identity { archive_id: hash.get(..32).unwrap_or(&hash).to_owned(), sha256: None, size })
}

/// Each part behind its length, so that no two folders give the same stream of bytes.
fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

fn folder(path: &Path, name: &[u8], depth: usize, hash: &mut Sha256) -> io::Result<u64> {
    if depth > DEPTH {
        return Err(io::Error::other(format!("folders nested deeper than {DEPTH}")));
    }
    let entries: io::Result<Vec<PathBuf>> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries?;
    entries.sort();
    let mut size = 0;
    for entry in entries {
        let own = entry.file_name().unwrap_or_default().as_encoded_bytes();
        let name = if name.is_empty() { own.to_vec() } else { [name, b"/", own].concat() };
        let meta = fs::symlink_metadata(&entry)?;
        part(hash, &name);
        if meta.is_dir() {
            hash.update(b"d");
            // as of a file below
            match folder(&entry, &name, depth + 1, hash) {
                Ok(bytes) => size += bytes,
                Err(_) => hash.update(b"?"),
            }
        } else if meta.is_file() {
            hash.update(b"f");
            // a file without permission is a gap in the analysis, not the end of it
            match content(&entry) {
                Ok((of_file, bytes)) => {
                    hash.update(bytes.to_le_bytes());
                    hash.update(of_file.as_bytes());
                    size += bytes;
                }
                Err(_) => hash.update(b"?"),
            }
        } else if meta.is_symlink() {
            hash.update(b"l");
            part(hash, fs::read_link(&entry)?.as_os_str().as_encoded_bytes());
        } else {
            hash.update(b"o");
        }
    }
    Ok(size)
}

/// SHA-256 and length of a file.
fn content(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut size = 0;
    loop {
        let n = match file.read(&mut buffer) {
            Ok(0) => return Ok((hex(&hash.finalize()), size)),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        hash.update(buffer.get(..n).unwrap_or_default());
        size += n as u64;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_as_sha256sum_knows_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "abc").unwrap();
        let known = identity(&dir.path().join("a")).unwrap();
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(known.sha256.as_deref(), Some(sum));
        assert_eq!((known.archive_id.as_str(), known.size), (&sum[..32], 3));
    }

    #[test]
    fn a_folder_is_known_by_names_and_contents_and_not_by_its_own_name() {
        let id = |files: &[(&str, &str)]| {
            let dir = tempfile::tempdir().unwrap();
            for (name, text) in files {
                let path = dir.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            identity(dir.path()).unwrap().archive_id
        };
        assert_eq!(id(&[("a", "1"), ("b/c", "2")]), id(&[("b/c", "2"), ("a", "1")]));
        assert_ne!(id(&[("a", "1"), ("b", "2")]), id(&[("a", "2"), ("b", "1")]));
        assert_ne!(id(&[("a", "1"), ("b", "")]), id(&[("a", ""), ("b", "1")]));
        assert_ne!(id(&[("a/b", "1")]), id(&[("a", "1")]));
    }
}
