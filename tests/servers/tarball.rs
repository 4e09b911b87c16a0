//! What a tarball holds: the files, the page that says what to do with them, the list of what
//! the programs are made of, and the notices of its licences.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use scraper::Html;

use crate::html;
use crate::setup;
use crate::suite::selector;

/// The folder of a tarball as `make dist` packs it, with the programs that Cargo built for
/// these tests.
pub fn unpacked() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers/tarball");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the last run's folder goes");
        }
        fs::create_dir_all(folder.parent().expect("a parent")).expect("a directory");
        let built = Path::new(env!("CARGO_BIN_EXE_mayfly"));
        run(Command::new("deploy/stage.sh")
            .arg(built.parent().expect("Cargo's folder"))
            .arg(built)
            .arg(&folder));
        run(Command::new("python3").args([
            Path::new("deploy/inventory.py"),
            Path::new("x86_64-unknown-linux-musl"),
            Path::new("1764028800"),
            &folder,
        ]));
        folder
    })
}

fn run(command: &mut Command) {
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
}

/// The paths of all files below a folder.
pub fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => {
                    let below = path.strip_prefix(folder).unwrap();
                    found.insert(below.to_str().unwrap().to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn it_holds_what_a_host_and_an_owner_need() {
    let found = files(unpacked());
    let mut expected: BTreeSet<String> = [
        "blog/.htaccess",
        "htaccess-for-cgi-bin.txt",
        "CHANGELOG.md",
        "INSTALL.html",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "THIRD-PARTY.txt",
        "sbom.cdx.json",
        "server/install.sh",
        "server/mayfly",
    ]
    .map(str::to_owned)
    .into();
    let deploy = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy"));
    let builds = |path: &&String| {
        let folders = ["shared/", "zig/"]
            .iter()
            .any(|folder| path.starts_with(folder));
        folders || path.ends_with(".sh") || path.ends_with(".py")
    };
    let read = deploy.iter().filter(|path| !builds(path));
    expected.extend(read.map(|path| format!("server/{path}")));
    assert!(expected.contains("server/apache/mayfly.conf"));
    let programs = setup::programs();
    expected.extend(programs.iter().map(|name| format!("blog/{name}.cgi")));
    assert_eq!(found, expected);
    for path in found {
        let mode = fs::metadata(unpacked().join(&path)).unwrap().permissions();
        let runs = path.ends_with(".cgi") || path.ends_with("/mayfly") || path.ends_with(".sh");
        let wanted = if runs { 0o755 } else { 0o644 };
        assert_eq!(mode.mode() & 0o777, wanted, "{path}");
    }
}

#[test]
fn its_page_is_valid_and_names_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(unpacked().join("INSTALL.html")).unwrap();
    fs::write(folder.path().join("INSTALL.html"), &text).unwrap();
    html::validate(folder.path());

    let page = Html::parse_document(&text);
    let all = files(unpacked());
    let programs = setup::programs().len();
    assert!(text.contains(&format!("the {programs} files that end in")));
    for name in page.select(&selector("#archive ~ .scroll th code")) {
        let name: String = name.text().collect();
        let there = all.iter().any(|path| path.starts_with(&name));
        assert!(there, "{name} is not in the tarball");
    }
    for code in page.select(&selector("code")) {
        let name: String = code.text().collect();
        if name.ends_with(".cgi") && !name.starts_with("https:") && name != ".cgi" {
            assert!(all.contains(&format!("blog/{name}")), "there is no {name}");
        }
    }
    for link in page.select(&selector("a[href^='#']")) {
        let to = &link.value().attr("href").unwrap()[1..];
        assert!(text.contains(&format!("id=\"{to}\"")), "#{to} is nowhere");
    }
}

#[test]
fn its_list_has_what_is_linked_and_its_notices() {
    let read = |name: &str| fs::read_to_string(unpacked().join(name)).unwrap();
    let list: serde_json::Value = serde_json::from_str(&read("sbom.cdx.json")).unwrap();
    assert_eq!(
        (&list["bomFormat"], &list["specVersion"]),
        (&"CycloneDX".into(), &"1.5".into())
    );
    let components = list["components"].as_array().unwrap();
    let version = |name: &str| {
        let mut all = components.iter();
        let found = all.find(|component| component["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}"))["version"]
            .as_str()
            .unwrap()
    };
    assert_eq!(version("SQLite"), rusqlite::version());
    assert!(version("musl").starts_with("1."));
    let notices = read("THIRD-PARTY.txt");
    let lock = read_package("Cargo.lock");
    for component in components {
        let (name, scope) = (component["name"].as_str().unwrap(), &component["scope"]);
        let version = component["version"].as_str().unwrap();
        if !component["purl"]
            .as_str()
            .unwrap()
            .starts_with("pkg:cargo/")
        {
            continue;
        }
        assert!(
            lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")),
            "{name}"
        );
        assert_eq!(
            component["hashes"][0]["content"].as_str().unwrap().len(),
            64,
            "{name}"
        );
        let noticed = notices.contains(&format!("\n{name} {version}\n"));
        assert_eq!(noticed, scope == "required", "{name} {version}");
    }
    for name in ["musl 1.", "Rust's library 1.", "gimli 0."] {
        assert!(
            notices.contains(&format!("\n{name}")),
            "no notice of {name}"
        );
    }
    let tests_alone = ["scraper", "ureq", "tempfile-fast"];
    assert!(
        components
            .iter()
            .all(|part| !tests_alone.contains(&part["name"].as_str().unwrap()))
    );
}

fn read_package(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
