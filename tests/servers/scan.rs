//! Scanners that others use against weblogs, against Apache and lighttpd as `deploy/`
//! sets them up: Wapiti over all that it finds, sqlmap over each parameter. It takes
//! long, so only `make scan` runs it; what was found stands in
//! `deploy/SECURITY.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::blog::{mayfly, new_blog, text};
use crate::server::{Server, executable};
use crate::setup::{Links, Programs, Setup, Way};

/// What Wapiti tries. Its list of strange programs has to be fetched first, and what it
/// guesses of passwords is `login::whoever_guesses_has_to_wait`.
const MODULES: &str = "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,\
     methods,permanentxss,redirect,shellshock,sql,ssrf,xss,xxe";

/// What it finds that is none. It knows the token of a form by its name, and ours is
/// called otherwise; who may frame a page stands in its policy, for which the older header
/// is a substitute; HSTS is for whoever has HTTPS.
const KNOWN: [&str; 2] = ["Cross Site Request Forgery", "HTTP Secure Headers"];

/// The parameters, each with a value that means something: the address, and the body of
/// a form where there is one. A star is where sqlmap puts what it tries.
const PARAMETERS: [(&str, &str); 15] = [
    ("/search/?q=water*&order=date", ""),
    ("/search/?q=water&order=date*&after=1*", ""),
    ("/search/feed.atom?q=water*", ""),
    ("/grep/?regex=water*&from=1751724300000000*", ""),
    ("/?before=1751724300000000*", ""),
    ("/feed.atom?before=1751724300000000*", ""),
    ("/tags/water*/?before=1751724300000000*", ""),
    ("/2019/Jan/3*/slug*/", ""),
    ("/about*/", ""),
    ("/qr/about*.svg", ""),
    ("/guestbook/?before=5*", ""),
    ("/guestbook/1*/?key=5*", ""),
    (
        "/guestbook/",
        "name=Ann*&site=example.org*&message=Hello*&form=x",
    ),
    (
        "/comments/1/",
        "name=Ann*&site=example.org*&message=Hello*&form=x",
    ),
    ("/login/", "name=Ann*&password=guess*&to=/admin/*"),
];

/// How sqlmap runs: without what waits, which a busy machine answers as slowly.
const SQLMAP: &str = "--batch --dbms sqlite --risk 2 --technique BEUS --flush-session \
     --disable-coloring --ignore-code * --output-dir";

/// How it runs where nothing is fetched anew between two requests, and where a form's token
/// is: by one at a time then, and as thousands of messages even so.
const PLAIN: &str = "--level 2 --threads 4";
const WITH_TOKEN: &str = "--level 1 --csrf-token form --csrf-url";

mod wapiti {
    #[test]
    #[ignore = "make scan"]
    fn apache() {
        super::wapiti(crate::setup::Way::Apache);
    }

    #[test]
    #[ignore = "make scan"]
    fn lighttpd() {
        super::wapiti(crate::setup::Way::Lighttpd);
    }
}

mod sqlmap {
    #[test]
    #[ignore = "make scan"]
    fn apache() {
        super::sqlmap(crate::setup::Way::Apache);
    }

    #[test]
    #[ignore = "make scan"]
    fn lighttpd() {
        super::sqlmap(crate::setup::Way::Lighttpd);
    }
}

/// A blog that takes whatever is sent: no limit on messages, comments on all posts.
fn serve(way: Way, name: &str) -> (Server, PathBuf) {
    let data = new_blog(name, &[]);
    let run = |arguments: &[&str]| mayfly(&[&["--data", text(&data)], arguments].concat());
    run(&["seed", "--posts", "40"]);
    run(&[
        "guestbook",
        "settings",
        "--publish",
        "at-once",
        "--per-address",
        "0",
        "--per-minute",
        "0",
    ]);
    run(&["guestbook", "comments", "--always"]);
    let setup = Setup {
        way,
        links: Links::Pretty,
        base: "/",
    };
    (Server::start(setup, Programs::Built, Some(&data)), data)
}

/// Runs a scanner from Debian's packages, and gives back all that it said.
fn run(scanner: &str, arguments: &[&str]) -> String {
    let output = Command::new(executable(scanner)).args(arguments).output();
    let output = output.expect("the scanner starts");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

fn wapiti(way: Way) {
    let (server, data) = serve(way, &format!("wapiti-{way:?}"));
    let folder = tempfile::tempdir().expect("a temporary directory");
    let report = folder.path().join("report.json");
    let said = run(
        "wapiti",
        &[
            "--url",
            &server.on_host("/"),
            "--module",
            MODULES,
            "--scan-force",
            "normal",
            "--max-attack-time",
            "120",
            "--max-links-per-page",
            "60",
            "--format",
            "json",
            "--output",
            text(&report),
            "--store-session",
            text(folder.path()),
            "--flush-session",
            "--no-bugreport",
        ],
    );
    keep((&server, &data), &format!("wapiti-{way:?}"), &said);
    let report = fs::read_to_string(&report).expect(&said);
    let report: serde_json::Value = serde_json::from_str(&report).expect("a report");
    let found = report["vulnerabilities"].as_object().expect("a list");
    for (name, all) in found {
        println!("{name}: {}", all.as_array().map_or(0, Vec::len));
    }
    let is_new = |(name, all): &(&String, &serde_json::Value)| {
        let some = all.as_array().is_none_or(|all| !all.is_empty());
        some && !KNOWN.contains(&name.as_str())
    };
    let found: Vec<_> = found.iter().filter(is_new).collect();
    assert!(found.is_empty(), "{found:#?}");
}

fn sqlmap(way: Way) {
    let (server, data) = serve(way, &format!("sqlmap-{way:?}"));
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut all = String::new();
    for (address, body) in PARAMETERS {
        let url = server.on_host(address);
        let mut arguments: Vec<&str> = SQLMAP.split_whitespace().collect();
        arguments.extend([text(folder.path()), "--url", &url]);
        if !body.is_empty() {
            arguments.extend(["--data", body]);
        }
        // A form is taken once, with a token of its own.
        if body.contains("form=") {
            arguments.extend(WITH_TOKEN.split_whitespace());
            arguments.push(&url);
        } else {
            arguments.extend(PLAIN.split_whitespace());
        }
        let said = run("sqlmap", &arguments);
        all.push_str(&format!("== {address} {body}\n{said}\n"));
        let tried = said.contains("do not appear to be injectable");
        assert!(tried && !said.contains("Parameter: "), "{address}: {said}");
    }
    keep((&server, &data), &format!("sqlmap-{way:?}"), &all);
}

/// Keeps what a scanner said beside what the server logged of it, to be read. No program had
/// anything to complain of, and the blog is well.
fn keep((server, data): (&Server, &Path), name: &str, said: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::write(folder.join(format!("{name}.txt")), said).expect("a file");
    let log = server.log();
    fs::write(folder.join(format!("{name}.log")), &log).expect("a file");
    for sign in ["mayfly ", "panicked", "signal", "out of memory"] {
        assert!(!log.contains(sign), "the log has {sign}");
    }
    mayfly(&["--data", text(data), "check"]);
}
