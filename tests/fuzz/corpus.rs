//! What fuzzing has found worth keeping, run through the same properties: see
//! `properties/mod.rs`, and `make fuzz` for finding more.
#![allow(clippy::expect_used, reason = "a test that can't go on has failed")]

mod properties;

use std::fs;
use std::path::Path;

/// Runs a property on each file of its folder. A file that breaks it is named.
fn holds(name: &str, property: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect(name)
        .map(|entry| entry.expect(name).path())
        .collect();
    files.sort();
    assert!(files.len() > 2, "{name} has hardly anything to begin with");
    for file in files {
        println!("{}", file.display());
        property(&fs::read(&file).expect(name));
    }
}

macro_rules! properties {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                holds(stringify!($name), properties::$name);
            }
        )*
    };
}

properties! {
    address database guestbook import kept markdown media multipart request search token
}
