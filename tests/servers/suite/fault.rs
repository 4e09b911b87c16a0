//! Programs that have gone wrong, by stand-ins in their place.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::get;
use crate::server::Server;
use crate::setup::{Place, Way, give_to};

/// A program that says nothing is answered for.
pub fn crashed(server: &Server) -> Result<(), String> {
    stand_in(server, "tag");
    let reply = get(server, "tag", "");
    match reply.status {
        500..=599 => Ok(()),
        other => Err(format!("answers {other}")),
    }
}

/// A page that lacks its end can be told from one that is whole.
pub fn cut_short(server: &Server) -> Result<(), String> {
    stand_in(server, "archive");
    let reply = get(server, "archive", "/2025/");
    match reply.whole && reply.status < 500 {
        true => Err("looks like a whole page".to_owned()),
        false => Ok(()),
    }
}

/// A program that does nothing is ended, or given up.
pub fn hung(server: &Server) -> Result<(), String> {
    stand_in(server, "feed");
    if server.setup.way == Way::Lighttpd {
        // Up to 1.4.69 its list of running programs has links in one direction alone: when
        // one ends, those that began after it are off the list, and no limit is theirs.
        server.has_reaped();
    }
    let reply = get(server, "feed", "/feed.atom");
    match reply.status {
        500..=599 => Ok(()),
        0 => Err("nobody ends it".to_owned()),
        other => Err(format!("answers {other}")),
    }
}

/// A program that is not there is said not to be.
pub fn missing(server: &Server) -> Result<(), String> {
    fs::remove_file(file(server, "kind")).expect("a program that goes");
    match get(server, "kind", "/notes/").status {
        403 | 404 => Ok(()),
        other => Err(format!("answers {other}")),
    }
}

fn stand_in(server: &Server, program: &str) {
    let to = file(server, program);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/crash.sh");
    // It may be a link to the program that was built: that one stays as it is.
    fs::remove_file(&to).expect("a program that goes");
    fs::copy(from, &to).expect("a stand-in");
    fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("that can be run");
    if server.setup.way == Way::Suexec {
        give_to(server.setup.way.owner(), &to).expect("of the right owner");
    }
}

fn file(server: &Server, program: &str) -> std::path::PathBuf {
    let ending = match server.setup.way.place() {
        Place::Beside => ".cgi",
        _ => "",
    };
    server.folders.programs.join(format!("{program}{ending}"))
}
