//! One suite behind every server that Debian has, and the table in
//! `deploy/README.md` that is made from what came out.
//!
//! `UPDATE=1` rewrites a server's line. A case that fails has to have its reason
//! here, and a reason has to have a case that fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use crate::blog::{mayfly, new_blog, text};
use crate::server::Server;
use crate::setup::{Links, Programs, Setup, Way};
use crate::suite::{CASES, NAME, PASSWORD};

/// How the table begins.
const HEADER: &str = "| server | links | holds |";

/// A server, as the table names it.
struct Tried {
    way: Way,
    name: &'static str,
    links: &'static str,
    /// What it can't do: the case, and why.
    losses: &'static [(&'static str, &'static str)],
}

impl Tried {
    fn check(&self) {
        static DATA: OnceLock<PathBuf> = OnceLock::new();
        let data = DATA.get_or_init(|| {
            let data = new_blog("matrix", &[]);
            mayfly(&["--data", text(&data), "seed", "--posts", "40"]);
            add_account(&data);
            data
        });
        let links = match self.links {
            "plain" => Links::Plain,
            _ => Links::Pretty,
        };
        let setup = Setup {
            way: self.way,
            links,
            base: "/",
        };
        let server = Server::start(setup, Programs::Built, Some(data));
        let mut wrong = Vec::new();
        let mut told = Vec::new();
        for (case, holds) in CASES {
            let reason = self.losses.iter().find(|(known, _)| known == case);
            match (holds(&server), reason) {
                (Ok(()), None) => {}
                (Ok(()), Some(_)) => wrong.push(format!("{case}: holds, and a reason says not")),
                (Err(why), None) => wrong.push(format!("{case}: {why}")),
                (Err(_), Some((_, reason))) => told.push((*case, *reason)),
            }
        }
        assert!(
            wrong.is_empty(),
            "{}:\n{}\n\nThe server's log:\n{}",
            self.name,
            wrong.join("\n"),
            server.log()
        );
        let works = CASES.len() - told.len();
        let losses = match told.is_empty() {
            true => "".to_owned(),
            false => sentence(&told),
        };
        line(
            self.name,
            &format!(
                "| {} | {} | {works} of {} | {losses} |",
                self.name,
                self.links,
                CASES.len()
            ),
        );
    }
}

/// "**304, redirects**: why; **`Expect`**: why": cases of one reason together.
fn sentence(told: &[(&str, &str)]) -> String {
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for (case, reason) in told {
        match parts.iter_mut().find(|(known, _)| known == reason) {
            Some((_, cases)) => cases.push(case),
            None => parts.push((reason, vec![case])),
        }
    }
    let parts = parts
        .iter()
        .map(|(reason, cases)| format!("**{}**: {reason}", cases.join(", ")));
    parts.collect::<Vec<_>>().join("; ")
}

/// Compares a server's line of the table with what came out, or rewrites it.
fn line(name: &str, wanted: &str) {
    static TABLE: Mutex<()> = Mutex::new(());
    let _turn = TABLE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/README.md");
    let page = fs::read_to_string(&file).expect("deploy/README.md");
    // Another table above it names some of the servers, too.
    let at = page.find(HEADER).expect("the table of this suite");
    let (before, table) = page.split_at(at);
    let start = format!("| {name} | ");
    let found = table.lines().find(|line| line.starts_with(&start));
    let found = found.unwrap_or_else(|| panic!("the table has no line of {name}"));
    if found != wanted && std::env::var_os("UPDATE").is_some() {
        let table = table.replace(found, wanted);
        fs::write(&file, [before, &table].concat()).expect("the table");
    } else {
        assert_eq!(found, wanted, "UPDATE=1 rewrites it");
    }
}

/// Lets somebody sign in.
pub fn add_account(data: &Path) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_mayfly"))
        .args(["--data", text(data), "user", "add", NAME])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the command line starts");
    let mut stdin = child.stdin.take().expect("its input");
    writeln!(stdin, "{PASSWORD}").expect("a password");
    drop(stdin);
    assert!(child.wait().expect("its end").success());
}

macro_rules! tried {
    ($($(#[$attribute:meta])* $test:ident: $tried:expr;)*) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $test() {
                use Way::*;
                let (way, name, links, losses) = $tried;
                Tried { way, name, links, losses }.check();
            }
        )*
    };
}

const NOT_TOLD: &str = "it passes no If-None-Match on";
const CLOSES: &str = "each answer ends its connection";
const WAITS: &str = "the client waits a second";
const ENDS: &str = "it hangs up";
const NO_LIMIT: &str = "Mayfly's own deadline of 30 s";
const OWN_404: &str = "its own 404";
const READS_ONLY: &str = "GET and HEAD only";
const GET_ONLY: &str = "it hangs up on a form";
const ALWAYS_200: &str = "its status is always 200";

tried! {
    apache: (Apache, "Apache, event and mod_cgid", "pretty or plain", &[]);
    prefork: (Prefork, "Apache, prefork and mod_cgi", "pretty or plain", &[]);
    htaccess: (Htaccess, "Apache, `.htaccess` alone", "pretty or plain", &[("`%2F` in a path", OWN_404)]);
    suexec: (Suexec, "Apache, suEXEC and `.htaccess`", "pretty or plain", &[("`%2F` in a path", OWN_404)]);
    lighttpd: (Lighttpd, "lighttpd", "pretty or plain", &[]);
    nginx: (Nginx, "nginx with fcgiwrap", "pretty and plain", &[]);
    busybox: (Busybox, "busybox httpd", "plain", &[
        ("304", NOT_TOLD),
        ("`%2F` in a path", OWN_404),
        ("`Expect`", WAITS),
        ("keep-alive", CLOSES),
        ("a program that crashes", ENDS),
        ("one that hangs", NO_LIMIT),
    ]);
    #[ignore = "make test-servers"]
    caddy: (Caddy, "Caddy with fcgiwrap", "pretty and plain", &[]);
    #[ignore = "make test-servers"]
    civetweb: (Civetweb, "CivetWeb", "plain", &[("keep-alive", CLOSES), ("one that hangs", NO_LIMIT)]);
    #[ignore = "make test-servers"]
    h2o: (H2o, "H2O", "plain", &[("one that hangs", NO_LIMIT)]);
    #[ignore = "make test-servers"]
    yaws: (Yaws, "Yaws", "plain", &[("one that hangs", NO_LIMIT)]);
    #[ignore = "make test-servers"]
    uwsgi: (Uwsgi, "uWSGI", "plain", &[
        ("`Expect`", WAITS),
        ("a program that crashes", ENDS),
        ("one that hangs", NO_LIMIT),
    ]);
    #[ignore = "make test-servers"]
    mini_httpd: (MiniHttpd, "mini_httpd", "plain", &[
        ("304", NOT_TOLD),
        ("signing in", GET_ONLY),
        ("writing", GET_ONLY),
        ("uploading", GET_ONLY),
        ("`Expect`", WAITS),
        ("keep-alive", CLOSES),
        ("a program that crashes", ENDS),
        ("one that hangs", NO_LIMIT),
    ]);
    #[ignore = "make test-servers"]
    webfs: (Webfs, "webfs", "plain", &[
        ("signing in", READS_ONLY),
        ("writing", READS_ONLY),
        ("uploading", READS_ONLY),
        ("a long query", "4 KB of request at most"),
        ("a chunked body", READS_ONLY),
        ("`Expect`", READS_ONLY),
        ("keep-alive", CLOSES),
        ("too large a body", READS_ONLY),
        ("one that hangs", NO_LIMIT),
        ("one that is missing", "200 with nothing"),
    ]);
    #[ignore = "make test-servers"]
    python: (Python, "Python's http.server", "plain", &[
        ("304", ALWAYS_200),
        ("redirects", ALWAYS_200),
        ("writing", ALWAYS_200),
        ("UTF-8 in a path", ALWAYS_200),
        ("`%2F` in a path", ALWAYS_200),
        ("a chunked body", ALWAYS_200),
        ("`Expect`", WAITS),
        ("keep-alive", CLOSES),
        ("too large a body", ALWAYS_200),
        ("a program that crashes", ENDS),
        ("one that hangs", NO_LIMIT),
    ]);
}
