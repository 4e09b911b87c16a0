//! Validation of HTML by html-validate, which knows what html5ever forgives:
//! content models, attributes, duplicate ids, labels.

use std::path::Path;
use std::process::Command;

/// Fails unless every `.html` file below `directory` is valid.
///
/// One run for all of them: most of the time goes into starting Node.
pub fn validate(directory: &Path) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html");
    let validator = here.join("node_modules/.bin/html-validate");
    assert!(
        validator.exists(),
        "html-validate is not installed: run npm ci in tests/html"
    );
    let output = Command::new(validator)
        .args(["--formatter", "text", "--max-warnings", "0", "--config"])
        .arg(here.join(".htmlvalidate.json"))
        .arg(directory)
        .current_dir(&here)
        .output()
        .expect("Node runs html-validate: apt-get install nodejs npm");
    let complaints = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "html-validate: {} complaints, of which the first are\n{}\n{}",
        complaints.lines().count(),
        complaints.lines().take(40).collect::<Vec<_>>().join("\n"),
        String::from_utf8_lossy(&output.stderr),
    );
}

mod tests {
    use std::fs;

    #[test]
    fn valid_and_invalid_pages_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let page = |body: &str| {
            format!(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
                 <title>T</title></head>\n<body>{body}</body>\n</html>\n"
            )
        };
        let file = directory.path().join("page.html");
        fs::write(&file, page("<h1>T</h1><p>text</p>")).unwrap();
        super::validate(directory.path());

        fs::write(
            &file,
            page("<h1>T</h1><p id=\"a\">text</p><p id=\"a\">text</p>"),
        )
        .unwrap();
        let invalid = std::panic::catch_unwind(|| super::validate(directory.path()));
        assert!(invalid.is_err(), "a duplicate id passes");
    }
}
