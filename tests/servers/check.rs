//! Whether the web server hands the data out: `mayfly check --url` asks as a stranger,
//! and `/admin/check/` has the addresses at which a browser asks.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use scraper::{Html, Selector};

use crate::blog::{new_blog, text};
use crate::client::Client;
use crate::matrix::add_account;
use crate::server::Server;
use crate::setup::{Links, Programs, Setup, Way};
use crate::suite::sign_in;

const APACHE: Setup = Setup {
    way: Way::Apache,
    links: Links::Pretty,
    base: "/",
};

fn start(setup: Setup, name: &str) -> Server {
    let data = new_blog(name, &[]);
    add_account(&data);
    Server::start(setup, Programs::Built, Some(&data))
}

/// What the command line finds from outside, and its exit code.
fn asked(server: &Server) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_mayfly"))
        .args(["--data", text(&server.folders.data), "check"])
        .args(["--url", &server.url("/")])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("answers with a page"), "{said}");
    (said, output.status.code())
}

/// The addresses at which the admin's page lets a browser ask, that hand out a file of
/// SQLite's.
fn open(server: &Server) -> Vec<String> {
    let cookies = sign_in(server).unwrap();
    let client = Client::new();
    let url = server.url("/admin/check/");
    let page = client.get_with(&url, "Cookie", &cookies);
    assert_eq!(page.status, 200, "{}", server.log());
    let page = Html::parse_document(&page.text());
    let list = Selector::parse("#outside").unwrap();
    let list = page.select(&list).next().unwrap();
    let paths = list.value().attr("data-asked").unwrap().split(' ');
    let paths = paths.filter(|path| {
        let answer = client.get(&server.on_host(path));
        answer.body.starts_with(b"SQLite format 3\0")
    });
    paths.map(String::from).collect()
}

#[test]
fn data_that_apache_hands_out_is_an_alarm() {
    let server = start(APACHE, "laid-open");
    // Below the site's folder, where the configuration of the blog keeps nobody out.
    let inside = server.folders.site.join("my notes");
    fs::rename(&server.folders.data, &inside).unwrap();
    symlink(&inside, &server.folders.data).unwrap();
    assert_eq!(
        open(&server),
        ["/my%20notes/blog.db", "/my%20notes/desk.db"]
    );
    let (said, code) = asked(&server);
    let alarm = format!("BAD  everybody can download {}", server.url("/my%20notes/"));
    assert!(said.contains(&alarm), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn data_that_apache_keeps_back_is_none() {
    for (name, way) in [("apart", Way::Apache), ("below", Way::Htaccess)] {
        let server = start(Setup { way, ..APACHE }, name);
        if way == Way::Htaccess {
            // Among what is handed out, but for the names that `.htaccess` forbids.
            let inside = server.folders.programs.join("data");
            fs::rename(&server.folders.data, &inside).unwrap();
            symlink(&inside, &server.folders.data).unwrap();
        }
        assert_eq!(open(&server), [""; 0], "{name}");
        let (said, code) = asked(&server);
        assert!(said.contains("ok   strangers don't get"), "{name}: {said}");
        assert_eq!(code, Some(0), "{name}: {said}");
    }
}
