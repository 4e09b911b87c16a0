//! Signing in, being signed in, and being kept out.

use std::thread;

use crate::site::{NAME, PASSWORD, Reply, Site};

/// Insists that the desk is shut to these cookies.
#[track_caller]
fn shut(site: &Site, cookies: &str) {
    let reply = site.ask("/admin/").var("HTTP_COOKIE", cookies).run();
    reply.leads_to(303, "http://blog.example/login/?to=/admin/");
}

fn set_cookies(reply: &Reply) -> Vec<&str> {
    let set = reply
        .headers
        .iter()
        .filter(|(name, _)| name == "Set-Cookie");
    set.map(|(_, value)| value.as_str()).collect()
}

/// Changes the desk's file behind everybody's back.
fn desk(site: &Site, sql: &str) {
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch(sql).unwrap();
}

fn count(site: &Site, sql: &str) -> i64 {
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_form_says_what_to_do_where_nobody_may_sign_in() {
    let site = Site::new();
    site.get("/login/").ok().has("mayfly user add NAME");
    let reply = site.signing_in(NAME, PASSWORD).run();
    reply.status(422).has("mayfly user add NAME");
    let site = site.with_account();
    site.get("/login/").ok().lacks("mayfly user add");
}

#[test]
fn the_right_password_opens_the_desk() {
    let site = Site::new().with_account();
    let form = site.get("/login/?to=/admin/account/").ok();
    assert_eq!(form.header("Cache-Control"), Some("private, no-store"));
    assert_eq!(
        form.attributes("input[name=to]", "value"),
        ["/admin/account/"]
    );
    let reply = site
        .form(
            "/login/",
            &[
                ("name", NAME),
                ("password", PASSWORD),
                ("to", "/admin/account/"),
            ],
        )
        .run()
        .leads_to(303, "http://blog.example/admin/account/");
    let cookies = set_cookies(&reply);
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(
            cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/;"),
            "{cookie}"
        );
        assert!(!cookie.contains("Secure"), "{cookie}");
    }
    let page = site
        .ask("/admin/")
        .var("HTTP_COOKIE", reply.cookies())
        .run();
    page.ok().has("Sign out").lacks(PASSWORD);
}

#[test]
fn by_https_the_cookie_stays_there() {
    let site = Site::new().with_account();
    for https in ["on", "1"] {
        let reply = site.signing_in(NAME, PASSWORD).var("HTTPS", https).run();
        for cookie in set_cookies(&reply) {
            assert!(
                cookie.starts_with("__Host-") && cookie.ends_with("; Secure"),
                "{cookie}"
            );
        }
        let page = site.ask("/admin/").var("HTTPS", https);
        page.var("HTTP_COOKIE", reply.cookies()).run().ok();
        // Without the prefix anybody on the way could have planted it.
        let planted = reply.cookies().replace("__Host-", "");
        let page = site.ask("/admin/").var("HTTPS", https);
        page.var("HTTP_COOKIE", planted).run().status(303);
        shut(&site, &reply.cookies());
    }
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_alike() {
    let site = Site::new().with_account();
    let wrong = |name: &str, password: &str| {
        let reply = site
            .signing_in(name, password)
            .run()
            .status(422)
            .lacks(password);
        assert_eq!(reply.attributes("#name", "value"), [name]);
        assert_eq!(reply.cookies(), "");
        reply.texts("#wrong")
    };
    assert_eq!(
        wrong(NAME, "not it at all"),
        wrong("nobody", "not it at all")
    );
    // An account that is not there is measured against a hash that is.
    assert_eq!(wrong("x' OR 1=1 --", PASSWORD).len(), 1);
}

#[test]
fn it_leads_back_into_the_admin_and_nowhere_else() {
    let site = Site::new().with_account();
    for (to, leads) in [
        ("/admin/account/?x=1", "/admin/account/?x=1"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/admin/", "/admin/"),
        ("/admin/../../evil", "/admin/"),
        ("/admin/\r\nX: y", "/admin/"),
        ("", "/admin/"),
    ] {
        let fields = [("name", NAME), ("password", PASSWORD), ("to", to)];
        let reply = site.form("/login/", &fields).run();
        reply.leads_to(303, &format!("http://blog.example{leads}"));
    }
}

#[test]
fn a_query_with_a_space_is_not_lost_by_signing_in() {
    let site = Site::new().with_account();
    for back in ["/admin/posts/?q=two+words", "/admin/new/?text=1%2B1%20is"] {
        let sent = site.get(back).status(303);
        let location = sent.header("Location").unwrap();
        let target = location.strip_prefix("http://blog.example").unwrap();
        let form = site.get(target).ok();
        let to = &form.attributes("input[name=to]", "value")[0];
        assert_eq!(to, back, "{location}");
        let fields = [("name", NAME), ("password", PASSWORD), ("to", to)];
        let reply = site.form("/login/", &fields).run();
        reply.leads_to(303, &format!("http://blog.example{back}"));
    }
}

#[test]
fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let site = Site::new().with_account();
    let (one, other) = (site.sign_in(), site.sign_in());
    let reply = one.form("/admin/account/", &[("do", "sign-out")]).run();
    let reply = reply.leads_to(303, "http://blog.example/login/");
    assert!(set_cookies(&reply)[0].contains("Max-Age=0"));
    shut(&site, &one.cookies);
    other.get("/admin/").ok();
    let third = site.sign_in();
    third
        .form("/admin/account/", &[("do", "sign-out-everywhere")])
        .run()
        .status(303);
    shut(&site, &other.cookies);
    shut(&site, &third.cookies);
}

#[test]
fn the_account_tells_where_it_is_signed_in() {
    let site = Site::new().with_account();
    let browser = |agent: &str| {
        site.signing_in(NAME, PASSWORD)
            .var("HTTP_USER_AGENT", agent)
            .run()
    };
    browser("Lynx <b>");
    let page = site.sign_in().get("/admin/account/").ok().lacks("Lynx <b>");
    let rows = page.texts("ul.rows li");
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter().any(|row| row.starts_with("This browser")),
        "{rows:?}"
    );
    assert!(
        rows.iter()
            .any(|row| row.contains("Lynx <b>") && row.contains("192.0.2.1")),
        "{rows:?}"
    );
}

#[test]
fn a_session_unused_for_thirty_days_is_over() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    desk(&site, "UPDATE session SET used = used - 29 * 86400000000");
    browser.get("/admin/").ok();
    // That was a use, so there are thirty days more.
    desk(&site, "UPDATE session SET used = used - 29 * 86400000000");
    browser.get("/admin/").ok();
    desk(&site, "UPDATE session SET used = used - 31 * 86400000000");
    shut(&site, &browser.cookies);
}

#[test]
fn the_desk_has_no_secret_that_would_open_it() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let mut stored = std::fs::read(site.data().join("desk.db")).unwrap();
    stored.extend(std::fs::read(site.data().join("desk.db-wal")).unwrap_or_default());
    let stored = String::from_utf8_lossy(&stored);
    let secret = browser.cookies.split(['=', ';']).nth(1).unwrap();
    assert!(secret.len() == 64 && !stored.contains(secret) && !stored.contains(PASSWORD));
    assert!(stored.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[test]
fn forged_cookies_open_nothing() {
    let site = Site::new().with_account();
    let good = site.sign_in().cookies;
    let (name, secret) = good.split(';').next().unwrap().split_once('=').unwrap();
    let hash: String = {
        let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
        desk.query_row("SELECT lower(hex(hash)) FROM session", [], |row| row.get(0))
            .unwrap()
    };
    let flipped = format!(
        "{}{}",
        &secret[..63],
        if secret.ends_with('0') { '1' } else { '0' }
    );
    for forged in [
        "",
        "0",
        &"0".repeat(64),
        &hash,
        &flipped,
        "' OR 1=1 --",
        "%00",
    ] {
        shut(&site, &format!("{name}={forged}"));
    }
    shut(&site, "");
}

#[test]
fn another_sites_form_signs_nobody_in() {
    let site = Site::new().with_account();
    for (header, value) in [
        ("HTTP_SEC_FETCH_SITE", "cross-site"),
        ("HTTP_SEC_FETCH_SITE", "same-site"),
        ("HTTP_ORIGIN", "https://evil.example"),
        ("HTTP_ORIGIN", "null"),
    ] {
        let reply = site
            .signing_in(NAME, PASSWORD)
            .var(header, value)
            .run()
            .status(403);
        assert_eq!(reply.cookies(), "");
    }
    assert_eq!(count(&site, "SELECT count(*) FROM attempt"), 0);
}

#[test]
fn whoever_guesses_has_to_wait() {
    let site = Site::new().with_account();
    for _ in 0..5 {
        site.signing_in(NAME, "a wrong guess").run().status(422);
    }
    // The wait is of a second, which a busy machine may take to ask again.
    desk(&site, "UPDATE attempt SET last = last + 60000000");
    let reply = site.signing_in(NAME, PASSWORD).run().status(429);
    assert!(reply.header("Retry-After").unwrap().parse::<u32>().unwrap() >= 1);
    // From another address the account waits too, and another account's name does
    // not help this one.
    let elsewhere = |name: &str| {
        site.signing_in(name, PASSWORD)
            .var("REMOTE_ADDR", "198.51.100.9")
            .run()
    };
    elsewhere(NAME).status(429);
    site.signing_in("nobody", PASSWORD).run().status(429);
    elsewhere("nobody").status(422);
    // What was counted an hour ago costs no wait any longer.
    desk(&site, "UPDATE attempt SET last = last - 3600000000");
    site.signing_in(NAME, PASSWORD).run().status(303);
    assert_eq!(
        count(
            &site,
            "SELECT count(*) FROM attempt WHERE key LIKE 'account anna'"
        ),
        0
    );
}

#[test]
fn a_guesser_never_locks_the_owner_out() {
    let site = Site::new().with_account();
    let known = site.sign_in().cookies;
    desk(
        &site,
        "INSERT INTO attempt VALUES ('account anna', 1000000, 9000000000000000)",
    );
    site.signing_in(NAME, PASSWORD).run().status(429);
    site.signing_in(NAME, PASSWORD)
        .var("HTTP_COOKIE", &known)
        .run()
        .status(303);
    // That browser's own mistakes are counted as well.
    for _ in 0..5 {
        site.signing_in(NAME, "a wrong guess")
            .var("HTTP_COOKIE", &known)
            .run()
            .status(422);
    }
    site.signing_in(NAME, PASSWORD)
        .var("HTTP_COOKIE", &known)
        .run()
        .status(429);
}

#[test]
fn fifty_guesses_at_once_are_counted_one_by_one() {
    let site = Site::new().with_account();
    let asked: Vec<u16> = thread::scope(|scope| {
        let asked: Vec<_> = (0..50)
            .map(|_| scope.spawn(|| site.signing_in(NAME, "a wrong guess").run().status))
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let looked_at = asked.iter().filter(|status| **status == 422).count();
    // Five go free; whoever comes a second after the fifth has waited long enough.
    assert!((5..=8).contains(&looked_at), "{asked:?}");
    assert!(
        asked.iter().all(|status| matches!(status, 422 | 429)),
        "{asked:?}"
    );
    assert_eq!(
        count(
            &site,
            "SELECT failures FROM attempt WHERE key = 'account anna'"
        ),
        i64::try_from(looked_at).unwrap()
    );
}

#[test]
fn the_operator_says_who_may_sign_in() {
    let site = Site::new();
    let told = |arguments: &[&str], line: &str| {
        let output = site.mayfly_told(arguments, line);
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    assert!(told(&["user", "list"], "").1.contains("Nobody"));
    assert_eq!(told(&["user", "add", "anna"], "short\n").0, Some(1));
    assert_eq!(
        told(&["user", "add", "an na"], "long enough it is\n").0,
        Some(1)
    );
    assert_eq!(
        told(&["user", "add", "anna"], "long enough it is\n").0,
        Some(0)
    );
    let (code, text) = told(&["user", "add", "anna"], "another long one\n");
    assert!(
        code == Some(1) && text.contains("mayfly user password anna"),
        "{text}"
    );
    let cookies = site
        .signing_in("anna", "long enough it is")
        .run()
        .status(303)
        .cookies();
    assert!(
        told(&["user", "list"], "")
            .1
            .starts_with("anna  last here 20")
    );

    assert_eq!(
        told(&["user", "password", "anna"], "another long one\r\n").0,
        Some(0)
    );
    shut(&site, &cookies);
    site.signing_in("anna", "long enough it is")
        .run()
        .status(422);
    let cookies = site
        .signing_in("anna", "another long one")
        .run()
        .status(303)
        .cookies();
    assert_eq!(
        told(&["user", "password", "otto"], "another long one\n").0,
        Some(1)
    );

    assert_eq!(told(&["user", "remove", "anna"], "").0, Some(0));
    shut(&site, &cookies);
    assert_eq!(told(&["user", "remove", "anna"], "").0, Some(1));
    assert_eq!(count(&site, "SELECT count(*) FROM session"), 0);
}

#[test]
fn its_address_has_one_form_and_its_methods_are_two() {
    let site = Site::new();
    site.get("/login")
        .leads_to(301, "http://blog.example/login/");
    site.get("/login/x").status(301);
    let reply = site.ask("/login/").method("PUT").run().status(405);
    assert_eq!(reply.header("Allow"), Some("GET, HEAD, POST"));
    site.plain("/cgi-bin/login")
        .ok()
        .has("action=\"/cgi-bin/login\"");
}
