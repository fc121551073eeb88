use super::{Budget, Entry, Take, walk};
use std::io::{self, Read, Write};

/// What a walk gave, a line each.
#[derive(Default)]
struct Heard(Vec<String>);

impl Take for Heard {
    fn file(&mut self, entry: Entry, content: &mut dyn Read) -> io::Result<()> {
        let mut text = Vec::new();
        let done = content.read_to_end(&mut text);
        let end = if done.is_err() { " (damaged)" } else { "" };
        self.0.push(format!("{}: {}{end}", entry.path, String::from_utf8_lossy(&text[..text.len().min(20)])));
        done.map(|_| ())
    }

    fn link(&mut self, path: String, target: String) {
        self.0.push(format!("{path} -> {target}"));
    }

    fn skip(&mut self, path: String, why: String) {
        self.0.push(format!("{path}! {why}"));
    }
}

fn heard(bytes: &[u8], budget: Budget) -> (Vec<String>, Option<String>) {
    let mut heard = Heard::default();
    let ended = walk("in", "in", bytes, budget, &mut heard);
    (heard.0, ended.err().map(|e| e.to_string()))
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_763_629_940);
        // written raw, for the crate refuses paths that leave the archive
        let name = path.as_bytes();
        header.as_mut_bytes()[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn archives_within_archives_are_opened_in_their_place() {
    let inner = gzip(&tar(&[("b/c", b"deep")]));
    let outer =
        zstd::encode_all(&tar(&[("./a", b"plain"), ("x.tar.gz", &inner), ("log.gz", &gzip(b"text"))])[..], 1);
    let (heard, ended) = heard(&outer.unwrap(), Budget::default());
    assert_eq!(heard, ["in/a: plain", "in/x/b/c: deep", "in/log.gz: text"]);
    assert_eq!(ended, None);
}

#[test]
fn an_archive_of_the_folder_it_is_named_after_has_the_paths_of_that_folder() {
    let inner = tar(&[("x/b", b"1"), ("xy/c", b"2"), ("x", b"3")]);
    let (heard, _) = heard(&tar(&[("in/a", b"0"), ("d/x.tar", &inner)]), Budget::default());
    assert_eq!(heard, ["in/a: 0", "in/d/x/b: 1", "in/d/x/xy/c: 2", "in/d/x/x: 3"]);
}

#[test]
fn damage_within_one_file_costs_that_file_alone() {
    let mut torn = gzip(&tar(&[("b", &vec![b'x'; 40_000])]));
    torn.truncate(torn.len() / 2);
    let whole = tar(&[("a.gz", &gzip(b"x")[..14]), ("t.tar.gz", &torn), ("z", b"last")]);
    let (heard, ended) = heard(&gzip(&whole), Budget::default());
    assert_eq!((heard.last().map(String::as_str), ended), (Some("in/z: last"), None), "{heard:?}");
    assert!(heard.iter().any(|line| line.starts_with("in/t.tar.gz! damaged")), "{heard:?}");
}

#[test]
fn a_zip_is_an_archive_too() {
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, text) in [("a/b.txt", "hello"), ("../evil", "out")] {
        zip.start_file(name, ::zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let (heard, _) = heard(&bytes, Budget::default());
    assert_eq!(heard, ["in/a/b.txt: hello", "in/../evil! a path that leaves the archive"]);
}

#[test]
fn no_path_is_believed() {
    let long = "n".repeat(90);
    let (heard, _) = heard(
        &tar(&[("/etc/x", b"1"), ("a/../../b", b"2"), ("a\x1b[1m", b"3"), (&long, b"4")]),
        Budget::default(),
    );
    assert_eq!(heard[0], "in/etc/x: 1");
    assert_eq!(heard[1], "in/a/../../b! a path that leaves the archive");
    assert_eq!(heard[2], "in/a\\x1b[1m: 3");
}

#[test]
fn links_and_devices_are_named_and_not_followed() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, kind) in
        [("l", ::tar::EntryType::Symlink), ("h", ::tar::EntryType::Link), ("f", ::tar::EntryType::Fifo)]
    {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_path(path).unwrap();
        header.set_link_name("../../etc/shadow").unwrap();
        header.set_cksum();
        builder.append(&header, io::empty()).unwrap();
    }
    let (heard, _) = heard(&builder.into_inner().unwrap(), Budget::default());
    assert_eq!(
        heard,
        ["in/l -> ../../etc/shadow", "in/h -> ../../etc/shadow", "in/f! FIFO, socket or device"]
    );
}

#[test]
fn what_lies_before_the_damage_is_given() {
    let mut bytes = gzip(&tar(&[("a", b"whole"), ("b", &vec![b'x'; 40_000])]));
    bytes.truncate(bytes.len() / 2);
    let (heard, ended) = heard(&bytes, Budget::default());
    assert_eq!(heard[0], "in/a: whole");
    assert!(ended.is_some());
}

#[test]
fn bombs_end_where_the_budget_does() {
    let bomb = gzip(&gzip(&vec![0; 4 << 20]));
    let small = Budget { entry: 1 << 20, ..Budget::default() };
    let (files, ended) = heard(&bomb, small);
    assert!(files[0].ends_with("(damaged)") && ended.is_none(), "one file too large, and no more is lost");
    let steep = Budget { ratio: 100, free: 1 << 20, ..Budget::default() };
    assert!(heard(&bomb, steep).1.unwrap().contains("100 times"));
    let few = Budget { entries: 1, ..Budget::default() };
    assert!(heard(&tar(&[("a", b"1"), ("b", b"2")]), few).1.unwrap().contains("more than 1 entries"));
    let mut nested = b"text".to_vec();
    for _ in 0..20 {
        nested = gzip(&nested);
    }
    assert!(heard(&nested, Budget::default()).0[0].contains("nested deeper than 8"));
}

/// A header with a size of its own, and nothing behind it.
fn header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut header = ::tar::Header::new_gnu();
    header.set_path(name).unwrap();
    header.set_entry_type(::tar::EntryType::new(kind));
    header.set_size(size);
    header.set_cksum();
    header.as_bytes().to_vec()
}

#[test]
fn what_stands_before_an_entry_is_bounded() {
    let before = tar(&[("a", b"first")]);
    for kind in [b'L', b'K', b'x'] {
        let name = [header("long", kind, 3 << 20), vec![b'n'; 3 << 20], tar(&[("b", b"last")])].concat();
        let (heard, ended) = heard(&[&before[..1024], &name].concat(), Budget::default());
        assert_eq!(heard, ["in/a: first"]);
        assert!(ended.unwrap().contains("more than 1 MiB of headers before one entry"));
    }
    // neither a large file that is passed over nor padding is of that
    let large = vec![b'x'; 3 << 20];
    let whole = [tar(&[("a", &large)]), vec![0; 4 << 20], tar(&[("z", b"last")])].concat();
    let mut none = Passed(0);
    walk("in", "in", &whole[..], Budget::default(), &mut none).unwrap();
    assert_eq!(none.0, 2);
}

/// Reads nothing.
struct Passed(usize);

impl Take for Passed {
    fn file(&mut self, _: Entry, _: &mut dyn Read) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn link(&mut self, _: String, _: String) {}

    fn skip(&mut self, _: String, _: String) {}
}

#[test]
fn a_hole_of_a_petabyte_counts_as_unpacked() {
    let mut sparse = header("hole", b'S', 0);
    let hole = [&b"\x80\0\0\0"[..], &(1_u64 << 50).to_be_bytes()].concat();
    sparse[386..398].copy_from_slice(&hole);
    sparse[398..410].copy_from_slice(b"00000000000\0");
    sparse[483..495].copy_from_slice(&hole);
    let sum = |bytes: &[u8]| bytes.iter().map(|b| u32::from(*b)).sum::<u32>();
    let own = sum(&sparse[..148]) + sum(&sparse[156..]) + 8 * 32;
    sparse[148..156].copy_from_slice(format!("{own:06o}\0 ").as_bytes());
    let (heard, ended) = heard(&[sparse, tar(&[("z", b"last")])].concat(), Budget::default());
    assert!(ended.unwrap().contains("2000 times its size"), "{heard:?}");
}

#[test]
fn a_million_long_names_are_not_kept() {
    let name = "n".repeat(90);
    let files: Vec<(&str, &[u8])> = (0..12_000).map(|_| (name.as_str(), &b""[..])).collect();
    let few = Budget { entries: 15_000, ..Budget::default() };
    let less = Budget { entries: 8_000, ..Budget::default() };
    assert_eq!(heard(&tar(&files), few).1, None);
    assert!(heard(&tar(&files), less).1.unwrap().contains("more than 8000 entries"));
    let mut long = Vec::new();
    for _ in 0..600 {
        long.extend([header("x", b'L', 4_000), vec![b'n'; 4_096], tar(&[("a", b"")])].concat());
    }
    assert!(heard(&long, less).1.unwrap().contains("its names take more than 1 MiB"));
}

#[test]
fn damage_to_one_entry_of_a_zip_costs_that_entry_alone() {
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let stored =
        ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
    for (name, text) in [("a", "first"), ("b", "damaged here"), ("z", "last")] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    let at = bytes.windows(12).position(|w| w == b"damaged here").unwrap();
    bytes[at] ^= 1;
    let (heard, ended) = heard(&bytes, Budget::default());
    assert_eq!(heard, ["in/a: first", "in/b: eamaged here (damaged)", "in/z: last"]);
    assert_eq!(ended, None);
}

#[test]
fn a_zip_whose_entries_share_their_bytes_is_a_bomb() {
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    zip.start_file("k0", ::zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![b'x'; 1 << 20]).unwrap();
    let one = zip.finish().unwrap().into_inner();
    let directory = one.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    let end = one.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let mut bytes = one[..directory].to_vec();
    for n in 0..200_u8 {
        let mut entry = one[directory..end].to_vec();
        entry[47] = n; // the second letter of its name
        bytes.extend(entry);
    }
    let length = u32::try_from(bytes.len() - directory).unwrap();
    let mut end = one[end..].to_vec();
    end[8..10].copy_from_slice(&200_u16.to_le_bytes());
    end[10..12].copy_from_slice(&200_u16.to_le_bytes());
    end[12..16].copy_from_slice(&length.to_le_bytes());
    bytes.extend(end);
    let steep = Budget { ratio: 100, free: 1 << 20, ..Budget::default() };
    let mut heard = Heard::default();
    let ended = super::walk_zip("in", "in", io::Cursor::new(&bytes), steep, &mut heard);
    assert!(ended.unwrap_err().to_string().contains("more than 100 times its size"));
    assert!(heard.0.len() < 20, "{}", heard.0.len());
}

#[test]
fn a_packed_file_that_cannot_be_unpacked_is_told() {
    let whole = tar(&[("a.gz", &gzip(b"x")[..14]), ("b.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03no deflate")]);
    let (heard, ended) = heard(&whole, Budget::default());
    assert_eq!(heard, ["in/a.gz: x (damaged)", "in/b.gz:  (damaged)"]);
    assert_eq!(ended, None);
}

/// Whatever the bytes, a walk ends. `MUTATIONS` sets how many are tried.
#[test]
fn no_mutation_panics_or_hangs() {
    let plain = tar(&[("a", b"whole"), ("b", b"other")]);
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    zip.start_file("a", ::zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&b"whole ".repeat(90)).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let long = [header("x", b'L', 300), vec![b'n'; 512], plain.clone()].concat();
    let pax = [header("x", b'x', 12), b"12 size=007\n".to_vec(), vec![0; 500], plain.clone()].concat();
    let nested = tar(&[("n.tar.gz", &gzip(&plain)), ("n.zip", &zip)]);
    let bases = [gzip(&plain), zstd::encode_all(&plain[..], 1).unwrap(), plain, zip, long, pax, nested];
    let most: usize = std::env::var("MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let mut random = 88_172_645_463_325_252_u64;
    for base in bases.iter().cycle().take(most) {
        let mut bytes = base.clone();
        for _ in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let at = usize::try_from(random % bytes.len() as u64).unwrap();
            bytes[at] ^= random.to_le_bytes()[7];
        }
        // half of the headers have their checksums put right again
        for header in bytes.chunks_exact_mut(512).filter(|h| h.starts_with(b"x") && random.is_multiple_of(2))
        {
            header[148..156].fill(b' ');
            let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        heard(&bytes, Budget::default());
    }
}
