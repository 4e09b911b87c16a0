//! The rules of the sources, held over the sources: who may name whom, what no
//! program links, and how large anything may become.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::site::Site;

/// A file of Rust, by its path below the package's folder.
pub struct Source {
    pub path: String,
    text: String,
}

impl Source {
    /// What the compiler makes of it: no comments, and no tests.
    pub fn code(&self) -> String {
        let begins = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\n#[allow("];
        let tests = begins.iter().filter_map(|begin| self.text.find(begin));
        let tests = tests.min().unwrap_or(self.text.len());
        let lines = self.text[..tests].lines();
        let code = lines.filter(|line| !line.trim_start().starts_with("//"));
        code.collect::<Vec<_>>().join("\n")
    }

    /// Whether the code names a module or a crate: in a `use`, or before `::`.
    fn names(&self, name: &str) -> bool {
        let code = self.code();
        code.match_indices(name).any(|(at, _)| {
            let (before, after) = (&code[..at], &code[at + name.len()..]);
            let letter = |character: char| character.is_alphanumeric() || character == '_';
            let whole = !before.ends_with(letter) && !after.starts_with(letter);
            let statement = before.rfind(';').map_or(before, |end| &before[end + 1..]);
            let used = statement.trim_start().starts_with("use ");
            // A field or a method of that name is none of its business.
            whole && !before.ends_with('.') && (used || after.starts_with("::"))
        })
    }
}

fn package() -> &'static Path {
    env!("CARGO_MANIFEST_DIR").as_ref()
}

pub fn read(path: &str) -> String {
    fs::read_to_string(package().join(path)).unwrap()
}

/// The sources below a folder, or the one at a path.
pub fn sources(below: &str) -> Vec<Source> {
    let mut waiting = vec![PathBuf::from(below)];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        let whole = package().join(&path);
        if whole.is_dir() {
            let entries = fs::read_dir(whole).unwrap();
            waiting.extend(entries.map(|entry| path.join(entry.unwrap().file_name())));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let path = path.to_str().unwrap().to_owned();
            let text = read(&path);
            found.push(Source { path, text });
        }
    }
    assert!(!found.is_empty(), "no sources in {below}");
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// The names of the programs, by the files of `cgi-bin`.
fn programs() -> Vec<String> {
    let stem = |source: &Source| {
        Path::new(&source.path)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    sources("cgi-bin").iter().map(stem).collect()
}

/// Insists that no source below `below` names any of `names`.
#[track_caller]
fn never_names(below: &[&str], names: &[&str]) {
    let sources = below.iter().flat_map(|path| sources(path));
    let found: Vec<String> = sources
        .flat_map(|source| {
            let bad = names.iter().filter(|name| source.names(name));
            bad.map(|name| format!("{} names {name}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_name_is_found_where_it_is() {
    let names = |path: &str, name: &str| sources(path)[0].names(name);
    assert!(names("src/failure.rs", "store") && names("src/failure.rs", "view"));
    assert!(names("src/cgi.rs", "std") && names("src/cgi.rs", "request"));
    assert!(names("cgi-bin/tag.rs", "store") && !names("cgi-bin/tag.rs", "rusqlite"));
    assert!(names("src/view/mod.rs", "maud") && !names("src/tag.rs", "maud"));
}

#[test]
fn programs_name_the_library_alone() {
    never_names(&["cgi-bin"], &["rusqlite", "maud", "std", "core", "libc"]);
}

#[test]
fn views_know_neither_store_nor_request() {
    never_names(
        &["src/view"],
        &[
            "store", "rusqlite", "request", "response", "config", "cgi", "std::fs",
        ],
    );
}

#[test]
fn the_store_knows_neither_pages_nor_requests() {
    never_names(
        &["src/store"],
        &["view", "maud", "request", "response", "failure", "cgi"],
    );
}

#[test]
fn what_a_blog_is_made_of_knows_neither_sql_nor_html() {
    let nouns = [
        "src/archive.rs",
        "src/date.rs",
        "src/guestbook",
        "src/listing.rs",
        "src/page.rs",
        "src/path.rs",
        "src/post.rs",
        "src/site.rs",
        "src/tag.rs",
        "src/url.rs",
    ];
    never_names(
        &nouns,
        &[
            "store", "view", "rusqlite", "maud", "request", "response", "cgi", "libc",
        ],
    );
}

#[test]
fn one_file_touches_the_process() {
    let words = [
        "std::env",
        "env::",
        "stdin()",
        "stdout()",
        "stderr()",
        "print!(",
        "println!(",
        "process::exit",
    ];
    for source in sources("src") {
        // The command line is another process, with a terminal before it.
        if source.path == "src/cgi.rs" || source.path.starts_with("src/bin/") {
            continue;
        }
        for word in words {
            assert!(!source.code().contains(word), "{} has {word}", source.path);
        }
    }
}

#[test]
fn only_stored_html_and_the_style_sheet_pass_unescaped() {
    let allowed = [
        // The style sheet, which is ours.
        ("src/view/admin.rs", 1),
        // Data, in which no `<` is left.
        ("src/view/card.rs", 3),
        ("src/view/error.rs", 3),
        // The script, which is ours.
        ("src/view/check.rs", 1),
        // The owner's own rules, which `settings` has looked over.
        ("src/view/mod.rs", 2),
        // The article of a post for lists: its author's HTML, when it is saved.
        ("src/view/post.rs", 5),
        // The style sheet, the owner's rules, and a page's main part as `view::post` made it.
        ("src/view/preview.rs", 4),
        // The script, which is ours.
        ("src/view/write.rs", 1),
    ];
    for source in sources("src").into_iter().chain(sources("cgi-bin")) {
        let found = source.code().matches("PreEscaped(").count();
        let known = allowed.iter().find(|(path, _)| *path == source.path);
        let known = known.map_or(0, |(_, number)| *number);
        assert_eq!(
            found, known,
            "{}: say here why it needs no escaping",
            source.path
        );
    }
}

#[test]
fn nothing_gives_up_on_the_spot() {
    let words = [
        ".unwrap()",
        ".expect(",
        ".unwrap_err()",
        "todo!(",
        "dbg!(",
        "unimplemented!(",
        "panic!(",
        "unreachable!(",
    ];
    for source in sources("src").into_iter().chain(sources("cgi-bin")) {
        let is_test = source.path.ends_with("/tests.rs");
        for word in words.iter().filter(|_| !is_test) {
            assert!(!source.code().contains(word), "{} has {word}", source.path);
        }
    }
}

#[test]
fn every_file_says_what_it_owns_and_stays_short() {
    for source in ["src", "cgi-bin", "tests"]
        .iter()
        .flat_map(|below| sources(below))
    {
        assert!(
            source.text.starts_with("//! "),
            "{} begins without a word",
            source.path
        );
        let lines = source.text.lines().count();
        assert!(
            lines <= 450,
            "{} has {lines} lines: split it by its nouns",
            source.path
        );
    }
}

#[test]
fn every_program_fits_on_a_screen() {
    let manifest = read("Cargo.toml");
    for (program, source) in programs().iter().zip(sources("cgi-bin")) {
        let lines = source.text.lines().count();
        assert!(lines <= 60, "{} has {lines} lines", source.path);
        let entry = format!("[[bin]]\nname = \"{program}\"\npath = \"cgi-bin/{program}.rs\"\n");
        assert!(manifest.contains(&entry), "Cargo.toml lacks\n{entry}");
        assert!(
            source.text.contains("mayfly::program!(show"),
            "{} has another entry",
            source.path
        );
        if program != "page" {
            let address = source
                .text
                .lines()
                .take_while(|line| line.starts_with("//!"));
            assert!(
                address.collect::<String>().contains("GET /"),
                "{} names no address",
                source.path
            );
        }
    }
}

#[test]
fn programs_that_only_read_are_built_without_the_rest() {
    let (makefile, manifest) = (read("Makefile"), read("Cargo.toml"));
    let list = |name: &str| {
        let lines = makefile.lines();
        let mut lists =
            lines.filter_map(|line| line.strip_prefix(name)?.trim().strip_prefix(":= "));
        let names = lists.next().unwrap().split(' ').map(String::from);
        names.collect::<BTreeSet<_>>()
    };
    let (mut reading, signed) = (list("READING"), list("SIGNED"));
    reading.extend(list("SEARCH"));
    let (stranger, pattern) = (list("STRANGER"), list("PATTERN"));
    let drawing = list("DRAWING");
    let all: BTreeSet<String> = programs().into_iter().collect();
    let listed = [&reading, &signed, &stranger, &pattern, &drawing]
        .into_iter()
        .flatten();
    assert_eq!(listed.cloned().collect::<BTreeSet<_>>(), all);
    for program in all {
        let entry = manifest
            .split("[[bin]]")
            .find(|entry| entry.contains(&format!("cgi-bin/{program}.rs")));
        let needs = |feature: &str| {
            let line = format!("required-features = [\"{feature}\"]");
            entry.unwrap().contains(&line)
        };
        assert_eq!(needs("admin"), signed.contains(&program), "{program}");
        assert_eq!(needs("qr"), drawing.contains(&program), "{program}");
        assert_eq!(needs("guestbook"), stranger.contains(&program), "{program}");
        assert_eq!(needs("grep"), pattern.contains(&program), "{program}");
    }
}

#[test]
fn every_program_has_tests_of_its_name() {
    let missing: Vec<String> = programs()
        .iter()
        .map(|program| format!("tests/it/{program}.rs"))
        .filter(|path| !package().join(path).is_file())
        .collect();
    assert!(missing.is_empty(), "missing: {}", missing.join(", "));
}

#[test]
fn every_test_is_in_the_table_of_contents() {
    let contents = read("tests/it/main.rs");
    for entry in fs::read_dir(package().join("tests/it")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let listed = contents.contains(&format!("mod {name};"));
        assert!(
            listed || name == "main",
            "tests/it/main.rs never runs {name}"
        );
    }
}

#[test]
fn the_map_has_every_module_on_it() {
    let library = read("src/lib.rs");
    let (map, modules) = library.split_once("\npub mod").unwrap();
    let modules = modules
        .lines()
        .filter_map(|line| line.trim_start_matches("pub mod").trim().strip_suffix(';'));
    for module in modules {
        assert!(
            map.contains(&format!("`{module}`")),
            "the map in src/lib.rs lacks `{module}`"
        );
    }
}

/// Everything a page links. What is not here costs start-up on every request:
/// memchr and its like ask the processor what it can do, which under a virtual
/// machine takes longer than the rest of the program. crc32fast is built without that,
/// and neither it nor miniz_oxide runs but where pages are kept.
const LINKED: [&str; 25] = [
    "adler2",
    "bitflags",
    "cfg-if",
    "crc32fast",
    "fallible-iterator",
    "fallible-streaming-iterator",
    "foldhash",
    "form_urlencoded",
    "hashbrown",
    "hashlink",
    "itoa",
    "libc",
    "libsqlite3-sys",
    "maud",
    "maud_macros",
    "mayfly",
    "memchr",
    "miniz_oxide",
    "percent-encoding",
    "rusqlite",
    "ryu",
    "serde",
    "serde_core",
    "serde_urlencoded",
    "smallvec",
];

#[test]
fn programs_link_nothing_but_this() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "tree",
        "--no-default-features",
        "-e",
        "normal",
        "--prefix",
        "none",
    ]);
    cargo
        .args(["--offline", "--format", "{p}"])
        .current_dir(package());
    let output = cargo.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listed = String::from_utf8(output.stdout).unwrap();
    let linked: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    // What only runs inside the compiler is no part of a program.
    let macros = [
        "proc-macro2",
        "proc-macro2-diagnostics",
        "quote",
        "syn",
        "unicode-ident",
        "version_check",
    ];
    let unknown: Vec<_> = linked
        .iter()
        .filter(|name| !LINKED.contains(name) && !macros.contains(name))
        .collect();
    assert!(unknown.is_empty(), "programs now link {unknown:?}");
}

#[test]
fn sqlite_has_little_to_read_on_every_request() {
    let site = Site::new();
    let blog = rusqlite::Connection::open(site.data().join("blog.db")).unwrap();
    let count = "SELECT count(*), sum(sql LIKE '%--%' OR sql LIKE '%  %') FROM sqlite_schema";
    let (rows, padded): (i64, i64) = blog
        .query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!(rows <= 16, "{rows} tables and indexes in blog.db");
    assert_eq!(
        padded, 0,
        "comments and columns of spaces are parsed on every request"
    );
}

#[test]
fn the_style_sheet_is_small_and_asks_nobody() {
    let style = read("src/view/style.css") + &read("src/view/posts.css");
    assert!(style.len() < 8 * 1024, "{} bytes", style.len());
    for word in ["url(", "@import", "http:", "https:", "</"] {
        assert!(!style.contains(word), "{word} in the style sheet");
    }
}
