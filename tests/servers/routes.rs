//! The shipped configurations route as `mayfly::url::route` says: which
//! program runs and what it is told, for ordinary URLs and odd ones.

use std::collections::BTreeMap;

use mayfly::url::route;

use crate::client::{Answer, Client};
use crate::server::Server;
use crate::setup::{Links, Place, Programs, Setup, Way};

crate::for_every_setup!(check);

/// Path as sent, program, PATH_INFO, query: what every server agrees on.
const ROUTES: &[(&str, &str, &str, &str)] = &[
    ("/", "home", "/", ""),
    ("/", "home", "/", "before=17"),
    ("/feed.atom", "feed", "/feed.atom", ""),
    ("/feed.atom/", "page", "/feed.atom/", ""),
    ("/feed.rss", "feed", "/feed.rss", "before=17"),
    ("/feed.json", "feed", "/feed.json", ""),
    ("/feeds", "feed", "/feeds", ""),
    ("/feeds/", "feed", "/feeds/", "x=1"),
    ("/feeds/x/", "page", "/feeds/x/", ""),
    ("/links.json", "feed", "/links.json", ""),
    ("/tags/a+b.atom", "feed", "/tags/a+b.atom", "before=-17"),
    ("/2025.rss", "feed", "/2025.rss", ""),
    ("/2025/Jul.json", "feed", "/2025/Jul.json", ""),
    ("/2025/Jul/5.atom", "feed", "/2025/Jul/5.atom", ""),
    ("/sitemap.xml", "sitemap", "/sitemap.xml", ""),
    (
        "/sitemap-2025-07.xml",
        "sitemap",
        "/sitemap-2025-07.xml",
        "x=1",
    ),
    ("/2025/Jul/5/slug.md", "twin", "/2025/Jul/5/slug.md", ""),
    (
        "/2025/Jul/5/slug.json",
        "twin",
        "/2025/Jul/5/slug.json",
        "a=b",
    ),
    ("/2025/Jul/5.md", "twin", "/2025/Jul/5.md", ""),
    ("/2025.md", "twin", "/2025.md", ""),
    ("/about.md", "twin", "/about.md", ""),
    ("/a/b.json", "twin", "/a/b.json", "x=1"),
    ("/a/.json", "page", "/a/.json", ""),
    ("/about.md/", "page", "/about.md/", ""),
    ("/qr/2025/Jul/5/slug.svg", "qr", "/2025/Jul/5/slug.svg", ""),
    ("/qr", "qr", "", ""),
    ("/qrs/", "page", "/qrs/", ""),
    ("/sitemap.xml/", "page", "/sitemap.xml/", ""),
    ("/sitemaps.xml", "page", "/sitemaps.xml", ""),
    ("/blog/feed.rss", "page", "/blog/feed.rss", ""),
    ("/notes", "kind", "/notes", ""),
    ("/notes/", "kind", "/notes/", "before=17"),
    ("/notes/x/", "page", "/notes/x/", ""),
    ("/tags", "tag", "", ""),
    ("/tags", "tag", "", "page=2"),
    ("/tags/", "tag", "/", ""),
    ("/tags/performance/", "tag", "/performance/", ""),
    ("/tags/performance", "tag", "/performance", ""),
    ("/tags/a+b/", "tag", "/a+b/", "page=2&q=a+b%20%26%3F"),
    ("/tags/caf%C3%A9/", "tag", "/café/", ""),
    ("/tags/a%20b/", "tag", "/a b/", ""),
    ("/tags/2025/Jul/", "tag", "/2025/Jul/", ""),
    ("/guestbook", "guestbook", "", ""),
    ("/guestbook/", "guestbook", "/", "before=17"),
    ("/guestbook/12/", "guestbook", "/12/", "key=a1"),
    ("/guestbook/feed.atom", "guestbook", "/feed.atom", ""),
    ("/guestbooks/", "page", "/guestbooks/", ""),
    ("/comments", "comment", "", ""),
    ("/comments/", "comment", "/", ""),
    ("/comments/7/", "comment", "/7/", "before=17"),
    ("/comments/7/12/", "comment", "/7/12/", "key=a1"),
    ("/comments/7/feed.atom", "comment", "/7/feed.atom", ""),
    ("/tagsoup/", "page", "/tagsoup/", ""),
    ("/login/", "login", "/", "to=/admin/"),
    ("/admin", "admin", "", ""),
    ("/admin/", "admin", "/", ""),
    ("/admin/account/", "admin", "/account/", ""),
    ("/admin/media", "media", "", ""),
    ("/admin/media/", "media", "/", "q=a+b"),
    ("/admin/media/7/", "media", "/7/", ""),
    ("/admin/mediator/", "admin", "/mediator/", ""),
    ("/administer/", "page", "/administer/", ""),
    ("/search", "search", "", ""),
    ("/search/", "search", "/", "q=a+b%20%26%3F"),
    ("/search/feed.atom", "search", "/feed.atom", "q=a+b"),
    ("/searching/", "page", "/searching/", ""),
    ("/grep", "grep", "", ""),
    ("/grep/", "grep", "/", "regex=a%2Bb%20%26%3F"),
    ("/grepping/", "page", "/grepping/", ""),
    ("/2025", "archive", "/2025", ""),
    ("/2025/", "archive", "/2025/", "x=1"),
    ("/2025/Jul", "archive", "/2025/Jul", ""),
    ("/2025/Jul/", "archive", "/2025/Jul/", ""),
    ("/2025/Jul/5/", "archive", "/2025/Jul/5/", ""),
    ("/2025/Jul/5/slug", "post", "/2025/Jul/5/slug", ""),
    ("/2025/Jul/5/slug/", "post", "/2025/Jul/5/slug/", ""),
    ("/2025/Jul/5/slug/", "post", "/2025/Jul/5/slug/", "a=b"),
    ("/2025/Jul/5/caf%C3%A9/", "post", "/2025/Jul/5/café/", ""),
    (
        "/2025/Jul/5/slug/more/",
        "page",
        "/2025/Jul/5/slug/more/",
        "",
    ),
    ("/202/Jul/5/slug/", "page", "/202/Jul/5/slug/", ""),
    ("/20255/", "page", "/20255/", ""),
    ("/about/", "page", "/about/", ""),
    ("/about", "page", "/about", "x=%2F"),
    ("/a%20b;c=d&e/", "page", "/a b;c=d&e/", ""),
    ("/caf%C3%A9/", "page", "/café/", ""),
    ("/home", "page", "/home", ""),
    ("/post/2025/", "page", "/post/2025/", ""),
];

/// What a server does with a URL that has an escaped separator in it.
#[derive(Clone, Copy, Debug)]
enum Odd {
    /// The program of the decoded path gets the decoded path.
    Given,
    /// `page` gets no path and reads REQUEST_URI.
    Left,
    /// PATH_INFO is this.
    Is(&'static str),
    /// The server answers 404 with a page of its own, before any rule runs.
    Refused,
}

use Odd::{Given, Is, Left, Refused};

/// Path as sent, path once decoded and cleaned, then what becomes of it under
/// pretty links by Apache, Apache with .htaccess, lighttpd, and nginx.
const ODD: &[(&str, &str, [Odd; 4])] = &[
    ("/why%3F", "/why?", [Left, Left, Given, Given]),
    ("/why%3Fx=1/", "/why?x=1/", [Left, Left, Given, Given]),
    ("/tags/why%3F/", "/tags/why?/", [Left, Left, Given, Given]),
    (
        "/2025/Jul/5/why%3F/",
        "/2025/Jul/5/why?/",
        [Left, Left, Given, Given],
    ),
    ("/50%25", "/50%", [Left, Left, Given, Given]),
    ("/50%2525/", "/50%25/", [Left, Left, Given, Given]),
    (
        "/2025/Jul/5/50%25/",
        "/2025/Jul/5/50%/",
        [Left, Left, Given, Given],
    ),
    ("/a%2Fb", "/a/b", [Left, Refused, Given, Given]),
    ("/tags/a%2Fb/", "/tags/a/b/", [Left, Refused, Given, Given]),
    ("/a//b/", "/a/b/", [Given, Given, Given, Given]),
    ("/tags//a/", "/tags/a/", [Given, Given, Given, Given]),
    ("/2025//Jul/", "/2025/Jul/", [Given, Given, Given, Given]),
    ("//tags/a/", "/tags/a/", [Given, Given, Given, Given]),
    ("/about/./us/../", "/about/", [Given, Given, Given, Given]),
];

/// The same for plain links: what follows `/cgi-bin/page`.
const ODD_PLAIN: &[(&str, [Odd; 4])] = &[
    ("/why%3F", [Is("/why?"); 4]),
    ("/50%25/", [Is("/50%/"); 4]),
    ("/a%2Fb", [Is("/a%2Fb"), Refused, Is("/a/b"), Is("/a/b")]),
    ("/a//b/", [Is("/a/b/"); 4]),
];

fn check(setup: Setup) {
    let server = Server::start(setup, Programs::Echo, None);
    let client = Client::new();
    for route in ROUTES {
        // Plain links work on every server, whatever the blog's own are.
        plain(&server, &client, route);
        if setup.links == Links::Pretty {
            pretty(&server, &client, route);
        }
    }
    for (path, becomes) in ODD_PLAIN {
        odd_plain(&server, &client, path, of(becomes, setup));
    }
    if setup.links == Links::Pretty {
        for (path, decoded, becomes) in ODD {
            odd(&server, &client, path, decoded, of(becomes, setup));
        }
    }
    methods(&server, &client);
    edges(&server, &client);
}

fn pretty(server: &Server, client: &Client, route: &(&str, &str, &str, &str)) {
    let (path, program, path_info, query) = *route;
    let mark = if query.is_empty() { "" } else { "?" };
    let sent = format!("{path}{mark}{query}");
    let told = told(&client.get(&server.url(&sent)), &sent);
    assert_eq!(told["PROGRAM"], program, "{sent}");
    assert_eq!(told["PATH_INFO"], path_info, "{sent}");
    assert_eq!(told["QUERY_STRING"], query, "{sent}");
    assert_eq!(told["SCRIPT_NAME"], server.setup.script(program), "{sent}");
    assert_eq!(
        told["REQUEST_URI"],
        server.url(&sent)[server.on_host("").len()..],
        "{sent}"
    );
    assert_eq!(
        self::route(&decode(path)),
        (program, path_info),
        "url::route of {sent}"
    );
}

fn plain(server: &Server, client: &Client, route: &(&str, &str, &str, &str)) {
    let (path, program, path_info, query) = *route;
    // A plain link to the first page or to all tags has nothing after the name.
    let (rest, path_info) = match program {
        "home" => ("", ""),
        "tag" => (&path["/tags".len()..], path_info),
        "login" | "admin" | "media" => (path_info, path_info),
        "guestbook" => (&path["/guestbook".len()..], path_info),
        "comment" => (&path["/comments".len()..], path_info),
        "qr" => (&path["/qr".len()..], path_info),
        "search" => (&path["/search".len()..], path_info),
        "grep" => (&path["/grep".len()..], path_info),
        _ => (path, path_info),
    };
    let mark = if query.is_empty() { "" } else { "?" };
    let sent = format!("{}{rest}{mark}{query}", server.setup.script(program));
    let told = told(&client.get(&server.on_host(&sent)), &sent);
    assert_eq!(told["PROGRAM"], program, "{sent}");
    assert_eq!(told["PATH_INFO"], path_info, "{sent}");
    assert_eq!(told["QUERY_STRING"], query, "{sent}");
    assert_eq!(told["SCRIPT_NAME"], server.setup.script(program), "{sent}");
    assert_eq!(told["REQUEST_URI"], sent);
}

fn odd(server: &Server, client: &Client, path: &str, decoded: &str, becomes: Odd) {
    let answer = client.get(&server.url(path));
    let (program, path_info) = match becomes {
        Given => route(decoded),
        Left => ("page", ""),
        Is(path_info) => ("page", path_info),
        Refused => return assert_eq!(answer.status, 404, "{path}"),
    };
    let told = told(&answer, path);
    assert_eq!(told["PROGRAM"], program, "{path}");
    assert_eq!(told["PATH_INFO"], path_info, "{path}");
    assert_eq!(told["SCRIPT_NAME"], server.setup.script(program), "{path}");
    assert_eq!(
        told["REQUEST_URI"],
        server.url(path)[server.on_host("").len()..]
    );
    assert_eq!(told["QUERY_STRING"], "", "{path}");
}

fn odd_plain(server: &Server, client: &Client, path: &str, becomes: Odd) {
    let sent = format!("{}{path}", server.setup.script("page"));
    let answer = client.get(&server.on_host(&sent));
    let path_info = match becomes {
        Is(path_info) => path_info,
        Refused => return assert_eq!(answer.status, 404, "{sent}"),
        Given | Left => unreachable!("plain links are not rewritten"),
    };
    let told = told(&answer, &sent);
    assert_eq!(told["PROGRAM"], "page", "{sent}");
    assert_eq!(told["PATH_INFO"], path_info, "{sent}");
    assert_eq!(told["REQUEST_URI"], sent);
}

fn methods(server: &Server, client: &Client) {
    let target = match server.setup.links {
        Links::Pretty => server.url("/tags/a+b/"),
        Links::Plain => server.on_host(&format!("{}/a+b/", server.setup.script("tag"))),
    };
    let got = client.get(&target);
    let head = client.head(&target);
    assert_eq!(head.status, 200);
    assert_eq!(head.header("X-Program"), "tag HEAD");
    assert!(head.body.is_empty());
    // Apache forgets the length that a program gives unless told to keep it.
    assert_eq!(got.header("Content-Length"), got.body.len().to_string());
    assert_eq!(
        head.header("Content-Length"),
        (got.body.len() + "HEAD".len() - "GET".len()).to_string()
    );

    let posted = client.post(&target, "text=a%26b&name=%C3%A9");
    let told = told(&posted, "POST");
    assert_eq!(told["REQUEST_METHOD"], "POST");
    assert_eq!(told["PATH_INFO"], "/a+b/");
    assert_eq!(told["BODY"], "text=a%26b&name=%C3%A9");
}

/// The blog's own address, and what of the server's must keep working.
fn edges(server: &Server, client: &Client) {
    let setup = server.setup;
    if setup.links == Links::Plain {
        let answer = client.get(&server.url("/"));
        assert_eq!(answer.status, 302);
        assert_eq!(
            on_host(server, answer.header("Location")),
            setup.script("home")
        );
    }
    if setup.base != "/" {
        let bare = setup.base.trim_end_matches('/');
        let answer = client.get(&server.on_host(bare));
        let to = on_host(server, answer.header("Location"));
        assert!(
            matches!(answer.status, 301 | 302),
            "{bare}: {}",
            answer.status
        );
        assert!(
            to == setup.base || to == setup.script("home"),
            "{bare} leads to {to}"
        );
        let elsewhere = client.get(&server.on_host("/elsewhere/"));
        assert_eq!(
            elsewhere.header("X-Program"),
            "",
            "the rest of the site isn't ours"
        );
    }
    let told = told(&client.get(&server.on_host(&setup.script("page"))), "page");
    let data = match setup.way.place() {
        Place::Apart => server.folders.data.to_str().unwrap(),
        _ => "",
    };
    assert_eq!(told["MAYFLY_DATA"], data);
}

fn on_host<'a>(server: &Server, location: &'a str) -> &'a str {
    location
        .strip_prefix(&server.on_host(""))
        .unwrap_or(location)
}

fn of(becomes: &[Odd; 4], setup: Setup) -> Odd {
    becomes[match setup.way {
        Way::Apache | Way::Prefork => 0,
        Way::Htaccess | Way::Suexec => 1,
        Way::Lighttpd => 2,
        _ => 3,
    }]
}

/// The variables that the stand-in was given.
fn told(answer: &Answer, sent: &str) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 200, "{sent}: {}", answer.text());
    assert_ne!(
        answer.header("X-Program"),
        "",
        "{sent} reached no program: {}",
        answer.text()
    );
    let text = answer.text();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn decode(path: &str) -> String {
    // A form decodes as a path does, apart from "+", which a path means as it is.
    let form = format!("path={}", path.replace('+', "%2B").replace('&', "%26"));
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&form).expect("an escaped path");
    pairs[0].1.clone()
}
