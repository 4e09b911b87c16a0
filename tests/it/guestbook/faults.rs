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

/// Whoever writes alone finds all of the log each time: it was thought to be begun anew by
/// the next writer, which only happens while somebody has the file open. It grew for ever.
#[test]
fn a_lone_writer_keeps_the_log_short() {
    let site = open();
    for number in 0..50 {
        write(&site, "Ann", &number.to_string()).status(303);
    }
    let log = site.data().join("guestbook.db-wal");
    let pages = std::fs::metadata(log).unwrap().len() / 4096;
    assert!((1..128).contains(&pages), "{pages} pages");
}

#[test]
fn a_log_that_others_have_open_is_begun_anew_once_it_is_long() {
    let site = open();
    write(&site, "Ann", "One.").status(303);
    let other = file(&site);
    other
        .execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF")
        .unwrap();
    for number in 0..1000 {
        other
            .execute("UPDATE tally SET mailed = ?1", [number])
            .unwrap();
    }
    for number in 0..16 {
        write(&site, "Ann", &number.to_string()).status(303);
    }
    let pages: i64 = other
        .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1))
        .unwrap();
    assert!(pages < 100, "{pages} pages");
}

/// The program sees a shortened schema on the first page of the file, and writes that page
/// as it was.
#[test]
fn messages_leave_the_schema_as_it_is() {
    let site = open();
    let schema = |what: &str| -> String {
        let sql = format!("SELECT group_concat({what}) FROM sqlite_schema");
        file(&site).query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let before = ["sql", "rootpage", "name"].map(schema);
    let size = || -> i64 {
        let sql = "PRAGMA page_count";
        file(&site).query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let pages = size();
    for _ in 0..5 {
        write(&site, "Ann", &"word ".repeat(700)).status(303);
    }
    assert!(
        size() > pages,
        "the first page, which has the size, was written"
    );
    assert_eq!(["sql", "rootpage", "name"].map(schema), before);
    let whole: String = file(&site)
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
}

/// It used to be a signal that ended the program without a word.
#[test]
fn a_message_for_which_there_is_no_room_is_answered() {
    let site = open();
    write(&site, "Ann", "First.").status(303);
    let token = token(&site, 60);
    let fields = [("name", "Ann"), ("message", "Second."), ("form", &token)];
    let reply = site
        .form("/guestbook/", &fields)
        .limited("ulimit -f 0")
        .run();
    assert!(reply.status(503).log().contains("guestbook"));
    site.get("/guestbook/").ok().has("First.").lacks("Second.");
    // Nothing typed is lost: the form can be sent again.
    site.form("/guestbook/", &fields).run().status(303);
    site.get("/guestbook/").ok().has("Second.");
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
