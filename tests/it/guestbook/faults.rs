//! Many writers at once, the disk, and bodies that are no form.

use std::sync::Barrier;
use std::thread;

use super::{file, open, run, token, write};

#[test]
fn many_writers_at_once_lose_nothing_and_write_nothing_twice() {
    let site = open();
    site.data();
    let (writers, each) = (16, 4);
    let start = Barrier::new(writers);
    thread::scope(|scope| {
        for writer in 0..writers {
            let (site, start) = (&site, &start);
            scope.spawn(move || {
                start.wait();
                for number in 0..each {
                    write(site, "Ann", &format!("{writer}/{number}")).status(303);
                }
            });
        }
    });
    let counted = "SELECT count(*), count(DISTINCT text), max(id) FROM message";
    let found: (i64, i64, i64) = file(&site)
        .query_row(counted, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    let all = (writers * each) as i64;
    assert_eq!(found, (all, all, all));
}

#[test]
fn an_answer_is_given_after_the_message_is_on_the_disk() {
    let site = open();
    let body = format!("name=Ann&message=Hi&form={}", token(&site, 60));
    let (reply, calls) = site
        .ask("/guestbook/")
        .method("POST")
        .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .body(body.as_bytes())
        .traced("fdatasync,fsync,writev,pwrite64");
    reply.status(303);
    let last = |name: &str| calls.iter().rposition(|call| call.contains(name)).unwrap();
    assert!(last("pwrite64(") < last("sync("), "{calls:?}");
    assert!(last("sync(") < last("writev(1,"), "{calls:?}");
}

#[test]
fn neither_method_nor_type_nor_length_gets_a_body_in() {
    let site = open();
    let put = site.ask("/guestbook/").method("PUT").run();
    assert_eq!(put.status(405).header("Allow"), Some("GET, HEAD, POST"));
    site.ask("/guestbook/")
        .method("POST")
        .var("CONTENT_TYPE", "multipart/form-data; boundary=x")
        .body(b"name=x")
        .run()
        .status(400);
    let huge = site
        .ask("/guestbook/")
        .method("POST")
        .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .var("CONTENT_LENGTH", "10000000000")
        .limited("ulimit -v 65536")
        .stdin(crate::site::Input::Ended(vec![b'x'; 1 << 21]))
        .run();
    huge.status(413);
    site.ask("/guestbook/1/").method("POST").run().status(405);
    write(&site, "Ann", "Closed?").status(303);
    run(&site, "settings --publish closed");
    write(&site, "Ann", "Now?").status(422);
    site.get("/guestbook/").ok().has("Closed?").lacks("<form");
}
