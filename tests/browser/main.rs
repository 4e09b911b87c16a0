//! The blog in a real browser: `mayfly serve` over a blog that is made for each test,
//! and Chromium before it. What is done there is told in JavaScript, in the files
//! `*.test.mjs`; this only starts them, and fails where they do or where a tool is missing.
//!
//! `ONLY=conflict cargo test --test browser` runs those with that word in their names.

// In a test a broken assumption should end it where it is met.
#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::Command;

#[test]
fn people_get_along_in_a_real_browser() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    assert!(
        here.join("node_modules/playwright-core").is_dir(),
        "playwright-core is not installed: run npm ci in tests/browser, or make tools"
    );
    let mut node = Command::new("node");
    // One process for all files, so that one browser does for all of them.
    node.args(["--test-reporter=spec", "run.mjs"])
        .current_dir(&here)
        .env("MAYFLY", env!("CARGO_BIN_EXE_mayfly"));
    let output = node
        .output()
        .expect("Node.js runs the browser: apt-get install nodejs");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
