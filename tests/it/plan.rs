//! How SQLite finds what pages show: no statement of a public page reads a table
//! from end to end or sorts, and the last page of a list costs what the first
//! does.
//!
//! The pages' own functions run here, within the test, over a made-up blog.
//! SQLite tells which statements they ran, and then how it would run each.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr;

use mayfly::config::Place;
use mayfly::listing::Cut;
use mayfly::path::{Path, Query};
use mayfly::store::{self, Blog};
use mayfly::{archive, error, feed, kind, post, qr, sitemap, tag, twin};
use rusqlite::{Connection, ffi};

use crate::site::Site;

/// How many different statements the public pages have between them, not
/// counting PRAGMA and BEGIN. More is fine; fewer means that something was not
/// looked at.
const STATEMENTS: usize = 31;

/// A statement that ran to its end, and what that took.
#[derive(Clone, Debug)]
struct Run {
    sql: String,
    /// Rows visited by a scan of a whole table.
    scanned: c_int,
    sorts: c_int,
    /// How often it was compiled anew, to look at what is bound to it.
    compiled_again: c_int,
    /// Steps of SQLite's virtual machine.
    steps: c_int,
}

thread_local! {
    /// What ran on this thread, while somebody wants to know: other tests of this
    /// process open connections, too.
    static RUNS: RefCell<Option<Vec<Run>>> = const { RefCell::new(None) };
}

/// Gives every connection that is opened from now on `note` as its tracer.
fn listen() {
    // SAFETY: `install` has the signature of an extension's entry point and
    // lives as long as the process. Registering it again changes nothing.
    let code = unsafe { ffi::sqlite3_auto_extension(Some(install)) };
    assert_eq!(code, ffi::SQLITE_OK);
}

unsafe extern "C" fn install(
    connection: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    let mask = ffi::SQLITE_TRACE_PROFILE;
    // SAFETY: SQLite passes a connection that is open, and `note` asks for no
    // context.
    unsafe { ffi::sqlite3_trace_v2(connection, mask, Some(note), ptr::null_mut()) }
}

unsafe extern "C" fn note(
    _: c_uint,
    _: *mut c_void,
    statement: *mut c_void,
    _: *mut c_void,
) -> c_int {
    let statement = statement.cast::<ffi::sqlite3_stmt>();
    RUNS.with_borrow_mut(|runs| {
        let Some(runs) = runs else { return };
        // SAFETY: SQLITE_TRACE_PROFILE passes the statement that has just run;
        // its text belongs to it and is copied here.
        let (sql, count) = unsafe {
            let sql = CStr::from_ptr(ffi::sqlite3_sql(statement));
            let count = |what| ffi::sqlite3_stmt_status(statement, what, 1);
            (sql, count)
        };
        runs.push(Run {
            sql: sql.to_string_lossy().into_owned(),
            scanned: count(ffi::SQLITE_STMTSTATUS_FULLSCAN_STEP),
            sorts: count(ffi::SQLITE_STMTSTATUS_SORT),
            compiled_again: count(ffi::SQLITE_STMTSTATUS_REPREPARE),
            steps: count(ffi::SQLITE_STMTSTATUS_VM_STEP),
        });
    });
    0
}

/// What runs while a page is read.
fn runs<T>(read: impl FnOnce() -> T) -> (Vec<Run>, T) {
    RUNS.set(Some(Vec::new()));
    let outcome = read();
    (RUNS.take().unwrap(), outcome)
}

/// The blog's file, opened as a program does for a request.
fn open(site: &Site) -> Blog {
    let place = Place {
        data: Some(site.data()),
        ..Place::default()
    };
    store::open_blog(&place).unwrap()
}

/// Reads what the page at an address shows, as its program does.
fn read(site: &Site, target: &str) -> error::Result<()> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (
        Path::parse(path.as_bytes())?,
        Query::parse(query.as_bytes())?,
    );
    let blog = open(site);
    match mayfly::url::route(path.as_str()).0 {
        "home" => store::home::page(&blog, Cut::parse(&query)?).map(drop),
        "tag" => store::tag::page(&blog, &tag::Wanted::parse(&path, &query)?).map(drop),
        "archive" => store::archive::page(&blog, &archive::Wanted::parse(&path, &query)?).map(drop),
        "post" => store::post::page(&blog, &post::Wanted::parse(&path)).map(drop),
        "feed" => match feed::Wanted::parse(&path, &query)? {
            feed::Wanted::Overview(path) => store::feed::overview(&blog, &path).map(drop),
            wanted => store::feed::read(&blog, &wanted).map(drop),
        },
        "sitemap" => {
            let wanted = sitemap::Wanted::parse(&path)?;
            store::sitemap::each(&blog, wanted.part, |_, _| {})
        }
        "qr" => store::qr::check(&blog, &qr::Wanted::parse(&path)?),
        "twin" => store::twin::read(&blog, &twin::Wanted::parse(&path)?).map(drop),
        "kind" => store::kind::page(&blog, &kind::Wanted::parse(&path, &query)?).map(drop),
        _ => store::page::at(&blog, &path).map(drop),
    }
}

/// A blog of 2,000 posts, five on a page, so that every list has many pages.
fn blog() -> Site {
    let site = Site::new();
    assert!(site.mayfly(&["seed", "--posts", "2000"]).status.success());
    site.sql(
        "UPDATE site SET per_page = 5;
         INSERT INTO redirect VALUES ('/old', '/2010/'), ('/gone/', '');
         INSERT INTO page VALUES ('/about/', 'About', '', '', '', 1, 9000, '', '');",
    );
    listen();
    site
}

/// The address of some post in the middle.
fn some_post(site: &Site) -> String {
    let page = site.get("/tags/performance/").ok();
    page.attributes("a.u-url", "href").swap_remove(2)
}

const MIDDLE: i64 = 1_420_070_400_000_000; // 1 January 2015

#[test]
fn no_statement_of_a_public_page_scans_or_sorts() {
    let site = blog();
    let post = some_post(&site);
    let list = |path: &str| {
        [
            String::new(),
            format!("?before={MIDDLE}"),
            format!("?after={MIDDLE}"),
            "?after=0".into(),
        ]
        .map(|cut| format!("{path}{cut}"))
    };
    let mut targets: Vec<String> = Vec::new();
    for path in [
        "/",
        "/tags/performance/",
        "/tags/performance+sqlite/",
        "/tags/cgi+performance+sqlite/",
        "/2015/Jan/",
        "/links/",
    ] {
        targets.extend(list(path));
    }
    for path in [
        "/feed.atom",
        "/links.rss",
        "/tags/performance.json",
        "/tags/performance+sqlite.atom",
        "/2015.atom",
    ] {
        targets.push(path.into());
        targets.push(format!("{path}?before={MIDDLE}"));
    }
    let others = "/tags/ /tags/none/ /2015/ /2015/None/ /2016/ /1999/ /feeds/ /about/ /old /gone/ \
                  /none/ /2015/Jan/1/none/ /sitemap.xml /sitemap-2015.xml /sitemap-1999.xml \
                  /sitemap-pages.xml /sitemap-tags.xml /about.md /none.md /qr/about.svg /2015/Jan/1/none.md";
    targets.extend(others.split_whitespace().map(String::from));
    targets.push(post.clone());
    targets.push(format!("{}.json", post.trim_end_matches('/')));
    targets.push(
        post.rsplitn(3, '/')
            .last()
            .map(|day| format!("{day}/"))
            .unwrap(),
    );

    let mut statements = BTreeSet::new();
    for target in &targets {
        let (runs, outcome) = runs(|| read(&site, target));
        let status = outcome.map_or_else(|error| error.status(), |()| 200);
        assert!(
            matches!(status, 200 | 301 | 303 | 404 | 410),
            "{target}: {status}"
        );
        assert!(!runs.is_empty(), "{target} was answered without the blog");
        let path = target.split('?').next().unwrap();
        // Who gives out sources is shown the tables with all of their columns.
        let whole = store::schema::read_by(mayfly::url::route(path).0).is_empty();
        for run in runs {
            let of_site = run.sql.contains("FROM site");
            assert!(of_site || run.scanned == 0, "{target} scans: {run:?}");
            assert_eq!(run.sorts, 0, "{target} sorts: {run:?}");
            assert_eq!(run.compiled_again, 0, "{target}: {run:?}");
            if run.sql.starts_with("SELECT") {
                statements.insert((run.sql, whole));
            }
        }
    }
    assert!(statements.len() >= STATEMENTS, "only {}", statements.len());

    let file = Connection::open(site.data().join("blog.db")).unwrap();
    // And no program that only reads is shown a table that is read another way.
    let shown = Connection::open_in_memory().unwrap();
    for table in store::schema::TABLES {
        shown.execute_batch(table.short).unwrap();
    }
    for (sql, whole) in &statements {
        if !whole {
            assert_eq!(plan(&shown, sql), plan(&file, sql), "{sql}");
        }
        for step in plan(&file, sql) {
            let fine = step == "SCAN site" || !(step.contains("SCAN") || step.contains("TEMP"));
            assert!(fine, "{step}: {sql}");
        }
    }
}

/// What SQLite says it would do, a line a step.
fn plan(file: &Connection, sql: &str) -> Vec<String> {
    let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    // The parameters stay unbound: there are no statistics that depend on them.
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get("detail").unwrap());
    }
    steps
}

#[test]
fn a_scan_and_a_sort_would_be_noticed() {
    let site = blog();
    let file = Connection::open(site.data().join("blog.db")).unwrap();
    let sql = "SELECT title FROM post ORDER BY title";
    assert_eq!(
        plan(&file, sql),
        ["SCAN post", "USE TEMP B-TREE FOR ORDER BY"]
    );
    let (runs, titles) = runs(|| {
        let file = Connection::open(site.data().join("blog.db")).unwrap();
        let mut statement = file.prepare(sql).unwrap();
        let titles = statement.query_map([], |row| row.get::<_, String>(0));
        titles.unwrap().count()
    });
    assert_eq!(titles, 2000);
    let run = &runs[0];
    assert!(
        run.scanned >= 1999 && run.sorts == 1 && run.steps > 2000,
        "{run:?}"
    );
}

#[test]
fn the_last_page_of_a_list_costs_what_the_first_does() {
    let site = blog();
    let steps = |target: &str| -> c_int {
        let (runs, outcome) = runs(|| read(&site, target));
        outcome.unwrap_or_else(|error| panic!("{target}: {error}"));
        runs.iter().map(|run| run.steps).sum()
    };
    for list in ["/", "/tags/performance/"] {
        let first = steps(list);
        for cut in [
            format!("before={MIDDLE}"),
            format!("after={MIDDLE}"),
            "after=0".into(),
        ] {
            let other = steps(&format!("{list}?{cut}"));
            // A page in the middle looks for one post more, on its other side.
            assert!(
                other <= first + 60,
                "{list}?{cut}: {other} steps, and {first} at the start"
            );
        }
        assert!(first < 500, "{list}: {first} steps for five posts");
    }
    assert!(steps("/feed.atom") < 1500);
    assert!(steps(&some_post(&site)) < 500);
}

#[test]
fn a_save_reads_the_earlier_versions_of_its_own_draft_alone() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    browser.publish(&[("kind", "note"), ("text", "At first.")]);
    let posts = browser.get("/admin/posts/").ok();
    let edit = posts.attributes("ul.rows li > a", "href").swap_remove(0);
    for text in ["Then.", "Later."] {
        let change = [("text", text), ("do", "publish")];
        browser.fill(&edit, &change).run().status(303);
    }
    let change = [("text", "Now."), ("do", "save")];
    browser.fill(&edit, &change).run().status(303);
    // Two thousand versions of other drafts and other posts.
    let file = Connection::open(site.data().join("desk.db")).unwrap();
    file.execute_batch(
        "CREATE TEMP TABLE one AS SELECT * FROM revision LIMIT 1;
         UPDATE one SET id = NULL;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         INSERT INTO revision SELECT one.* FROM one, n;
         UPDATE revision SET draft = 1000 + id, post = 1000 + id WHERE id > 10",
    )
    .unwrap();
    listen();
    let mut desk = store::open_desk(&site.data()).unwrap();
    let (id, mut draft, _) = store::draft::all(&desk).unwrap().swap_remove(0);
    let (_, version) = desk.draft(id).unwrap().unwrap();
    let (runs, ()) = runs(|| {
        for (version, auto) in [(version, true), (version + 1, true), (version + 2, false)] {
            draft.text.push('!');
            let kept = (id, version);
            store::writing::save(&mut desk, kept, &draft, store::now(), auto).unwrap();
        }
        let kept = store::revision::all(&desk, Some(id), draft.post).unwrap();
        store::revision::find(&desk, kept[0].id, Some(id), draft.post).unwrap();
        let post = draft.post.unwrap();
        store::writing::take_back(&mut desk, post, "2025-07-05T00:00:00Z", None).unwrap();
    });
    let runs: Vec<_> = runs
        .iter()
        .filter(|run| run.sql.contains("revision"))
        .collect();
    assert!(runs.len() >= 10, "{runs:?}");
    for run in runs {
        assert_eq!(run.scanned, 0, "{run:?}");
    }
}

#[test]
fn a_look_at_the_desk_asks_as_much_of_many_drafts_as_of_one() {
    // It looked through the newest posts for each of them, and read each in the bin.
    let site = Site::new().with_account();
    let browser = site.sign_in();
    for fields in [
        &[("kind", "note"), ("text", "On the desk.")][..],
        &[("kind", "note"), ("text", "Binned."), ("do", "discard")],
    ] {
        browser.form("/admin/new/", fields).run().status(303);
    }
    let file = Connection::open(site.data().join("desk.db")).unwrap();
    file.execute_batch(
        "CREATE TEMP TABLE both AS SELECT * FROM draft;
         UPDATE both SET id = NULL, origin = NULL;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         INSERT INTO draft SELECT both.* FROM both, n;
         UPDATE draft SET origin = 'desk/' || id",
    )
    .unwrap();
    listen();
    let mut desk = store::open_desk(&site.data()).unwrap();
    let (runs, ()) = runs(|| store::writing::tidy(&mut desk, store::now()).unwrap());
    assert!((1..=3).contains(&runs.len()), "{runs:?}");
    assert_eq!(store::draft::all(&desk).unwrap().len(), 61);
    assert_eq!(store::removed::all(&desk).unwrap().len(), 61);
}
