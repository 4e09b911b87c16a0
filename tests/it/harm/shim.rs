//! A bad disk and a wrong clock for one program: a library that is loaded before the C
//! library and stands in its way.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::site::{Request, Site};

/// What goes wrong at one call: `shim.c` says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Io,
    Full,
    Short,
    Kill,
}

/// The library, made once for each run of the tests.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let name = format!("harm-{}.so", std::process::id());
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/harm/shim.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-shared", "-fPIC", "-o"]);
        compiler.arg(&made).arg(source).arg("-ldl");
        assert!(compiler.status().unwrap().success(), "cc can't make it");
        made
    })
}

/// The file that says whether the call was met.
pub fn met(site: &Site) -> PathBuf {
    site.scratch().join("met")
}

/// A request whose program has trouble with its data at one call, from 1.
pub fn harmed<'a>(site: &Site, request: Request<'a>, at: usize, how: How) -> Request<'a> {
    let how = format!("{how:?}").to_lowercase();
    request
        .var("LD_PRELOAD", library().to_str().unwrap())
        .var("HARM_FOLDER", site.data().to_str().unwrap())
        .var("HARM_MET", met(site).to_str().unwrap())
        .var("HARM_AT", at.to_string())
        .var("HARM_HOW", how)
}

/// A request whose program's clock is wrong by so many seconds.
pub fn clock<'a>(request: Request<'a>, seconds: i64) -> Request<'a> {
    request
        .var("LD_PRELOAD", library().to_str().unwrap())
        .var("HARM_CLOCK", seconds.to_string())
}
