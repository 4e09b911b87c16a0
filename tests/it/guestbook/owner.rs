//! What the owner decides, what the filter learns from it, and the mail that says
//! that messages wait.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{file, in_another_minute, open, run, write};
use crate::site::Site;

#[test]
fn the_owner_rejects_undoes_and_replies() {
    let site = open();
    for text in ["One.", "Two.", "Three."] {
        write(&site, "Ann", text).status(303);
    }
    assert!(run(&site, "reject 1 3").starts_with("Rejected 2 messages"));
    let page = site.get("/guestbook/").ok();
    page.has("Two.").lacks("One.");
    assert!(run(&site, "list --rejected").contains("you rejected it"));
    assert_eq!(run(&site, "undo"), "Put back 2 messages.\n");
    site.get("/guestbook/").ok().has("One.").has("Three.");
    run(&site, "reply 2 Thanks<b>");
    site.get("/guestbook/2/").ok().has("Thanks&lt;b&gt;");
    assert!(
        !site
            .mayfly(&["guestbook", "approve", "99"])
            .status
            .success()
    );
    assert_eq!(run(&site, "undo"), "There is nothing to undo.\n");
}

#[test]
fn the_filter_learns_from_decisions() {
    let site = open();
    for number in 0..6 {
        write(
            &site,
            "Ann",
            &format!("Lovely walk by the harbour {number}"),
        )
        .status(303);
        write(
            &site,
            "Bob",
            &format!("Cheap replica watches discount {number}"),
        )
        .status(303);
    }
    run(&site, "reject 2 4 6 8 10 12");
    // What went public at once was no decision; taken out and put back it is.
    run(&site, "reject 1 3 5 7 9 11");
    run(&site, "approve 1 3 5 7 9 11");
    write(&site, "Cay", "Replica watches, cheap discount").status(303);
    assert!(run(&site, "list").contains("looks like what you rejected before"));
    write(&site, "Dan", "Lovely harbour").leads_to(303, "http://blog.example/guestbook/#m14");
}

#[test]
fn what_a_decision_taught_is_forgotten_when_it_is_turned_round() {
    let site = Site::new();
    let taught = || {
        let sql = "SELECT good, bad, (SELECT messages FROM known WHERE name = 'ann') FROM tally";
        file(&site)
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
    };
    write(&site, "Ann", "One.").status(303);
    write(&site, "Ann", "Two.").status(303);
    run(&site, "approve 1");
    assert_eq!(taught(), (1, 0, 1));
    // Whoever took the name of somebody known does not take it from them.
    run(&site, "reject 2");
    assert_eq!(taught(), (1, 1, 1));
    run(&site, "reject 1");
    assert_eq!(taught(), (0, 2, 0));
    run(&site, "approve 1");
    assert_eq!(taught(), (1, 1, 1));
    run(&site, "undo");
    run(&site, "undo");
    run(&site, "undo");
    assert_eq!(taught(), (1, 0, 1));
}

#[test]
fn what_is_rejected_is_kept_from_then_on_however_old_it_is() {
    let site = open();
    for text in ["One.", "Two.", "Three."] {
        write(&site, "Ann", text).status(303);
    }
    run(&site, "reject 3");
    let long_ago = "UPDATE message SET moment = moment - 100 * 86400000000;
                    UPDATE queue SET moment = moment - 100 * 86400000000;
                    UPDATE decision SET moment = moment - 100 * 86400000000";
    file(&site).execute_batch(long_ago).unwrap();
    run(&site, "reject 1");
    in_another_minute(&site);
    write(&site, "Ben", "Meanwhile.").status(303);
    // What was rejected long ago has expired, what was written long ago has not.
    let rejected = run(&site, "list --rejected");
    assert!(rejected.contains("One.") && !rejected.contains("Three."));
    assert_eq!(run(&site, "undo"), "Put back message 1.\n");
    site.get("/guestbook/").ok().has("One.");
    run(&site, "reject 1");
    file(&site).execute_batch(long_ago).unwrap();
    in_another_minute(&site);
    write(&site, "Ben", "Later.").status(303);
    assert_eq!(run(&site, "list --rejected"), "None.\n");
}

#[test]
fn the_last_decision_can_be_undone_however_many_it_moved() {
    let site = open();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
                INSERT INTO queue SELECT i, 0, i, 'N', '', 'X', '', 0, 'r', 2 FROM n";
    file(&site).execute_batch(fill).unwrap();
    assert!(run(&site, "reject --all").starts_with("Rejected 10001 messages"));
    assert_eq!(run(&site, "undo"), "Put back 10001 messages.\n");
}

/// A program that keeps its variables, its arguments and the mail in a file.
fn sendmail(site: &Site, got: &Path) -> String {
    let program = site.scratch().join("sendmail");
    let script = format!(
        "#!/bin/sh\n{{ env; echo \"$@\"; cat; }} > {}\n",
        got.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    program.display().to_string()
}

#[test]
fn mail_goes_through_sendmail_without_the_requests_variables() {
    let site = Site::new();
    let got = site.scratch().join("got");
    let sendmail = sendmail(&site, &got);
    run(
        &site,
        &format!("settings --mail me@example.org --sendmail {sendmail}"),
    );
    write(&site, "Ann\r\nBcc: all@example.org", "Hello.").status(303);
    let mail = std::fs::read_to_string(&got).unwrap();
    assert!(mail.contains("-i -t\nTo: me@example.org\n"), "{mail}");
    assert!(mail.contains("is the first of this name"), "{mail}");
    assert!(
        !mail.contains("REMOTE_ADDR") && !mail.contains("Bcc"),
        "{mail}"
    );
    std::fs::remove_file(&got).unwrap();
    write(&site, "Ben", "Hello.").status(303);
    assert!(!got.exists(), "a second mail within ten minutes");
    // A mail leads to where the owner says that the blog is, never to a visitor's `Host`.
    assert!(mail.contains("\n  /admin/guestbook/\n"), "{mail}");
    site.mayfly(&["settings", "base-url=https://me.example"]);
    run(&site, "settings --mail you@example.org");
    write(&site, "Cay", "Hello.").status(303);
    let mail = std::fs::read_to_string(&got).unwrap();
    assert!(
        mail.contains("\n  https://me.example/admin/guestbook/\n"),
        "{mail}"
    );
}

#[test]
fn a_sendmail_that_hangs_is_ended_and_its_writer_answered() {
    let site = Site::new();
    let program = site.scratch().join("sendmail");
    std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let program = program.display();
    run(
        &site,
        &format!("settings --mail me@example.org --sendmail {program}"),
    );
    let sent = write(&site, "Ann", "Hello.").status(303);
    let problem = format!("through {program}: it did not end within 5 seconds");
    assert!(sent.log().contains(&problem), "{}", sent.log());
    assert!(run(&site, "list").contains(&problem));
}

#[test]
fn what_may_be_settled_has_the_same_bounds_as_in_the_browser() {
    let site = Site::new();
    for (setting, most) in [
        ("per-address", 10_000),
        ("links", 1_000),
        ("expires", 36_500),
    ] {
        run(&site, &format!("settings --{setting} {most}"));
        let more = format!("--{setting}={}", most + 1);
        let refused = site.mayfly(&["guestbook", "settings", &more]);
        assert!(!refused.status.success(), "{setting}");
    }
}

#[test]
fn mail_that_does_not_go_out_is_told_to_the_log_and_to_the_owner() {
    let site = Site::new();
    run(
        &site,
        "settings --mail me@example.org --sendmail /nowhere/sendmail",
    );
    let sent = write(&site, "Ann", "Hello.").status(303);
    let problem = "no mail went to me@example.org through /nowhere/sendmail: No such file";
    assert!(sent.log().contains(problem), "{}", sent.log());
    assert!(run(&site, "list").contains(problem));
    let sendmail = sendmail(&site, &site.scratch().join("got"));
    let mended = run(&site, &format!("settings --sendmail {sendmail}"));
    assert!(!mended.contains("no mail"), "{mended}");
    write(&site, "Ben", "Hello.").status(303);
    assert!(!run(&site, "list").contains("no mail"));
}
