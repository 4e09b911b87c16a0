//! Crowds: two hundred who hold connections and send nothing, and two hundred who
//! ask at once.

use std::thread;

use crate::attacks::{PATIENCE, get, on_both_servers};
use crate::raw::{Reply, Wire};
use crate::server::Server;

/// More than the 150 that Debian's Apache serves at once.
const CROWD: usize = 200;

on_both_servers! {
    two_hundred_who_send_nothing_stop_nobody
    two_hundred_at_once_are_answered
}

/// Half a request on each of many connections, as one who would use up all that a
/// server has (slowloris): a visitor who comes meanwhile gets the page.
fn two_hundred_who_send_nothing_stop_nobody(server: &Server) {
    let held: Vec<Wire> = (0..CROWD)
        .map(|number| {
            let mut wire = Wire::to(&server.on_host(""), PATIENCE);
            let half = match number % 2 {
                0 => "GET / HTTP/1.1\r\nHost: blog.example\r\nX-Slow: ",
                _ => "POST /guestbook/ HTTP/1.1\r\nHost: blog.example\r\nContent-Length: 900\r\n\r\nname=",
            };
            wire.send(half.as_bytes());
            wire
        })
        .collect();
    for target in ["/", "/feed.atom", "/guestbook/"] {
        assert_eq!(get(server, target).status, 200, "{target}");
    }
    drop(held);
    assert_eq!(get(server, "/").status, 200);
}

/// A crowd is served, or told to come again: nobody gets half a page or none.
fn two_hundred_at_once_are_answered(server: &Server) {
    let home = get(server, "/").body;
    let replies: Vec<Reply> = thread::scope(|scope| {
        let visitors: Vec<_> = (0..CROWD)
            .map(|_| scope.spawn(|| get(server, "/")))
            .collect();
        let replies = visitors.into_iter().map(|visitor| visitor.join().unwrap());
        replies.collect()
    });
    for reply in replies {
        assert!(matches!(reply.status, 200 | 503), "{}", reply.status);
        assert!(reply.whole && (reply.status != 200 || reply.body == home));
    }
    assert_eq!(get(server, "/").status, 200);
}
