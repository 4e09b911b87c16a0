//! Where the data lies: a disk that may only be read, a directory without permission to
//! write, a file that is replaced meanwhile, and a log that a killed writer left.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{PAGES, blog, clear, lasting, number, of_the_guestbook, whole};
use crate::guestbook;
use crate::kept::Ends;
use crate::site::{Request, Site};

/// Insists that everything is read as ever, and that whoever writes is refused in clear
/// words and stores nothing.
fn only_reads(site: &Site, below: &str, close: impl FnOnce()) {
    let limited = |request: Request<'_>| clear(request.limited(below).run());
    let known = PAGES.map(|page| lasting(&site.get(page).ok().body));
    let browser = site.sign_in();
    let token = browser.token();
    close();
    for (page, right) in PAGES.iter().zip(known) {
        let reply = limited(site.ask(page)).status(200);
        assert!(lasting(&reply.body) == right, "{}", reply.exchange);
    }
    let fields = [
        ("token", token.as_str()),
        ("kind", "note"),
        ("text", "Refused"),
        ("do", "publish"),
    ];
    let form = site.form("/admin/new/", &fields);
    let refused = [
        limited(of_the_guestbook(site, "/guestbook/", "Refused")),
        limited(of_the_guestbook(site, "/comments/1/", "Refused")),
        limited(form.var("HTTP_COOKIE", &browser.cookies)),
        limited(browser.upload(&[("a.pdf", b"%PDF-1.7\nRefused")])),
    ];
    for reply in refused {
        assert!(
            reply.status >= 500 || !reply.texts(".error p").is_empty(),
            "{}",
            reply.exchange
        );
        assert!(!reply.log().is_empty(), "{}", reply.exchange);
    }
    let stored = [
        ("guestbook.db", "message"),
        ("guestbook.db", "comment"),
        ("blog.db", "post"),
    ];
    for (file, table) in stored {
        let sql = format!("SELECT count(*) FROM {table} WHERE text = 'Refused'");
        assert_eq!(number(site, file, &sql), 0, "{table}");
    }
}

#[test]
fn a_disk_that_may_only_be_read_shows_every_page_and_refuses_what_is_written() {
    let site = blog().with_account();
    // A mount of its own, which needs no permission where users may have namespaces.
    only_reads(
        &site,
        "exec unshare -rm sh -c 'mount --bind \"$MAYFLY_DATA\" \"$MAYFLY_DATA\" && \
         mount -o remount,ro,bind \"$MAYFLY_DATA\" && exec \"$@\"' sh \"$@\"; false",
        || {},
    );
    whole(&site);
}

#[test]
fn a_directory_that_may_not_be_written_shows_every_page_and_refuses_what_is_written() {
    let site = blog().with_account();
    let chmod = |files: u32, folders: u32| {
        for entry in fs::read_dir(site.data()).unwrap() {
            let entry = entry.unwrap();
            let mode = if entry.path().is_dir() {
                folders
            } else {
                files
            };
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode)).unwrap();
        }
        fs::set_permissions(site.data(), fs::Permissions::from_mode(folders)).unwrap();
    };
    // Root may write anywhere by a capability, which the program is started without.
    let root =
        "if [ `id -u` = 0 ]; then exec setpriv --inh-caps=-all --bounding-set=-all \"$@\"; fi";
    only_reads(&site, root, || chmod(0o400, 0o500));
    chmod(0o600, 0o700);
    whole(&site);
}

#[test]
fn a_file_that_is_replaced_meanwhile_gives_the_old_page_or_the_new() {
    let titled = |title: &str| {
        let site = Site::new().with_option("--title", title);
        site.import(
            "a.md",
            &format!("title: Of {title}\ndate: 2025-07-05 15:05\nslug: a"),
            title,
        );
        site
    };
    let (site, other) = (titled("First"), titled("Second"));
    let pages = [&site, &other].map(|site| site.get("/").ok().body);
    assert_ne!(pages[0], pages[1]);
    let files = [&site, &other].map(|site| fs::read(site.data().join("blog.db")).unwrap());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let aside = site.data().join("new.db");
            for file in files.iter().cycle() {
                fs::write(&aside, file).unwrap();
                fs::rename(&aside, site.data().join("blog.db")).unwrap();
                if over.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let _ends = Ends(&over);
        for _ in 0..60 {
            let reply = site.get("/").ok();
            assert!(pages.contains(&reply.body), "{}", reply.exchange);
        }
    });
}

#[test]
fn a_log_that_a_killed_writer_left_is_read_and_its_torn_end_is_not() {
    let site = blog();
    let file = site.data().join("guestbook.db");
    guestbook::write(&site, "Ann", "In the log.").status(303);
    let log = site.data().join("guestbook.db-wal");
    let kept = fs::read(&log).unwrap();
    assert!(!kept.is_empty(), "there is no log");
    let whole_file = fs::read(&file).unwrap();
    // Whole, with the beginning of a frame behind it, and with one that is no frame.
    let half = kept[32..2000].to_vec();
    for behind in [Vec::new(), half, vec![0xa5; 4120]] {
        fs::write(&file, &whole_file).unwrap();
        fs::write(&log, [&kept[..], &behind].concat()).unwrap();
        drop(fs::remove_file(site.data().join("guestbook.db-shm")));
        site.get("/guestbook/")
            .ok()
            .has("In the log.")
            .has("A message.");
        let text = format!("After {} bytes.", behind.len());
        guestbook::write(&site, "Ann", &text).status(303);
        site.get("/guestbook/").ok().has(&text).has("In the log.");
        whole(&site);
    }
}
