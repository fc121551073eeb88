//! Archives: the same evidence in every form gives the same report, and hostile ones cost nothing but themselves.

use crate::run::{files, netmortem, project, text};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file of an archive.
type File = (String, Vec<u8>);

/// An age that every form of archive keeps.
const AGE: u64 = 1_795_166_400;

/// The files of a recorded case, as of a tree `incident/`.
fn incident() -> Vec<File> {
    case("accept-queue")
}

fn case(name: &str) -> Vec<File> {
    let case = project().join("fixtures/cases").join(name);
    let file = |path: PathBuf| (format!("incident/{}", path.display()), fs::read(case.join(&path)).unwrap());
    files(&case).into_iter().map(file).collect()
}

fn tar(files: &[File]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(AGE);
        // written raw, for the crate refuses paths that leave the archive
        header.as_mut_bytes()[..path.len().min(100)].copy_from_slice(&path.as_bytes()[..path.len().min(100)]);
        header.set_cksum();
        builder.append(&header, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn tree(dir: &Path, files: &[File]) {
    for (path, content) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        let age = std::time::UNIX_EPOCH + std::time::Duration::from_secs(AGE);
        fs::File::options().write(true).open(&path).unwrap().set_modified(age).unwrap();
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(files: &[File]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, content) in files {
        zip.start_file(path.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Without the digests of what was handed over, which are those of a tree or of one of its archives.
fn without_digests(text: &str) -> String {
    let cut = |text: &str, from: &str, to: &str| match text.split_once(from) {
        Some((before, rest)) => format!("{before}{}", rest.split_once(to).map_or("", |(_, after)| after)),
        None => text.to_owned(),
    };
    cut(&cut(text, "<h3>Inputs</h3>", "</table>"), "    \"inputs\": [", "    ],")
}

/// All that `report` writes for one input, as far as it tells of the evidence.
fn written(input: &Path) -> Vec<(PathBuf, String)> {
    let out = tempfile::tempdir().unwrap();
    let run = netmortem(["report".as_ref(), input.as_os_str(), "-o".as_ref(), out.path().as_os_str()]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let told = |path: &PathBuf| without_digests(&text(&out.path().join(path)));
    files(out.path()).into_iter().map(|path| (path.clone(), told(&path))).collect()
}

/// What `scan` says of one archive.
fn scanned(name: &str, bytes: &[u8], more: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    let run = netmortem([&["scan", path.to_str().unwrap()], more].concat());
    assert_eq!(files(dir.path()).len(), 1, "nothing is written beside it");
    assert!(matches!(run.status.code(), Some(0 | 2)), "{run:?}");
    String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned()
}

#[test]
fn the_same_evidence_in_every_form_gives_the_same_report() {
    let dir = tempfile::tempdir().unwrap();
    let incident = incident();
    tree(dir.path(), &incident);
    let want = written(&dir.path().join("incident"));
    let mut shuffled = incident.clone();
    fastrand::Rng::with_seed(7).shuffle(&mut shuffled);
    assert_ne!(shuffled, incident);
    let inner: Vec<File> = incident
        .iter()
        .map(|(path, content)| (path.replacen("incident/", "./", 1), content.clone()))
        .collect();
    let forms = [
        ("incident.tar", tar(&incident)),
        ("incident.tar.gz", gzip(&tar(&shuffled))),
        ("incident.tar.xz", xz(&tar(&incident))),
        ("incident.tar.zst", zstd::encode_all(&tar(&shuffled)[..], 1).unwrap()),
        ("incident.tgz", gzip(&tar(&inner))),
    ];
    for (name, bytes) in forms {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert!(written(&path) == want, "{name} gives another report than the tree");
    }
}

#[test]
fn a_bundle_of_bundles_is_opened_and_keeps_its_hosts_apart() {
    let of = |host: &str| -> File {
        let file = |(path, content): File| (path.replacen("incident", host, 1), content);
        (format!("all/{host}.tar.xz"), xz(&tar(&incident().into_iter().map(file).collect::<Vec<_>>())))
    };
    let said = scanned("all.zip", &zip(&[of("web1"), of("web2")]), &[]);
    assert!(said.contains("all/web1/") && said.contains("all/web2/"), "{said}");
    assert!(!said.contains("all/all/"), "{said}");
}

#[test]
fn what_lies_before_the_damage_is_analysed() {
    let whole = tar(&incident());
    let mut torn = xz(&whole);
    torn.truncate(torn.len() * 2 / 3);
    let said = scanned("incident.tar.xz", &torn, &[]);
    assert!(said.contains("incident.tar.xz: damaged: ") && said.contains(", after incident/"), "{said}");
    assert!(said.contains("netstat -s"), "{said}");
    let mut corrupt = gzip(&whole);
    let middle = corrupt.len() / 2;
    corrupt[middle..middle + 64].fill(0x55);
    assert!(scanned("x.tar.gz", &corrupt, &[]).contains("damaged"));
}

#[test]
fn a_report_of_a_damaged_archive_says_that_something_was_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("incident.tar.xz");
    let mut torn = xz(&tar(&incident()));
    torn.truncate(torn.len() * 2 / 3);
    fs::write(&path, torn).unwrap();
    let report = crate::run::report(&path, &dir.path().join("out"));
    let missing = report["coverage"]["missing"].as_array().unwrap();
    let said = missing.iter().find(|m| m["title"] == "Part of the input").expect("a row")["text"].to_string();
    assert!(said.contains("incident.tar.xz: damaged: ") && said.contains("is unknown"), "{said}");
}

#[test]
fn no_path_of_an_archive_is_believed() {
    let mut hostile = incident();
    for path in ["/etc/passwd", "incident/../../../evil", "incident/a\x1b[31mb", "incident/\u{202e}gnp.exe"] {
        hostile.push((path.to_owned(), b"Tcp:\n    5 active connection openings\n".to_vec()));
    }
    hostile.push((format!("incident/{}", "n".repeat(90)), b"x\n".to_vec()));
    let mut bytes = tar(&hostile);
    bytes.truncate(bytes.len() - 1024);
    bytes.extend(links());
    let said = scanned("incident.tar", &bytes, &[]);
    assert!(said.contains("incident/../../../evil: a path that leaves the archive"), "{said}");
    assert!(said.contains("incident/fifo: FIFO, socket or device"), "{said}");
    assert!(!said.contains('\x1b'), "{said:?}");
}

/// Entries of other kinds than files.
fn links() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let kinds = [
        ("incident/link", tar::EntryType::Symlink),
        ("incident/hard", tar::EntryType::Link),
        ("incident/fifo", tar::EntryType::Fifo),
        ("incident/sda", tar::EntryType::Block),
    ];
    for (path, kind) in kinds {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_path(path).unwrap();
        header.set_link_name("/etc/shadow").unwrap();
        header.set_cksum();
        builder.append(&header, std::io::empty()).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn lines_of_a_log_that_streamed_by_are_quoted_as_those_of_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let files = case("conntrack");
    assert!(files.iter().any(|(path, _)| path.ends_with("kern.log")), "a case with a log");
    tree(dir.path(), &files);
    let packed = dir.path().join("incident.tar");
    fs::write(&packed, tar(&files)).unwrap();
    assert_eq!(written(&packed), written(&dir.path().join("incident")));
}

#[test]
fn a_link_to_a_zone_that_is_not_there_tells_the_zone_of_a_tree_and_of_an_archive() {
    let to = "../usr/share/zoneinfo/Europe/Berlin";
    let files = [
        ("s/sos_commands/date/date".to_owned(), b"Sat Nov 21 17:52:20 2026\n".to_vec()),
        ("s/proc/sys/net/core/somaxconn".to_owned(), b"4096\n".to_vec()),
    ];
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "s/etc/localtime", to).unwrap();
    let said = scanned("in.tar", &[builder.into_inner().unwrap(), tar(&files)].concat(), &[]);
    assert!(!said.contains("link to nothing"), "{said}");
    let dir = tempfile::tempdir().unwrap();
    tree(dir.path(), &files);
    fs::create_dir_all(dir.path().join("s/etc")).unwrap();
    std::os::unix::fs::symlink(to, dir.path().join("s/etc/localtime")).unwrap();
    let run = netmortem(["scan".as_ref(), dir.path().as_os_str()]);
    let of_tree = String::from_utf8_lossy(&run.stdout).into_owned();
    for said in [said, of_tree] {
        assert!(said.lines().any(|line| line.contains("s/etc/localtime  ")), "{said}");
    }
}

#[test]
fn names_of_ten_thousand_characters_and_twice_the_same_one() {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, text) in
        [("n".repeat(10_000), "x"), ("a".to_owned(), "old"), ("a".to_owned(), "net.core.somaxconn = 7\n")]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    let said = scanned("in.tar", &builder.into_inner().unwrap(), &[]);
    assert!(said.contains("a name of more than 4,096 bytes"), "{said}");
    assert_eq!(said.matches("in/a ").count(), 1, "unpacked, the last one stays: {said}");
}

#[test]
fn what_is_skipped_never_hides_what_was_read() {
    let dump = b"Tcp:\n    5 active connection openings\n".to_vec();
    let file = |path: &str, content: &[u8]| tar(&[(path.to_owned(), content.to_vec())])[..1024].to_vec();
    let special = |path: &str, kind: tar::EntryType| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_path(path).unwrap();
        header.set_link_name("nowhere").unwrap();
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    let bytes = [
        special("in/a", tar::EntryType::Fifo),
        file("in/a", &dump),
        file("in/b", &dump),
        special("in/b", tar::EntryType::Symlink),
        file("in/c", &[0; 400]),
        file("in/c", &dump),
    ];
    let said = scanned("in.tar", &bytes.concat(), &[]);
    assert_eq!(said.matches("netstat -s").count(), 3, "{said}");
    assert!(!said.contains("Skipped"), "{said}");
}

#[test]
fn a_name_with_a_backslash_is_the_same_in_a_tar_and_in_a_tree() {
    let dump = b"Tcp:\n    5 active connection openings\n".to_vec();
    let said = scanned("in.tar", &tar(&[("in/dev\\x2ddisk.mount".to_owned(), dump)]), &[]);
    assert!(said.contains("in/dev\\x2ddisk.mount "), "{said}");
}

#[test]
fn standard_input_without_an_end_is_not_held_in_memory() {
    use std::process::Stdio;
    let mut run = crate::run::tool();
    let run = run.args(["scan", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = run.spawn().unwrap();
    let mut input = run.stdin.take().unwrap();
    let block = b"nothing that anybody knows\n".repeat(1 << 12);
    // it is not read to its end, for there is none
    let written = (0..4_000).take_while(|_| input.write_all(&block).is_ok()).count();
    drop(input);
    let run = run.wait_with_output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("stdin: not a known format"));
    assert!(written < 1_000, "{written} blocks");
}

#[test]
fn budgets_are_kept_and_said() {
    let mut files = incident();
    files.push(("incident/zeros".to_owned(), vec![b'\n'; 8 << 20]));
    let bytes = xz(&tar(&files));
    let said = scanned("incident.tar.xz", &bytes, &["--max-unpacked", "4"]);
    assert!(said.contains("not read to its end: the bundle unpacks to more than 4 MiB"), "{said}");
    let said = scanned("incident.tar.xz", &bytes, &["--max-entries", "2"]);
    assert!(said.contains("more than 2 entries, after incident/"), "{said}");
    let nested = (0..12).fold(tar(&files), |bytes, _| gzip(&bytes));
    let said = scanned("incident.tar.gz", &nested, &["--max-depth", "3"]);
    assert!(said.contains("archives nested deeper than 3"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_fifo_or_a_device_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for path in [fifo.to_str().unwrap(), "/dev/zero"] {
        let run = netmortem(["scan", path]);
        assert_eq!(run.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&run.stderr).contains("FIFOs, sockets and devices are refused"));
    }
}
