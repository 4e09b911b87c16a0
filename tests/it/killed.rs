//! Programs that are killed while they write, at any point: what was answered is there,
//! whatever else is lost, and both files agree. `MAYFLY_KILLS=500` makes it as many.

mod load;

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::schema;
use crate::site::{Reply, Signed, Site};

/// How many programs are killed, unless the environment says.
const KILLS: u64 = 20;

/// How many programs are killed this time.
fn kills() -> u64 {
    std::env::var("MAYFLY_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// Where texts are, each with what it is of: "7 2" is the second text of the seventh.
struct State {
    posts: Vec<String>,
    waiting: Vec<String>,
    drafts: Vec<String>,
    bin: Vec<String>,
    past: Vec<String>,
}

impl State {
    fn read(site: &Site) -> State {
        let texts = |file: &str, sql: &str| {
            let db = Connection::open(site.data().join(file)).unwrap();
            db.busy_timeout(Duration::from_secs(4)).unwrap();
            let mut statement = db.prepare(sql).unwrap();
            let texts = statement.query_map([], |row| row.get(0)).unwrap();
            texts.collect::<rusqlite::Result<Vec<String>>>().unwrap()
        };
        State {
            posts: texts("blog.db", "SELECT text FROM post"),
            waiting: texts("blog.db", "SELECT text FROM scheduled"),
            drafts: texts("desk.db", "SELECT text FROM draft WHERE deleted IS NULL"),
            bin: texts(
                "desk.db",
                "SELECT text FROM draft WHERE deleted IS NOT NULL",
            ),
            past: texts("desk.db", "SELECT text FROM revision"),
        }
    }

    fn has(&self, text: &str) -> bool {
        let all = [
            &self.posts,
            &self.waiting,
            &self.drafts,
            &self.bin,
            &self.past,
        ];
        all.iter()
            .any(|texts| texts.iter().any(|known| known == text))
    }
}

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Sends the form of a page that was opened, to be killed after a time.
fn send(
    browser: &Signed<'_>,
    page: &Reply,
    to: &str,
    fields: &[(&str, &str)],
    delay: Duration,
) -> bool {
    let form = browser.fill_in(page, to, fields);
    let answer = form.killed_after(delay);
    // Whoever has the first line has been told: the rest of the answer is in the same write.
    answer.starts_with(b"Status: 303")
}

fn first(page: &Reply, number: usize) -> Option<String> {
    page.attributes("ul.rows li > a", "href")
        .into_iter()
        .nth(number)
}

#[test]
fn what_was_answered_is_there_whenever_a_program_is_killed() {
    let kills = kills();
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let began = Instant::now();
    browser.publish(&[("kind", "note"), ("text", "0 0")]);
    // As long as two such requests take, so that some are killed late and some not at all.
    let long = began.elapsed().as_micros() as u64;
    let mut dice = Dice(kills);
    let mut answered = Vec::new();
    let (mut killed, mut told) = (0, 0);
    // A few more where chance left one of the two out.
    for number in 1..=kills + 200 {
        if number > kills && killed > 0 && told > 0 {
            break;
        }
        let delay = Duration::from_micros(dice.roll(long));
        let text = format!("{number} 0");
        let what = dice.roll(7);
        let done = match what {
            0..3 => {
                let page = browser.get("/admin/new/?kind=note").ok();
                let how = ["save", "publish", "publish"][what as usize];
                let date = if what == 2 { "2090-01-01T00:00" } else { "" };
                let fields = [("text", text.as_str()), ("date", date), ("do", how)];
                let done = send(&browser, &page, "/admin/new/", &fields, delay);
                browser.get("/admin/").ok();
                let state = State::read(&site);
                if done {
                    let place = [&state.drafts, &state.posts, &state.waiting][what as usize];
                    assert!(place.contains(&text), "{text} by {what}");
                    answered.push(text.clone());
                }
                done
            }
            3..6 => {
                let list = browser.get("/admin/posts/").ok();
                let Some(edit) = first(&list, dice.roll(3) as usize).or(first(&list, 0)) else {
                    continue;
                };
                let opened = browser.get(&edit);
                let (page, edit) = match opened.status {
                    303 => (browser.get(&opened.path()).ok(), opened.path()),
                    _ => (opened.ok(), edit),
                };
                let before = page.texts("textarea").swap_remove(0);
                let fields: &[(&str, &str)] = match what {
                    3 => &[("text", &text), ("do", "publish")],
                    4 => &[("do", "unpublish")],
                    _ => &[("do", "delete")],
                };
                let done = send(&browser, &page, &edit, fields, delay);
                browser.get("/admin/").ok();
                let state = State::read(&site);
                if done {
                    let place = [&state.posts, &state.drafts, &state.bin][what as usize - 3];
                    let now = if what == 3 { &text } else { &before };
                    assert!(place.contains(now), "{now} by {what}");
                    if what == 3 {
                        answered.push(text.clone());
                    } else {
                        assert!(!state.posts.contains(&before), "{before} by {what}");
                    }
                }
                done
            }
            _ => {
                let page = browser.get("/admin/bin/").ok();
                let Some(before) = page.texts("ul.rows li > span").into_iter().next() else {
                    continue;
                };
                let done = send(&browser, &page, "/admin/bin/", &[("do", "restore")], delay);
                browser.get("/admin/").ok();
                let state = State::read(&site);
                if done {
                    let back = [&state.posts, &state.waiting, &state.drafts];
                    assert!(back.iter().any(|place| place.contains(&before)), "{before}");
                }
                done
            }
        };
        match done {
            true => told += 1,
            false => killed += 1,
        }
        let state = State::read(&site);
        for text in &answered {
            assert!(state.has(text), "{text} is lost after {number} by {what}");
        }
        for text in &state.posts {
            let twice = |texts: &[String]| texts.iter().filter(|other| *other == text).count();
            assert_eq!(twice(&state.posts), 1, "{text} is public twice");
            assert_eq!(twice(&state.waiting), 0, "{text} is public and waits");
            assert_eq!(twice(&state.drafts), 0, "{text} is public and a draft");
        }
        site.get("/").ok();
    }
    schema::agrees(&site);
    assert!(killed > 0 && told > 0, "{killed} killed, {told} answered");
}
