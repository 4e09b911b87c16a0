//! The process itself: what it takes from its surroundings, and what it sets.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::site::{Site, copy_program};

#[test]
fn arguments_are_not_looked_at() {
    let site = Site::new();
    let plain = site.get("/").ok().body;
    for arguments in [
        &["-s"][..],
        &["a", "b"],
        &["-d", "x=y"],
        &["--help"],
        &["--data", "/etc"],
        &[""],
    ] {
        let request = arguments.iter().fold(site.ask("/"), |request, argument| {
            request.argument(argument)
        });
        assert_eq!(request.run().ok().body, plain, "{arguments:?}");
    }
}

#[test]
fn what_a_header_can_forge_changes_nothing() {
    let site = Site::new();
    site.let_time_pass();
    let plain = site.get("/tags").exchange.stdout;
    for (name, value) in [
        // httpoxy: a header `Proxy` arrives as the variable of that setting.
        ("HTTP_PROXY", "http://proxy.example/"),
        ("HTTPS_PROXY", "http://proxy.example/"),
        // Several servers set these from a header that nobody has verified.
        ("REMOTE_USER", "admin"),
        ("AUTH_TYPE", "Basic"),
        ("HTTP_AUTHORIZATION", "Basic dTpw"),
        // Anybody can send these.
        ("HTTP_HTTPS", "on"),
        ("HTTP_X_FORWARDED_PROTO", "https"),
        ("HTTP_X_FORWARDED_HOST", "proxy.example"),
        ("HTTP_X_FORWARDED_FOR", "203.0.113.9"),
        ("HTTP_X_REWRITE_URL", "/admin/"),
        ("HTTP_X_HTTP_METHOD_OVERRIDE", "DELETE"),
        ("HTTP_MAYFLY_DATA", "/etc"),
        // civetweb says so where there is no TLS.
        ("HTTPS", "off"),
        ("REMOTE_ADDR", "\u{7f}garbage"),
    ] {
        let reply = site.ask("/tags").var(name, value).run();
        assert_eq!(
            reply.exchange.stdout, plain,
            "{name} mattered:\n{}",
            reply.exchange
        );
    }
    for program in [
        "home", "post", "archive", "tag", "kind", "page", "feed", "search", "grep", "sitemap",
        "twin", "qr",
    ] {
        let binary = Path::new(env!("CARGO_BIN_EXE_home")).with_file_name(program);
        let mut grep = Command::new("grep");
        for word in ["HTTP_PROXY", "http_proxy", "REMOTE_USER", "AUTH_TYPE"] {
            grep.args(["-e", word]);
        }
        let found = grep.args(["-q", "-a", "-F"]).arg(&binary).status().unwrap();
        assert_eq!(found.code(), Some(1), "{program} knows what it should not");
    }
}

#[test]
fn the_data_is_found_by_a_file_beside_the_program() {
    let site = Site::new();
    let folder = site.scratch();
    let program = folder.join("home.cgi");
    copy_program(env!("CARGO_BIN_EXE_home"), &program);
    let start = || {
        site.ask("/")
            .without("MAYFLY_DATA")
            .program(program.clone())
    };

    let lost = start().run().status(500);
    assert!(lost.log().contains("mayfly.conf"), "{}", lost.exchange);

    let conf = folder.join("mayfly.conf");
    fs::write(
        &conf,
        format!("# The blog\ndata = {}\n", site.data().display()),
    )
    .unwrap();
    start().run().ok();
    // webfs, bozohttpd and Python start programs elsewhere.
    start().inside("/".into()).run().ok();
    // bozohttpd has this wrong, and what it names may hold anybody's file.
    start()
        .var("SCRIPT_FILENAME", "cgi-bin/home/foo")
        .run()
        .ok();
    fs::write(&conf, "data = ../blog\n").unwrap();
    start().inside("/".into()).run().ok();
    // The variable comes first where a server does pass it.
    fs::write(&conf, "data = /nowhere\n").unwrap();
    start().run().status(500);
    site.ask("/").program(program.clone()).run().ok();
}

#[test]
fn the_working_directory_is_not_looked_at() {
    let site = Site::new();
    let folder = site.scratch();
    fs::write(
        folder.join("mayfly.conf"),
        format!("data = {}\n", site.data().display()),
    )
    .unwrap();
    fs::copy(site.data().join("blog.db"), folder.join("blog.db")).unwrap();
    let elsewhere = folder.join("cgi-bin");
    fs::create_dir(&elsewhere).unwrap();
    let program = elsewhere.join("home");
    copy_program(env!("CARGO_BIN_EXE_home"), &program);
    let lost = site
        .ask("/")
        .without("MAYFLY_DATA")
        .program(program)
        .inside(folder);
    lost.run().status(500);
}

#[test]
fn a_program_needs_no_more_than_a_shared_host_gives() {
    let site = Site::new();
    for ulimit in [
        "ulimit -v 65536",
        "ulimit -n 8",
        "ulimit -f 0",
        "ulimit -s 256",
        "ulimit -t 1",
        "ulimit -c 0",
    ] {
        let reply = site.ask("/").limited(ulimit).run();
        assert!(reply.status == 200, "{ulimit}: {}", reply.exchange);
    }
    site.ask("/").limited("umask 777").run().ok();
}

#[test]
fn a_program_sets_its_own_limits() {
    let site = Site::new();
    let reply = site.request("home").stand_in("limits").run().ok();
    assert!(
        reply.body.starts_with("cpu=10 alarm=30 umask=077 "),
        "{}",
        reply.body
    );
    assert!(
        reply.body.ends_with(" sigpipe-ignored=true"),
        "{}",
        reply.body
    );
}

#[test]
fn next_to_no_variables_are_needed() {
    let site = Site::new();
    let request = site.request("home").bare().method("GET");
    let links = request.run().ok().links();
    assert!(links.contains(&"/cgi-bin/tag".to_owned()), "{links:?}");
}

#[test]
fn a_thousand_variables_are_no_trouble() {
    let site = Site::new();
    let request = (0..1000).fold(site.ask("/"), |request, number| {
        request.var(&format!("HTTP_X_{number}"), "x".repeat(100))
    });
    request.run().ok();
}
