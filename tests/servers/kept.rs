//! Kept pages behind the servers that send them, with the files of `deploy/`: no program
//! is started for them, they are what programs answer, and none is sent once it is old.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::blog::{mayfly, new_blog, text};
use crate::client::{Answer, Client};
use crate::server::Server;
use crate::setup::{Links, Programs, Setup, Way, hand_over};

macro_rules! for_every_server {
    ($check:ident) => {
        mod $check {
            use super::*;

            #[test]
            fn apache() {
                super::$check(&start(stringify!($check), Way::Apache, "/"));
            }

            #[test]
            fn apache_below_a_path() {
                super::$check(&start(stringify!($check), Way::Apache, "/blog/"));
            }

            #[test]
            fn lighttpd() {
                super::$check(&start(stringify!($check), Way::Lighttpd, "/"));
            }

            #[test]
            fn lighttpd_below_a_path() {
                super::$check(&start(stringify!($check), Way::Lighttpd, "/~me/blog/"));
            }
        }
    };
}

for_every_server!(a_kept_page_is_sent_without_a_program_and_as_one_sends_it);
for_every_server!(nothing_else_is_sent_in_a_programs_place);
for_every_server!(no_answer_is_old_or_fails_while_others_publish);

const POST: &str = "/2025/Jul/5/picture/";

/// A blog of two posts that keeps its pages.
fn start(name: &str, way: Way, base: &'static str) -> Server {
    let below = base.trim_end_matches('/');
    let url = format!("http://blog.example{below}");
    let name = format!("kept-{name}-{way:?}{}", below.replace('/', "-"));
    let data = new_blog(&name, &["--base-url", &url]);
    let post = data.with_extension("posts");
    fs::create_dir_all(&post).expect("a folder");
    for (file, text) in [
        ("2025-07-05-picture.md", "title: Picture\ntags: [tea]"),
        ("about.md", "kind: page\ntitle: About\nslug: /about/"),
    ] {
        fs::write(post.join(file), format!("---\n{text}\n---\nText.\n")).expect("a post");
    }
    mayfly(&["--data", text(&data), "import", text(&post)]);
    mayfly(&["--data", text(&data), "settings", "keep-pages=files"]);
    let_time_pass(&data);
    let setup = Setup {
        way,
        links: Links::Pretty,
        base,
    };
    Server::start(setup, Programs::Built, Some(&data))
}

/// Nothing is kept in the second of a change: it would have the date of the next.
fn let_time_pass(data: &Path) {
    let blog = rusqlite::Connection::open(data.join("blog.db")).expect("the blog");
    blog.execute_batch("UPDATE site SET changed = changed - 10000000")
        .expect("another time");
}

/// Settles something as the owner does, in the blog that is being served.
fn settle(server: &Server, setting: &str) {
    let data = &server.folders.data;
    mayfly(&["--data", text(data), "settings", setting]);
    let_time_pass(data);
}

/// The file of a page, once it is there: it is made after the page was answered.
fn kept(server: &Server, path: &str) -> PathBuf {
    let file = format!("kept/now{path}index.html.gz");
    let file = server.folders.data.join(file);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !file.exists() {
        assert!(
            Instant::now() < deadline,
            "{path} was not kept: {}",
            server.log()
        );
        thread::yield_now();
    }
    file
}

/// Takes the programs away, or puts them back.
fn let_programs_run(server: &Server, run: bool) {
    let programs = &server.folders.programs;
    let away = programs.with_extension("away");
    let (from, to) = if run {
        (&away, programs)
    } else {
        (programs, &away)
    };
    fs::rename(from, to).expect("the folder of the programs");
}

/// What depends on the page, and what is the server's own matter.
fn headers(answer: &Answer) -> Vec<(&'static str, String)> {
    let names = [
        "Content-Type",
        "Content-Length",
        "Cache-Control",
        "Last-Modified",
        "Link",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Content-Security-Policy",
    ];
    names
        .map(|name| (name, answer.header(name).to_owned()))
        .into()
}

fn a_kept_page_is_sent_without_a_program_and_as_one_sends_it(server: &Server) {
    let client = Client::new();
    for path in [
        "/",
        POST,
        "/about/",
        "/2025/",
        "/2025/Jul/",
        "/tags/",
        "/tags/tea/",
        "/entries/",
    ] {
        let url = server.url(path);
        let made = client.get(&url);
        assert_eq!(made.status, 200, "{url}");
        assert!(made.header("ETag").starts_with("W/"), "{url}");
        kept(server, path);
        let_programs_run(server, false);
        let sent = client.get(&url);
        assert_eq!(sent.status, 200, "{url}: {}", server.log());
        assert!(sent.body == made.body, "{url}");
        assert_eq!(headers(&sent), headers(&made), "{url}");
        assert_eq!(sent.header("Vary"), "Accept-Encoding", "{url}");
        assert_eq!(sent.header("Content-Encoding"), "", "{url}");

        let tag = sent.header("ETag").to_owned();
        let known = client.get_with(&url, "If-None-Match", &tag);
        assert_eq!((known.status, known.body.len()), (304, 0), "{url}");
        let known = client.get_with(&url, "If-None-Match", "\"another\"");
        assert_eq!(known.status, 200, "{url}");
        let date = sent.header("Last-Modified").to_owned();
        let known = client.get_with(&url, "If-Modified-Since", &date);
        assert_eq!(known.status, 304, "{url}");
        let head = client.head(&url);
        assert_eq!((head.status, head.body.len()), (200, 0), "{url}");
        assert_eq!(headers(&head), headers(&made), "{url}");

        for accepted in ["gzip", "br, gzip;q=0.5", "deflate, gzip, br, zstd"] {
            let short = client.get_with(&url, "Accept-Encoding", accepted);
            assert_eq!(short.header("Content-Encoding"), "gzip", "{url} {accepted}");
            assert_eq!(short.header("Vary"), "Accept-Encoding", "{url}");
            assert_ne!(short.header("ETag"), tag, "{url}");
            let mut page = Vec::new();
            let mut unpacked = flate2::read::GzDecoder::new(&short.body[..]);
            unpacked.read_to_end(&mut page).expect("what gzip made");
            assert!(page == made.body, "{url}");
            let tag = short.header("ETag").to_owned();
            let known = client.get_with(&url, "If-None-Match", &tag);
            assert!(known.status == 304 || known.body == made.body, "{url}");
        }
        for refused in ["identity", "br", "gzip;q=0", "br, gzip;q=0.0, *", "xgzip"] {
            let plain = client.get_with(&url, "Accept-Encoding", refused);
            assert_eq!(plain.header("Content-Encoding"), "", "{url} {refused}");
            assert!(plain.body == made.body, "{url}");
        }
        let_programs_run(server, true);
    }
    let log = server.log();
    assert!(
        !log.contains("not kept") && !log.contains("rewrite"),
        "{log}"
    );
}

fn nothing_else_is_sent_in_a_programs_place(server: &Server) {
    let client = Client::new();
    let url = server.url(POST);
    client.get(&url);
    let file = kept(server, POST);
    // What a program answers is told by its tag, which is weak.
    let by_program = |answer: &Answer| answer.header("ETag").starts_with("W/");
    assert!(!by_program(&client.get(&url)));
    assert!(by_program(&client.get(&format!("{url}?x=1"))));
    let own = client.get_with(&url, "Cookie", "a=b; mayfly-session-0123abcd=x");
    assert!(by_program(&own));
    assert_eq!(own.header("Cache-Control"), "private, no-cache");
    assert!(!by_program(&client.get_with(&url, "Cookie", "theme=dark")));
    assert_eq!(client.post(&url, "a=b").status, 405);
    assert_eq!(client.get(url.trim_end_matches('/')).status, 301);
    // The folder itself has no address.
    let now = fs::read_link(server.folders.data.join("kept/now")).expect("a link");
    for path in [
        "/kept/now/.name".to_owned(),
        format!("/kept/{}/index.html", now.display()),
        format!("{POST}index.html"),
        format!("{POST}index.html.gz"),
        "/.name".to_owned(),
        "/../.name/".to_owned(),
        "/%2e%2e/kept/".to_owned(),
    ] {
        let answer = client.get(&server.url(&path));
        assert!(
            matches!(answer.status, 400 | 403 | 404),
            "{path}: {}",
            answer.status
        );
    }

    // Anything the owner does is there with the next request.
    let seen = |title: &str| {
        let answer = client.get(&url);
        assert_eq!(answer.status, 200, "{title}");
        assert!(
            answer.text().contains(&format!("{title}</title>")),
            "{title}"
        );
        by_program(&answer)
    };
    settle(server, "title=Second");
    assert!(!file.exists() || fs::read_link(server.folders.data.join("kept/now")).is_err());
    assert!(seen("Second"));
    kept(server, POST);
    assert!(!seen("Second"));
    settle(server, "keep-pages=off");
    assert!(seen("Second") && seen("Second"));
    assert_eq!(
        fs::read_link(server.folders.data.join("kept/now")).ok(),
        None
    );
}

fn no_answer_is_old_or_fails_while_others_publish(server: &Server) {
    const ROUNDS: u32 = 25;
    let url = server.url("/");
    let round = |page: &str| -> Option<u32> {
        let from = page.find("<title>Round ")? + "<title>Round ".len();
        let digits = page[from..].split(|letter: char| !letter.is_ascii_digit());
        digits.into_iter().next()?.parse().ok()
    };
    settle(server, "title=Round 0");
    hand_over(&server.folders.data);
    let (told, over) = (AtomicU32::new(0), AtomicBool::new(false));
    let (sent, made) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let client = Client::new();
                while !over.load(Ordering::SeqCst) {
                    let least = told.load(Ordering::SeqCst);
                    let answer = client.get(&url);
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    let shown = round(&answer.text()).expect("the title");
                    assert!(shown >= least, "{shown} after {least}");
                    told.fetch_max(shown, Ordering::SeqCst);
                    let by_program = answer.header("ETag").starts_with("W/");
                    let count = if by_program { &made } else { &sent };
                    count.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let _ends = Ends(&over);
        for number in 1..=ROUNDS {
            settle(server, &format!("title=Round {number}"));
            told.fetch_max(number, Ordering::SeqCst);
            kept(server, "/");
        }
    });
    let counts = [sent, made].map(AtomicU32::into_inner);
    assert!(
        counts.iter().all(|count| *count >= ROUNDS / 2),
        "{counts:?}"
    );
}

/// Ends the threads of a test however it ends itself.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
