//! A body of ten gigabytes, announced or sent: it is refused in a bounded time, and neither
//! the server nor a program keeps it in memory.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::blog::new_blog;
use crate::raw::Wire;
use crate::server::Server;
use crate::setup::{Links, Programs, Setup, Way};

/// Ten gigabytes.
const HUGE: u64 = 10_000_000_000;

const PIECE: &[u8] = &[b'a'; 64 << 10];

/// How much of it is sent to a server that goes on reading after it has answered: it
/// shows by then whether that is kept.
const ENOUGH: usize = 256 << 20;

/// Far more than an answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a few processes more have, and no body of which all were kept.
const MEMORY: u64 = 32 << 20;

#[test]
fn apache() {
    check(Way::Apache);
}

#[test]
fn prefork() {
    check(Way::Prefork);
}

#[test]
fn lighttpd() {
    check(Way::Lighttpd);
}

fn check(way: Way) {
    let setup = Setup {
        way,
        links: Links::Pretty,
        base: "/",
    };
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    let data = DATA.get_or_init(|| new_blog("flood", &[]));
    let server = Server::start(setup, Programs::Built, Some(data));
    let framings = [
        format!("Content-Length: {HUGE}\r\n"),
        "Transfer-Encoding: chunked\r\n".to_owned(),
    ];
    let before = server.memory();
    for framing in &framings {
        for target in ["/guestbook/", "/comments/1/", "/login/"] {
            let what = format!("{way:?}, {target}, {framing:?}");
            // Announced, begun, and no more of it: whoever goes on waiting gives up here.
            let mut wire = begun(&server, target, framing);
            let chunk = format!("{:x}\r\n", PIECE.len());
            let piece = match framing.starts_with("Content") {
                true => PIECE.to_vec(),
                false => [chunk.as_bytes(), PIECE, b"\r\n"].concat(),
            };
            wire.send(&piece);
            if framing.starts_with("Content") {
                assert_eq!(wire.reply(false).status, 413, "announced: {what}");
            }
            let mut wire = begun(&server, target, framing);
            wire.wait(Duration::from_millis(1));
            let (started, mut sent, mut most, mut status) = (Instant::now(), 0, 0, 0);
            while sent < ENOUGH && wire.send(&piece) {
                sent += piece.len();
                if sent.is_multiple_of(piece.len() * 256) {
                    most = most.max(server.memory());
                    status = status.max(wire.reply(false).status);
                }
            }
            wire.wait(PATIENCE);
            let status = status.max(wire.reply(false).status);
            assert_eq!(status, 413, "sent: {what}");
            assert!(
                started.elapsed() < PATIENCE,
                "{:?}: {what}",
                started.elapsed()
            );
            let more = most.saturating_sub(before);
            assert!(most > 0 && more < MEMORY, "{more} bytes more: {what}");
        }
    }
    let page = crate::client::Client::new().get(&server.url("/guestbook/"));
    assert_eq!(page.status, 200);
}

fn begun(server: &Server, target: &str, framing: &str) -> Wire {
    let mut wire = Wire::to(&server.on_host(""), PATIENCE);
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{framing}\r\n"
    );
    assert!(wire.send(head.as_bytes()));
    wire
}
