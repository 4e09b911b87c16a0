//! Reads a whole blog over HTTP: follows every link on every page until none
//! is new, and notes what a reader or a search engine would stumble over.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use scraper::{Html, Selector};
use url::Url;

use crate::client::{Answer, Client};
use crate::server::Server;
use crate::setup::{Links, Place};

/// A blog of tests has fewer URLs. One that has more links to itself without
/// end, by a pager that never stops or tags multiplied by tags.
const MOST_URLS: usize = 6000;

/// What a crawl found.
#[derive(Debug, Default)]
pub struct Crawl {
    /// Each page that was there, by its URL.
    pub pages: BTreeMap<String, Page>,
    /// Each URL that led elsewhere, and where.
    pub redirects: BTreeMap<String, String>,
    /// What is wrong, in sentences; a good blog has none.
    pub faults: Vec<String>,
}

/// One page or file.
#[derive(Debug)]
pub struct Page {
    /// Its Content-Type.
    pub kind: String,
    /// Its text; a picture's is empty.
    pub text: String,
}

impl Crawl {
    /// Reads everything that can be reached from `start`, a path of the blog.
    pub fn from(server: &Server, start: &str) -> Crawl {
        Crawl::from_url(server, &server.url(start))
    }

    /// Reads everything that can be reached from a URL of the blog.
    pub fn from_url(server: &Server, start: &str) -> Crawl {
        let client = match server.setup.way.place() {
            Place::Within => Client::keeping(0),
            _ => Client::new(),
        };
        let mut crawl = Crawl::default();
        let first = Url::parse(start).expect("a URL to start from");
        let mut seen = BTreeSet::from([first.to_string()]);
        let mut waiting = VecDeque::from([(first, "the start".to_owned())]);
        while let Some((url, from)) = waiting.pop_front() {
            if seen.len() > MOST_URLS {
                let example = seen.iter().next_back().expect("one of many");
                crawl
                    .faults
                    .push(format!("more than {MOST_URLS} URLs, such as {example}"));
                break;
            }
            let answer = client.get(url.as_str());
            for found in crawl.visit(server, &url, &from, &answer) {
                if seen.insert(found.to_string()) {
                    waiting.push_back((found, url.path().to_owned()));
                }
            }
        }
        crawl
    }

    /// Fails with the list of faults, and with the server's log, if there is one.
    pub fn assert_faultless(&self, server: &Server) {
        let count = self.faults.len();
        assert!(
            self.faults.is_empty(),
            "{:?}: {count} faults on {} pages\n{}\n\nThe server's log:\n{}",
            server.setup,
            self.pages.len(),
            self.faults
                .iter()
                .take(40)
                .cloned()
                .collect::<Vec<_>>()
                .join("\n"),
            server.log(),
        );
    }

    /// Writes every HTML page into `directory`, for a validator.
    pub fn write_html(&self, directory: &Path) {
        fs::create_dir_all(directory).expect("a directory for the pages");
        let html = self
            .pages
            .iter()
            .filter(|(_, page)| page.kind.starts_with("text/html"));
        for (number, (url, page)) in html.enumerate() {
            // The name tells which page it was; the number keeps names apart.
            let name: String = url
                .splitn(4, '/')
                .nth(3)
                .unwrap_or_default()
                .chars()
                .map(|letter| {
                    if letter.is_ascii_alphanumeric() {
                        letter
                    } else {
                        '_'
                    }
                })
                .take(100)
                .collect();
            let file = directory.join(format!("{number:05}_{name}.html"));
            fs::write(file, &page.text).expect("a written page");
        }
    }

    /// Files one answer; gives back the URLs of this host that it leads to.
    fn visit(&mut self, server: &Server, url: &Url, from: &str, answer: &Answer) -> Vec<Url> {
        let mut fault = |text: String| self.faults.push(format!("{url} (from {from}): {text}"));
        if (300..400).contains(&answer.status) {
            let location = answer.header("Location").to_owned();
            let target = match url.join(&location) {
                Ok(target) if is_of(server, &target) => vec![target],
                _ => {
                    fault(format!("redirects to {location:?}"));
                    vec![]
                }
            };
            self.redirects.insert(url.to_string(), location);
            return target;
        }
        if answer.status != 200 {
            fault(format!("answers {}", answer.status));
            return vec![];
        }
        let kind = answer.header("Content-Type").to_owned();
        let right = kind_of(url.path());
        if kind != right {
            fault(format!("is {kind:?} and should be {right:?}"));
        }
        if answer.header("Content-Length") != answer.body.len().to_string() {
            fault("doesn't tell its length".to_owned());
        }
        let text = if kind.starts_with("image/") {
            String::new()
        } else {
            answer.text()
        };
        let found = if kind.starts_with("text/html") || kind.contains("xml") {
            let document = Html::parse_document(&text);
            if kind.starts_with("text/html") {
                for error in document.errors.iter().take(3) {
                    fault(format!("isn't HTML: {error}"));
                }
            }
            links(server, url, &document, &mut fault)
        } else {
            vec![]
        };
        self.pages.insert(url.to_string(), Page { kind, text });
        found
    }
}

/// The links of a document to the host it came from, complaining of bad ones.
fn links(server: &Server, page: &Url, document: &Html, fault: &mut dyn FnMut(String)) -> Vec<Url> {
    let selector = Selector::parse("a[href], link[href], [src], form").expect("a selector");
    let mut found = Vec::new();
    for element in document.select(&selector) {
        let element = element.value();
        let is_post = element
            .attr("method")
            .is_some_and(|name| name.eq_ignore_ascii_case("post"));
        let link = match element.name() {
            "a" | "link" => element.attr("href"),
            "form" if is_post => None,
            "form" => element.attr("action"),
            _ => element.attr("src"),
        };
        let Some(link) = link else { continue };
        let Ok(mut target) = page.join(link) else {
            fault(format!("links to {link:?}, which is no URL"));
            continue;
        };
        let is_loaded = element.name() == "script" || element.attr("rel") == Some("stylesheet");
        if !is_of(server, &target) {
            if is_loaded {
                fault(format!("loads {link:?} from another host"));
            }
            continue;
        }
        target.set_fragment(None);
        if !target.path().starts_with(server.setup.base) {
            fault(format!("links to {link:?}, outside the blog"));
            continue;
        }
        if server.setup.links == Links::Pretty && server.setup.is_plain(target.path()) {
            fault(format!("links to {link:?}, a plain link among pretty ones"));
        }
        found.push(target);
    }
    found
}

/// Whether a URL is on the server's own host and port.
fn is_of(server: &Server, url: &Url) -> bool {
    url.as_str().starts_with(&server.on_host("/"))
}

/// Whether a path in JSON is that of a list, which has a feed, or of a post or a page.
fn is_list(path: &str) -> bool {
    let mut segments = path.trim_end_matches(".json").rsplit('/');
    let mut next = || segments.next().unwrap_or_default();
    let (name, parent, above) = (next(), next(), next());
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = |text: &str| text.len() == 4 && number(text);
    ["feed", "entries", "links", "quotes", "notes"].contains(&name)
        || ["tags", "tag", "tag.cgi"].contains(&parent)
        || year(name)
        || year(parent)
        || (year(above) && number(name))
}

/// The Content-Type that a path promises.
fn kind_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("xml") if name == "opensearch.xml" => "application/opensearchdescription+xml",
        Some("md") => "text/markdown",
        Some("json") if !is_list(path) => "application/json",
        Some("svg") => "image/svg+xml",
        Some("atom") => "application/atom+xml",
        Some("rss") => "application/rss+xml",
        Some("json") => "application/feed+json",
        Some("xml") => "application/xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain",
        _ => "text/html; charset=utf-8",
    }
}

mod tests {
    use super::*;
    use crate::setup::{Programs, Setup, Way};

    crate::for_every_setup!(reads_everything);

    /// What the stand-in `pages.sh` has, written as pretty links.
    const PAGES: &[&str] = &[
        "/",
        "/tags/",
        "/tags/a+b/",
        "/2025/",
        "/2025/Jul/",
        "/2025/Jul/5/slug/",
        "/about/",
        "/feed.atom",
        "/media/picture.png",
    ];

    fn reads_everything(setup: Setup) {
        let server = Server::start(setup, Programs::Pages, None);
        let crawl = Crawl::from(&server, "/");
        crawl.assert_faultless(&server);
        assert_eq!(crawl.pages.len(), PAGES.len(), "{:?}", crawl.pages.keys());
        if setup.links == Links::Pretty {
            for path in PAGES {
                assert!(crawl.pages.contains_key(&server.url(path)), "{path}");
            }
        }
    }

    #[test]
    fn faults_are_found() {
        let setup = Setup {
            way: Way::Lighttpd,
            links: Links::Pretty,
            base: "/my/blog/",
        };
        let server = Server::start(setup, Programs::Pages, None);
        let crawl = Crawl::from(&server, "/faults/");
        let all = crawl.faults.join("\n");
        for wanted in [
            "/missing/ (from",
            "outside the blog",
            "isn't HTML",
            "answers 404",
        ] {
            assert!(all.contains(wanted), "{wanted} isn't among:\n{all}");
        }
        let plain = Crawl::from(&server, "/cgi-bin/home");
        assert!(
            plain
                .faults
                .iter()
                .any(|fault| fault.contains("a plain link"))
        );
    }
}
