//! The variables that twenty web servers really pass, replayed.
//!
//! `tests/data/environments.json` has a row for each server, and one for several
//! that pass the same: what was received, by a program that told it, for
//! requests that were sent to the server. `{script}`, `{info}` and `{query}` stand for
//! what a request changes. In `path_info`, a path as it was sent is followed by
//! the variable as it arrived: a character there is a byte, null is a variable
//! that was unset, and a path that is missing never reached the program.

use serde_json::Value;

use crate::site::{Reply, Request, Site};

const ENVIRONMENTS: &str = include_str!("../data/environments.json");

fn environments() -> Vec<Value> {
    serde_json::from_str(ENVIRONMENTS).unwrap()
}

fn blog() -> Site {
    Site::new()
        .post(
            "2025-07-05-first.md",
            "kind: entry\ntitle: First\ntags: [sea, wind]",
            "Text, and [a link](/about/).",
        )
        .post(
            "2025-07-06-post.md",
            "kind: entry\ntitle: Post\ntags: [sea, tag]",
            "More text.",
        )
        .post("about.md", "kind: page\ntitle: About", "Who we are.")
}

/// What a server makes of a request to a program, with `info` behind its name.
fn request<'a>(
    site: &'a Site,
    server: &Value,
    program: &str,
    info: Option<&[u8]>,
    asked: &str,
) -> Request<'a> {
    let suffix = server["suffix"].as_str().unwrap();
    let script = format!("/cgi-bin/{program}{suffix}");
    let (path, query) = match asked.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (asked, None),
    };
    let info = info.unwrap_or_default();
    let fill = |template: &str, path: &[u8]| {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let filled = template
            .replace("{script}", &script)
            .replace("{query}", &query);
        let filled = filled.replace("{program}", program);
        match filled.split_once("{info}") {
            Some((before, after)) => [before.as_bytes(), path, after.as_bytes()].concat(),
            None => filled.into_bytes(),
        }
    };
    let variables = server["variables"].as_object().unwrap();
    let mut request = site.request(program).bare().method("GET");
    for (name, value) in variables {
        request = request.var(name, fill(value.as_str().unwrap(), info));
    }
    request = request.var(
        "SCRIPT_NAME",
        fill(server["script_name"].as_str().unwrap(), info),
    );
    if let Some(uri) = server["request_uri"].as_str() {
        request = request.var("REQUEST_URI", fill(uri, path.as_bytes()));
    }
    if !info.is_empty() {
        request = request.var("PATH_INFO", info);
    }
    match query {
        Some(query) => request.var("QUERY_STRING", query),
        None if server["empty_query"] == true => request.var("QUERY_STRING", ""),
        None => request,
    }
}

/// The bytes that the characters of a fixture stand for.
fn bytes(characters: &str) -> Vec<u8> {
    characters
        .chars()
        .map(|character| u8::try_from(u32::from(character)).unwrap())
        .collect()
}

/// The name of the servers of a row, for messages.
fn name(server: &Value) -> String {
    server["servers"].to_string()
}

#[test]
fn twenty_servers_are_here() {
    let servers: Vec<Value> = environments();
    let names = servers
        .iter()
        .map(|row| row["servers"].as_array().unwrap().len());
    assert_eq!(names.sum::<usize>(), 20);
}

#[test]
fn every_server_gets_the_right_page_with_the_right_links() {
    let site = blog();
    for server in environments() {
        let suffix = server["suffix"].as_str().unwrap();
        let host = &server["variables"]["HTTP_HOST"];
        let host = host.as_str().unwrap_or("localhost:8080");
        // althttpd makes an underscore of each plus sign.
        let plus = server["path_info"]["/a+b"].as_str().unwrap();
        for (program, info, title, canonical) in [
            ("home", "", "A test's blog", "/cgi-bin/home"),
            ("tag", "", "Tags", "/cgi-bin/tag"),
            ("tag", "/tag/", "tag", "/cgi-bin/tag/tag/"),
            ("tag", "/sea+wind/", "sea", "/cgi-bin/tag/sea+wind/"),
            ("archive", "/2025/", "2025", "/cgi-bin/archive/2025/"),
            (
                "archive",
                "/2025/Jul/",
                "July 2025",
                "/cgi-bin/archive/2025/Jul/",
            ),
            (
                "post",
                "/2025/Jul/5/first/",
                "First",
                "/cgi-bin/post/2025/Jul/5/first/",
            ),
            (
                "post",
                "/2025/Jul/6/post/",
                "Post",
                "/cgi-bin/post/2025/Jul/6/post/",
            ),
            ("page", "/about/", "About", "/cgi-bin/page/about/"),
        ] {
            let arrived = if plus.contains('+') {
                info.to_owned()
            } else {
                info.replace('+', "_")
            };
            let reply = request(&site, &server, program, Some(arrived.as_bytes()), info).run();
            if arrived != info {
                reply.status(404);
                continue;
            }
            let reply = reply.ok();
            let heading = reply.texts("h1").join(" ");
            assert!(
                heading.contains(title),
                "{}: {heading}\n{}",
                name(&server),
                reply.exchange
            );
            links_are_plain(&reply, &server);
            if title == "First" {
                let link = reply.attributes("div.e-content a", "href");
                assert_eq!(link, [format!("/cgi-bin/page{suffix}/about/")]);
            }
            let canonical = canonical.replacen(program, &format!("{program}{suffix}"), 1);
            let canonical = format!("http://{host}{canonical}");
            assert_eq!(
                reply.attributes("link[rel=canonical]", "href"),
                [canonical],
                "{}",
                name(&server)
            );
        }
        let feed = request(&site, &server, "feed", Some(b"/feed.atom"), "/feed.atom")
            .run()
            .ok();
        feed.has("<title>First</title>").has(&format!(
            "http://{host}/cgi-bin/post{suffix}/2025/Jul/5/first/"
        ));
    }
}

fn links_are_plain(reply: &Reply, server: &Value) {
    let suffix = server["suffix"].as_str().unwrap();
    for link in reply.links() {
        let Some(own) = link.strip_prefix("/cgi-bin/") else {
            let other = ["#", "data:", "http://"]
                .iter()
                .any(|begin| link.starts_with(begin));
            assert!(other, "{link} under {}", name(server));
            continue;
        };
        let program = own.split('/').next().unwrap();
        assert_eq!(
            program.strip_suffix(".cgi").is_some(),
            suffix == ".cgi",
            "{link}"
        );
    }
}

#[test]
fn a_slash_behind_a_program_is_nothing() {
    let site = blog();
    for server in environments() {
        let Some(info) = server["path_info"].get("/") else {
            continue;
        };
        for program in ["home", "tag"] {
            let info = info.as_str().map(bytes);
            let request = request(&site, &server, program, info.as_deref(), "/");
            links_are_plain(&request.run().ok(), &server);
        }
    }
    // thttpd leaves the slash in SCRIPT_NAME.
    let links = site
        .request("home")
        .var("SCRIPT_NAME", "/cgi-bin/home/")
        .without("REQUEST_URI");
    assert!(
        links
            .run()
            .ok()
            .links()
            .contains(&"/cgi-bin/tag".to_owned())
    );
}

#[test]
fn no_path_that_gets_through_does_harm() {
    let site = blog();
    let mut tried = 0;
    for server in environments() {
        for (asked, info) in server["path_info"].as_object().unwrap() {
            let Some(info) = info.as_str().map(bytes) else {
                continue;
            };
            for program in ["page", "tag", "post"] {
                let reply = request(&site, &server, program, Some(&info), asked).run();
                let fine = matches!(reply.status, 200 | 301 | 400 | 404);
                assert!(
                    fine && reply.log().is_empty(),
                    "{} {asked}: {}",
                    name(&server),
                    reply.exchange
                );
                assert_eq!(reply.header("X"), None);
                if info.contains(&b'\r') {
                    assert_eq!(reply.status, 400);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 600);
}

#[test]
fn what_servers_make_of_a_query_for_arguments_is_ignored() {
    let site = blog();
    for server in environments() {
        for (query, arguments) in server["arguments"].as_object().unwrap() {
            let asked = format!("/tag/{query}");
            let request = request(&site, &server, "tag", Some(b"/tag/"), &asked);
            let arguments = arguments.as_array().unwrap().iter();
            let request = arguments.fold(request, |request, argument| {
                request.argument(argument.as_str().unwrap())
            });
            request.run().ok().has("tag");
        }
    }
}
