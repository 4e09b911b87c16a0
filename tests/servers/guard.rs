//! What a server must not hand out and must not run, and what it hands out as
//! a file without asking a program.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::client::Client;
use crate::server::Server;
use crate::setup::{Place, Programs, Setup};

crate::for_every_setup!(check);

fn check(setup: Setup) {
    let server = Server::start(setup, Programs::Echo, None);
    let client = Client::new();
    nothing_private(&server, &client);
    media_is_not_run(&server, &client);
    files_of_the_site_win(&server, &client);
    switched_off(&server, &client);
}

fn nothing_private(server: &Server, client: &Client) {
    let paths: &[&str] = match server.setup.way.place() {
        Place::Beside => &["/.htaccess", "/mayfly.conf", "/blog.db-journal"],
        _ => &[
            "/cgi-bin/mayfly.conf",
            "/media/../blog.db-journal",
            "/media/%2e%2e/blog.db-journal",
        ],
    };
    for path in paths {
        let text = client.get(&server.url(path)).text();
        for secret in ["secret", "data =", "Rewrite"] {
            assert!(!text.contains(secret), "{path} is handed out: {text}");
        }
    }
    for folder in ["/cgi-bin/", "/media/"] {
        let text = client.get(&server.url(folder)).text();
        assert!(
            !text.contains("picture.png") && !text.contains("archive\""),
            "{folder} is listed: {text}"
        );
    }
}

fn media_is_not_run(server: &Server, client: &Client) {
    let picture = client.get(&server.url("/media/picture.png"));
    assert_eq!(
        (picture.status, picture.header("Content-Type")),
        (200, "image/png")
    );
    assert_eq!(picture.body, b"\x89PNG\r\n\x1a\n");
    if server.setup.way.place() != Place::Beside {
        assert_eq!(picture.header("X-Content-Type-Options"), "nosniff");
        assert!(
            picture
                .header("Content-Security-Policy")
                .contains("sandbox")
        );
        // The folder of a shared host runs what ends in .cgi; mod_rewrite
        // forbids it, and the names that uploads get end otherwise.
        let script = client.get(&server.url("/media/script.cgi"));
        assert_eq!(
            script.header("X-Program"),
            "",
            "an uploaded program was run"
        );
    }
    let climbing = client.get(&server.url("/media/..%2f..%2f..%2f..%2f..%2fetc/passwd"));
    assert!(!climbing.text().contains("root:"), "{}", climbing.text());
}

fn files_of_the_site_win(server: &Server, client: &Client) {
    let robots = client.get(&server.url("/robots.txt"));
    assert_eq!(
        (robots.status, robots.text().as_str()),
        (200, "User-agent: *\n")
    );
}

/// `chmod 0` switches a program off: no page, and not the file itself either.
fn switched_off(server: &Server, client: &Client) {
    let ending = if server.setup.way.place() == Place::Beside {
        ".cgi"
    } else {
        ""
    };
    let file = server.folders.programs.join(format!("feed{ending}"));
    let url = server.on_host(&format!("{}/feed.atom", server.setup.script("feed")));
    assert_eq!(client.get(&url).status, 200);
    // 0644 as well: the file can be read, and is still not for download.
    for mode in [0o000, 0o644] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let answer = client.get(&url);
        assert!(
            answer.status >= 400,
            "{mode:o}: {} {}",
            answer.status,
            answer.text()
        );
        assert!(
            !answer.text().contains("printf"),
            "{mode:o}: the program's text is handed out"
        );
    }
}
