//! Kept pages: a program keeps the answer that it rendered as a file, sends it from then
//! on, and opens no database. Where the owner says so it keeps the page in two more files
//! besides, which a web server that is set up for it sends without starting a program.
//!
//! No copy is shown that is older than what is published, by how they are stored:
//!
//! - A page is kept in the folder of its generation, whose name says all that a page
//!   depends on besides its address. A program that was slow writes into the folder
//!   of what it read, which nobody looks into any longer.
//! - A link, `now`, leads to the folder of what is published. Whoever changes that
//!   removes the link first, and holds a lock until the change is done. Whoever finds no
//!   link reads anew what is published, under the same lock, and makes it. A writer
//!   that is killed in between has removed the link, so programs answer.
//! - While a post waits for its minute there is no link: nobody would remove it then.
//! - Whoever puts another `blog.db` in its place, or changes it by hand, removes no link. So
//!   the name of an answer says which file it was made from.
//!
//! `store::kept` is what does so. Here is which pages, and by which names.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use crate::cache::BUILD;
use crate::listing::Moment;
use crate::path::Path;

/// Longest name of a segment that becomes a folder's; file systems end at 255 bytes.
const MAX_SEGMENT: usize = 200;

/// Deepest page that is kept. Ours have four segments; static pages have what their
/// author gave them.
const MAX_DEPTH: usize = 8;

/// The file of a page, in the folder that its address names, and of its short form.
pub const FILES: [&str; 2] = ["index.html", "index.html.gz"];

/// Longest name of the file of an answer; another name is made of it while it is written,
/// which is somewhat longer.
const MAX_NAME: usize = 240;

/// Which pages are kept, and so who sends them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// None: a program renders each.
    Off,
    /// Answers, for programs.
    #[default]
    On,
    /// These, and pages for a web server that is set up to send them by itself.
    Files,
}

impl Keep {
    /// All of them by their names, in the order of their numbers in `site.keep`.
    pub const NAMES: [(&str, Keep); 3] =
        [("off", Keep::Off), ("on", Keep::On), ("files", Keep::Files)];

    /// The one of a name.
    pub fn named(name: &str) -> Option<Keep> {
        let found = Keep::NAMES.into_iter().find(|(own, _)| *own == name);
        found.map(|(_, keep)| keep)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Keep::NAMES[self as usize].0
    }

    /// The one that is stored as a number.
    pub fn stored(number: i64) -> Keep {
        let found = usize::try_from(number).ok();
        let found = found.and_then(|number| Keep::NAMES.get(number));
        found.map_or(Keep::Off, |(_, keep)| *keep)
    }
}

/// Which file `blog.db` is, and as of when. No program can set the second time, which the
/// kernel moves whenever anything is written into the file, or it is put in another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    changed: (i64, i64),
}

impl Stamp {
    /// That of a file.
    pub fn of(file: &Metadata) -> Stamp {
        Stamp {
            inode: file.ino(),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

/// What is published, as far as a page depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation {
    /// `site.seq`.
    pub seq: i64,
    /// How often comments have changed.
    pub comments: i64,
    /// `site.changed`: it tells a file that was put in another's place by hand.
    pub changed: Moment,
    /// Whether web servers send its pages by themselves.
    pub files: bool,
}

impl Generation {
    /// The name of its folder. It ends with the programs' own version: another one
    /// may render the same post in another way.
    pub fn name(&self) -> String {
        let build = build();
        format!("{}.{}-{:x}-{build}", self.seq, self.comments, self.changed)
    }
}

fn build() -> String {
    let fits = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '.';
    BUILD.chars().filter(fits).collect()
}

/// The file of a page's whole answer, headers and all, in the folder of its generation. Whoever
/// looks for it has opened nothing yet, so its name says all that an answer depends on besides
/// its generation: the programs' version, the file that the blog is, the path that it lies below,
/// by which this visitor came, and the address. All are in one folder: most would be alone
/// in one of their own, which is a call and an inode more for each.
pub fn answer(stamp: Stamp, base: &str, path: &Path) -> Option<String> {
    place(path)?;
    let (second, fraction) = stamp.changed;
    let [mut a, mut b, mut c] = [itoa::Buffer::new(); 3];
    let stamp = [a.format(stamp.inode), b.format(second), c.format(fraction)].join(".");
    // Neither is in a plain segment, so no two addresses have one name.
    let address = [base, "=", path.as_str()].concat().replace('/', "!");
    let name = ["answer-", &build(), "-", &stamp, "-", &address].concat();
    (name.len() <= MAX_NAME && base.split('/').all(is_plain)).then_some(name)
}

/// What an answer ends with in its file, which is in no page. A power cut may leave a file
/// that has its name and only the beginning of what was written into it, and to wait for the
/// disk with each page would take longer than to render it.
pub const END: u8 = 4; // ASCII's "end of transmission"

/// What a header of an answer says, by the name that we write.
pub fn header<'a>(answer: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = answer.split(|byte| *byte == b'\n');
    let mut head = lines.take_while(|line| *line != b"\r");
    let value = head.find_map(|line| line.strip_prefix(name.as_bytes())?.strip_prefix(b": "))?;
    std::str::from_utf8(value.strip_suffix(b"\r")?).ok()
}

/// The place of a folder's generation among all others, if it is the folder of one.
pub fn order(name: &str) -> Option<(i64, i64)> {
    let (numbers, rest) = name.split_once('-')?;
    let (seq, comments) = numbers.split_once('.')?;
    let (changed, build) = rest.split_once('-')?;
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if changed.is_empty() || !is_hex(changed) || build.is_empty() {
        return None;
    }
    Some((seq.parse().ok()?, comments.parse().ok()?))
}

/// The folders below each other in which a page is kept, if it may be: only for an
/// address that has one spelling and can't be taken for anything but a name. All
/// others are left to the programs.
pub fn place(path: &Path) -> Option<Vec<&str>> {
    let segments = path.segments();
    let fits = segments.len() <= MAX_DEPTH && path.as_str().ends_with('/');
    (fits && path.is_as_asked() && segments.iter().all(|segment| is_plain(segment)))
        .then_some(segments)
}

/// The rules in `deploy/` say the same. A name that begins with a dot is ours, or
/// hidden by the web server; a folder of a file's name would be in its way.
fn is_plain(segment: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+".contains(&byte);
    !segment.starts_with('.')
        && segment.len() <= MAX_SEGMENT
        && segment.bytes().all(letter)
        && !FILES.contains(&segment)
}

/// A page to be kept.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What it shows.
    pub generation: Generation,
    /// Its address, which has a place.
    pub path: &'a Path,
    /// Bytes of it.
    pub length: u64,
    /// Its `Last-Modified`, a second since 1970.
    pub modified: i64,
}

/// What gzip begins with: no name, no time, and a system that does not matter.
pub const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// What gzip makes of a page (RFC 1952): browsers ask for nothing more often.
pub fn gzip(page: &[u8]) -> Vec<u8> {
    let mut packed = GZIP_HEAD.to_vec();
    packed.extend(miniz_oxide::deflate::compress_to_vec(page, 6));
    packed.extend(crc32fast::hash(page).to_le_bytes());
    // By its length modulo 2^32, as the format has it.
    packed.extend((page.len() as u32).to_le_bytes());
    packed
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_with_one_spelling_becomes_a_file() {
        let long = format!("/{}/", "x".repeat(MAX_SEGMENT + 1));
        let deep = "/a".repeat(MAX_DEPTH + 1) + "/";
        for (path, kept) in [
            ("/", true),
            ("/2025/Jul/5/slug/", true),
            ("/tags/a+b/", true),
            ("/tags/c~1.2_x/", true),
            ("", true),
            ("//2025/Jul/5/slug/", false),
            ("/2025//Jul/5/slug/", false),
            ("/2025/Jul/5/slug", false),
            ("/robots.txt", false),
            ("/tags/caf\u{e9}/", false),
            ("/tags/a b/", false),
            ("/50%25/", false),
            ("/why?/", false),
            ("/a\\b/", false),
            ("/.size/", false),
            ("/a/..b/", false),
            ("/index.html/", false),
            ("/a/index.html.gz/", false),
            (&long, false),
            (&deep, false),
        ] {
            let path = Path::parse(path.as_bytes()).unwrap();
            assert_eq!(place(&path).is_some(), kept, "{path:?}");
        }
    }

    #[test]
    fn an_answer_is_found_only_by_what_it_was_made_for() {
        let name = |inode, changed, base: &str, path: &str| {
            let path = Path::parse(path.as_bytes()).unwrap();
            answer(Stamp { inode, changed }, base, &path)
        };
        let usual = (1_751_724_300, 5);
        let names = [
            name(17, usual, "", "/"),
            name(17, usual, "", "/blog/"),
            name(17, usual, "/blog", "/"),
            name(17, usual, "/~me/blog", "/"),
            name(17, usual, "/~me", "/blog/"),
            name(18, usual, "", "/"),
            name(17, (1_751_724_301, 5), "", "/"),
            name(17, (1_751_724_300, 6), "", "/"),
            name(1, (17, 0), "", "/"),
            name(11, (7, 0), "", "/"),
        ];
        for (number, name) in names.iter().enumerate() {
            let name = name.as_deref().unwrap();
            assert!(name.starts_with("answer-") && !name.contains('/'), "{name}");
            assert!(!names[..number].contains(&Some(name.to_owned())), "{name}");
        }
        let long = "x".repeat(MAX_SEGMENT);
        for (base, path) in [
            ("", format!("/{long}/{long}/").as_str()),
            (&format!("/{long}/{long}"), "/"),
            ("", "/why?/"),
            ("/a!b", "/"),
            ("/a=b", "/"),
            ("/..", "/"),
        ] {
            assert_eq!(name(17, usual, base, path), None, "{base}{path}");
        }
    }

    #[test]
    fn what_is_kept_has_a_name_and_a_number() {
        for (number, (name, keep)) in (0..).zip(Keep::NAMES) {
            assert_eq!((Keep::named(name), keep.name()), (Some(keep), name));
            assert_eq!((keep as i64, Keep::stored(number)), (number, keep));
        }
        assert_eq!(Keep::named("yes"), None);
        assert_eq!((Keep::stored(-1), Keep::stored(3)), (Keep::Off, Keep::Off));
    }

    #[test]
    fn folders_are_told_from_what_others_put_there() {
        let name = |seq, comments| {
            let generation = Generation {
                seq,
                comments,
                changed: 1_751_724_300_000_000,
                files: false,
            };
            generation.name()
        };
        assert_eq!(order(&name(17, 3)), Some((17, 3)));
        assert!(order(&name(100, 0)) > order(&name(99, 7)));
        for other in [
            "", "now", "lock", "17", "17.3", "17.3-", "17.3-0-", "x.3-0-1", "17.3-g-1", "photos",
        ] {
            assert_eq!(order(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_packed_is_what_any_reader_of_gzip_unpacks() {
        let page = "<p>A page like any other.</p>\n".repeat(100);
        let packed = gzip(page.as_bytes());
        assert!(packed.len() < page.len() / 10);
        let (body, end) = packed.split_at(packed.len() - 8);
        let unpacked = miniz_oxide::inflate::decompress_to_vec(&body[10..]).unwrap();
        assert_eq!(unpacked, page.as_bytes());
        // What zlib's crc32() says of it.
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
        assert_eq!(end[4..], (page.len() as u32).to_le_bytes());
    }
}
