//! Blogs to be served, made by the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An empty blog in a directory that each run of the tests makes anew. `options` are
/// those of `mayfly init`; its days are UTC's unless they say otherwise.
pub fn new_blog(name: &str, options: &[&str]) -> PathBuf {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("servers")
        .join(name);
    if data.exists() {
        fs::remove_dir_all(&data).expect("the last run's blog goes");
    }
    fs::create_dir_all(data.parent().expect("a parent")).expect("a directory");
    let zone: &[&str] = match options.contains(&"--zone") {
        true => &[],
        false => &["--zone", "UTC"],
    };
    mayfly(&[&["init", text(&data)], zone, options].concat());
    data
}

/// Runs the command line.
pub fn mayfly(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_mayfly"))
        .args(arguments)
        .output()
        .expect("the command line starts");
    assert!(
        output.status.success(),
        "mayfly {arguments:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
