//! The real programs behind every server: each page of a blog of synthetic
//! posts and of an imported one, reached by its links, complete and valid.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::blog::{mayfly, new_blog, text};
use crate::client::Client;
use crate::crawl::Crawl;
use crate::html;
use crate::server::Server;
use crate::setup::{Links, Place, Programs, Setup, Way};

/// Enough for a second page of every kind of list.
const SEEDED_POSTS: &str = "70";

mod seeded {
    use super::*;

    crate::for_every_setup!(check);
    // Programs end in another way there: see src/linger.rs.
    crate::for_every_setup!(prefork, Prefork, check);

    fn check(setup: Setup) {
        static DATA: OnceLock<PathBuf> = OnceLock::new();
        let data = DATA.get_or_init(|| {
            let data = new_blog("seeded", &[]);
            mayfly(&["--data", text(&data), "seed", "--posts", SEEDED_POSTS]);
            data
        });
        read(setup, data);
    }
}

mod imported {
    use super::*;

    crate::for_every_setup!(check);

    fn check(setup: Setup) {
        static DATA: OnceLock<PathBuf> = OnceLock::new();
        let data = DATA.get_or_init(|| {
            let data = new_blog("imported", &[]);
            let posts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/posts");
            mayfly(&["--data", text(&data), "import", text(&posts)]);
            data
        });
        read(setup, data);
    }
}

/// Reads the blog from its first page on, then asks for what isn't there.
fn read(setup: Setup, data: &Path) {
    let server = Server::start(setup, Programs::Built, Some(data));
    let crawl = Crawl::from(&server, "/");
    crawl.assert_faultless(&server);
    assert!(
        crawl.pages.len() > 10,
        "few pages: {:?}",
        crawl.pages.keys()
    );
    missing_pages_are_ours(&server);

    // The pages of one server are those of the others but for the links, so
    // the slow validator reads them once per style.
    let validated = match setup.links {
        Links::Pretty => setup.way == Way::Lighttpd && setup.base == "/",
        Links::Plain => setup.way == Way::Htaccess && setup.base != "/",
    };
    if validated {
        let directory = tempfile::tempdir().expect("a temporary directory");
        crawl.write_html(directory.path());
        html::validate(directory.path());
    }
}

/// A path that no page has, however odd, shows the blog's page and not the
/// server's: only ours sends a content security policy.
fn missing_pages_are_ours(server: &Server) {
    let client = Client::new();
    let mut paths = vec!["/no/such/page/", "/2025/Foo/", "/2025/Jan/1/no-such-slug/"];
    paths.extend([
        "/tags/no-such-tag/",
        "/why%3F/",
        "/50%25/",
        "/caf%C3%A9/",
        "/a%20b/",
    ]);
    if server.setup.way.place() != Place::Beside {
        paths.push("/a%2Fb/");
    }
    for path in paths {
        let url = match server.setup.links {
            Links::Pretty => server.url(path),
            Links::Plain => server.on_host(&format!("{}{path}", server.setup.script("page"))),
        };
        let answer = client.get(&url);
        assert_eq!(answer.status, 404, "{url}: {}", answer.text());
        assert_ne!(
            answer.header("Content-Security-Policy"),
            "",
            "{url}: {}",
            answer.text()
        );
    }
}
