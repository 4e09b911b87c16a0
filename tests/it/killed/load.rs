//! Writers of every kind that are killed at any point, while others read: every file is
//! whole after each of them, what was acknowledged is there, and counts agree with rows.
//!
//! A thousand rounds: `MAYFLY_KILLS=1000 cargo test --test it killed::load -- --nocapture`

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Dice, kills};
use crate::harm::{PAGES, blog, number, whole};
use crate::site::{Request, Signed, Site, multipart};
use crate::{guestbook, schema, upgrade};

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Writer {
    Message,
    Comment,
    Publish,
    Upload,
    Retag,
    Import,
    Settings,
    Migrate,
}

const WRITERS: [Writer; 8] = [
    Writer::Message,
    Writer::Comment,
    Writer::Publish,
    Writer::Upload,
    Writer::Retag,
    Writer::Import,
    Writer::Settings,
    Writer::Migrate,
];

struct Round<'a> {
    site: &'a Site,
    browser: &'a Signed<'a>,
    token: &'a str,
    /// What this round writes, which no other does.
    text: String,
}

/// What is uploaded.
fn pdf(text: &str) -> String {
    format!("%PDF-1.7\n{text}")
}

impl Round<'_> {
    /// Writes, and is killed after a time, if there is one. Returns whether it was told that it is done.
    fn killed(&self, writer: Writer, delay: Option<Duration>) -> bool {
        let answer = |request: Request<'_>, sign: &str| {
            let answer = match delay {
                Some(delay) => request.killed_after(delay),
                None => request.exchange().stdout,
            };
            String::from_utf8_lossy(&answer).contains(sign)
        };
        let mayfly = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
            command.env_clear().arg("--data").arg(self.site.data());
            ended(command.args(arguments), delay)
        };
        match writer {
            Writer::Message => answer(self.to_guestbook("/guestbook/"), "Status: 303"),
            Writer::Comment => answer(self.to_guestbook("/comments/1/"), "Status: 303"),
            Writer::Publish => {
                let fields = [("kind", "note"), ("text", &self.text), ("do", "publish")];
                answer(self.admin("/admin/new/", &fields), "Status: 303")
            }
            Writer::Retag => {
                let target = format!("/admin/tags/{}/", tag(self.site));
                let fields = [("do", "rename"), ("to", self.text.as_str())];
                answer(self.admin(&target, &fields), "Status: 303")
            }
            Writer::Upload => {
                let body = multipart(&[
                    ("token", None, self.token.as_bytes()),
                    ("file", Some("a.pdf"), pdf(&self.text).as_bytes()),
                ]);
                answer(self.browser.parts(&body), "class=\"note\"")
            }
            Writer::Import => {
                let file = self.site.scratch().join(format!("{}.md", self.text));
                let post = format!(
                    "---\nkind: note\ndate: 2024-05-05 10:00\ntags: [sea]\n---\n\n{}\n",
                    self.text
                );
                fs::write(&file, post).unwrap();
                mayfly(&["import", file.to_str().unwrap()])
            }
            Writer::Settings => mayfly(&["settings", &format!("tagline={}", self.text)]),
            Writer::Migrate => {
                upgrade::older(self.site);
                let done = ended(&mut upgrade::bringing_up(self.site), delay);
                // Nobody can be killed halfway without the next being able to do it.
                if !done {
                    assert!(ended(&mut upgrade::bringing_up(self.site), None));
                }
                done
            }
        }
    }

    fn to_guestbook(&self, target: &str) -> Request<'_> {
        let token = guestbook::token(self.site, 60);
        let fields = [("name", "Ann"), ("message", &self.text), ("form", &token)];
        self.site.form(target, &fields)
    }

    fn admin(&self, target: &str, fields: &[(&str, &str)]) -> Request<'_> {
        let fields = [&[("token", self.token)], fields].concat();
        let form = self.site.form(target, &fields);
        form.var("HTTP_COOKIE", &self.browser.cookies)
    }
}

/// Runs a program for so long, and says whether it ended well by itself.
fn ended(command: &mut Command, delay: Option<Duration>) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    if let Some(delay) = delay {
        thread::sleep(delay);
        child.kill().unwrap();
    }
    child.wait().unwrap().success()
}

/// The name of the tag that is renamed again and again.
fn tag(site: &Site) -> String {
    let blog = Connection::open(site.data().join("blog.db")).unwrap();
    let sql = "SELECT tags FROM post WHERE id = 1";
    let tags: String = blog.query_row(sql, [], |row| row.get(0)).unwrap();
    let mut tags = tags.split(|byte: char| byte == ',' || byte.is_whitespace());
    tags.find(|tag| !tag.is_empty() && *tag != "sea")
        .unwrap()
        .to_owned()
}

/// How often a text is where its writer put it.
fn stored(site: &Site, writer: Writer, text: &str) -> i64 {
    let rows = |file: &str, table: &str| {
        let sql = format!("SELECT count(*) FROM {table} WHERE trim(text, char(10)) = '{text}'");
        number(site, file, &sql)
    };
    match writer {
        Writer::Message => rows("guestbook.db", "message"),
        Writer::Comment => rows("guestbook.db", "comment"),
        Writer::Publish | Writer::Import => rows("blog.db", "post"),
        Writer::Upload => {
            let files = fs::read_dir(site.data().join("media")).unwrap();
            let files = files.filter(|file| {
                let path = file.as_ref().unwrap().path();
                path.is_file() && fs::read_to_string(path).unwrap() == pdf(text)
            });
            i64::try_from(files.count()).unwrap()
        }
        // Each puts its own in place of the one before.
        Writer::Settings => rows("blog.db", "(SELECT tagline AS text FROM site)"),
        Writer::Retag => i64::from(tag(site) == text),
        Writer::Migrate => number(
            site,
            "blog.db",
            "SELECT tagline = 'As of version 1' FROM site",
        ),
    }
}

#[test]
fn nothing_acknowledged_is_lost_whoever_is_killed_under_load() {
    let rounds = kills();
    let site = blog().with_account();
    let browser = site.sign_in();
    let token = browser.token();
    let mut dice = Dice(rounds);
    let mut long = BTreeMap::new();
    let (mut acknowledged, mut killed) = (Vec::new(), 0_u64);
    let (over, upgrading) = (AtomicBool::new(false), AtomicBool::new(false));
    let read = AtomicU64::new(0);
    let began = Instant::now();
    thread::scope(|scope| {
        for reader in 0..2 {
            let (site, over, upgrading, read) = (&site, &over, &upgrading, &read);
            scope.spawn(move || {
                for page in PAGES.iter().cycle().skip(reader * 3) {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let older = upgrading.load(Ordering::SeqCst);
                    let reply = site.get(page);
                    let older = older || upgrading.load(Ordering::SeqCst);
                    let well = reply.status == 200 || older && reply.status == 503;
                    assert!(well, "{}", reply.exchange);
                    read.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let _ends = crate::kept::Ends(&over);
        for number in 0..rounds.max(2 * WRITERS.len() as u64) {
            let writer = match WRITERS.get(usize::try_from(number).unwrap()) {
                // Each is left alone once, which tells how long it takes.
                Some(writer) => *writer,
                None => WRITERS[dice.roll(WRITERS.len() as u64) as usize],
            };
            let text = format!("round-{number}-of-{writer:?}").to_lowercase();
            let round = Round {
                site: &site,
                browser: &browser,
                token: &token,
                text,
            };
            let delay = long.get(&writer).map(|long| dice.roll(*long));
            let delay = delay.map(Duration::from_micros);
            upgrading.store(writer == Writer::Migrate, Ordering::SeqCst);
            let started = Instant::now();
            let done = round.killed(writer, delay);
            if writer == Writer::Migrate {
                upgrading.store(false, Ordering::SeqCst);
            }
            // Some are killed late, and some not at all.
            let took = started.elapsed().as_micros() as u64 * 3 / 2;
            long.entry(writer).or_insert(took);
            whole(&site);
            let found = stored(&site, writer, &round.text);
            assert!(found <= 1, "{} is there {found} times", round.text);
            assert!(!done || found == 1, "{} is lost", round.text);
            match done {
                true => acknowledged.push((writer, round.text)),
                false => killed += 1,
            }
        }
    });
    let replaced = [Writer::Settings, Writer::Retag, Writer::Migrate];
    let lasting = acknowledged
        .iter()
        .filter(|(writer, _)| !replaced.contains(writer));
    for (writer, text) in lasting {
        assert_eq!(stored(&site, *writer, text), 1, "{text}");
    }
    schema::agrees(&site);
    let told = acknowledged.len();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{rounds} rounds, seed {rounds}: {killed} writers killed before they answered, {told} \
         answered and all of theirs there; {} pages read meanwhile; {} s",
        read.into_inner(),
        began.elapsed().as_secs()
    )
    .unwrap();
    assert!(killed > 0 && told >= WRITERS.len(), "{killed} {told}");
}
