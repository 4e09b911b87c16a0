//! The second factor: switched on by a code, asked for at sign-in, good once.

use std::thread;

use mayfly::totp::code;

use crate::site::{NAME, PASSWORD, Reply, Signed, Site};

const PAGE: &str = "/admin/account/totp/";

/// The code some steps of 30 seconds from now.
pub fn code_in(secret: &[u8], steps: u64) -> String {
    code::at(secret, mayfly::totp::seconds() + 30 * steps).unwrap()
}

/// Switches it on, with the code of now, and gives the secret and the recovery codes.
pub fn switched_on(browser: &Signed<'_>) -> (Vec<u8>, Vec<String>) {
    let page = browser.get(PAGE).ok();
    let spelled = page
        .attributes("input[name=secret]", "value")
        .swap_remove(0);
    let secret = code::read(&spelled).unwrap();
    let typed = code_in(&secret, 0);
    let fields = [("do", "on"), ("secret", spelled.as_str()), ("code", &typed)];
    let reply = browser.form(PAGE, &fields).run().ok();
    let codes = reply.texts(".codes code");
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

/// Gives the password, and the ticket of the form that asks for a code.
fn ticket(site: &Site) -> String {
    let reply = site.signing_in(NAME, PASSWORD).run().ok();
    assert_eq!(reply.cookies(), "", "the password alone opens nothing");
    reply
        .attributes("input[name=ticket]", "value")
        .swap_remove(0)
}

fn second_step(site: &Site, ticket: &str, code: &str) -> Reply {
    let fields = [
        ("ticket", ticket),
        ("code", code),
        ("to", "/admin/account/"),
    ];
    site.form("/login/", &fields).run()
}

fn sql(site: &Site, statement: &str) {
    let desk = rusqlite::Connection::open(site.data().join("desk.db")).unwrap();
    desk.execute_batch(statement).unwrap();
}

#[test]
fn a_code_is_asked_for_and_good_once() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    browser
        .get("/admin/account/")
        .ok()
        .has("second factor is off");
    let (secret, _) = switched_on(&browser);
    browser
        .get("/admin/account/")
        .ok()
        .has("second factor is on");
    // The code that switched it on has been seen.
    second_step(&site, &ticket(&site), &code_in(&secret, 0)).status(422);
    let code = code_in(&secret, 1);
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    let reply = second_step(&site, &ticket(&site), &spaced);
    let reply = reply.leads_to(303, "http://blog.example/admin/account/");
    assert!(reply.cookies().contains("session"));
    let page = second_step(&site, &ticket(&site), &code).status(422);
    assert!(page.texts("#wrong")[0].contains("used already"));
    assert_eq!(page.cookies(), "");
}

#[test]
fn of_two_who_give_one_code_at_once_one_gets_in() {
    let site = Site::new().with_account();
    let (secret, codes) = switched_on(&site.sign_in());
    let ticket = ticket(&site);
    for code in [code_in(&secret, 1), codes[0].clone()] {
        sql(&site, "DELETE FROM attempt");
        let entered: Vec<u16> = thread::scope(|scope| {
            let all: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| second_step(&site, &ticket, &code).status))
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let inside = entered.iter().filter(|status| **status == 303).count();
        assert_eq!(inside, 1, "{entered:?}");
    }
}

#[test]
fn recovery_codes_are_good_once_and_kept_as_hashes() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (secret, codes) = switched_on(&browser);
    let mut stored = std::fs::read(site.data().join("desk.db")).unwrap();
    stored.extend(std::fs::read(site.data().join("desk.db-wal")).unwrap_or_default());
    let stored = String::from_utf8_lossy(&stored);
    assert!(!stored.contains(&codes[0]) && !stored.contains(&code::typed(&codes[0])));
    second_step(&site, &ticket(&site), &codes[3]).status(303);
    second_step(&site, &ticket(&site), &codes[3]).status(422);
    browser.get(PAGE).ok().has("9 recovery codes are left");
    // New ones take the place of all there were.
    let typed = code_in(&secret, 1);
    let reply = browser
        .form(PAGE, &[("do", "codes"), ("code", &typed)])
        .run()
        .ok();
    let new = reply.texts(".codes code");
    assert!(new.len() == 10 && !new.contains(&codes[4]));
    second_step(&site, &ticket(&site), &codes[4]).status(422);
    second_step(&site, &ticket(&site), &new[4]).status(303);
}

#[test]
fn a_wrong_code_switches_nothing_on() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let page = browser.get(PAGE).ok();
    let secret = page
        .attributes("input[name=secret]", "value")
        .swap_remove(0);
    assert!(page.body.contains("<svg") && page.body.contains("otpauth://totp/"));
    for code in ["", "123", "000000000"] {
        let fields = [("do", "on"), ("secret", secret.as_str()), ("code", code)];
        let reply = browser.form(PAGE, &fields).run().status(422);
        // The telephone has scanned that one, so it stays.
        assert_eq!(
            reply.attributes("input[name=secret]", "value"),
            [secret.as_str()]
        );
    }
    for secret in ["", "AAAA", "not base32!"] {
        let fields = [("do", "on"), ("secret", secret), ("code", "123456")];
        browser.form(PAGE, &fields).run().status(400);
    }
    site.signing_in(NAME, PASSWORD).run().status(303);
    let form = browser.form(PAGE, &[("do", "on")]);
    form.var("HTTP_ORIGIN", "https://evil.example")
        .run()
        .status(403);
}

#[test]
fn switching_off_takes_the_password_and_a_code() {
    let site = Site::new().with_account();
    let browser = site.sign_in();
    let (secret, codes) = switched_on(&browser);
    let code = code_in(&secret, 1);
    for (password, code) in [
        ("a wrong guess", code.as_str()),
        (PASSWORD, "123"),
        (PASSWORD, ""),
        ("", &codes[0]),
    ] {
        let fields = [("do", "off"), ("password", password), ("code", code)];
        browser.form(PAGE, &fields).run().status(422);
    }
    // The code that came with a wrong password is not used up.
    let fields = [("do", "off"), ("password", PASSWORD), ("code", &code)];
    browser
        .form(PAGE, &fields)
        .run()
        .leads_to(303, "http://blog.example/admin/account/totp/");
    site.signing_in(NAME, PASSWORD).run().status(303);
}

#[test]
fn codes_are_guessed_no_faster_than_passwords() {
    let site = Site::new().with_account();
    let (secret, _) = switched_on(&site.sign_in());
    for _ in 0..5 {
        second_step(&site, &ticket(&site), "1234567").status(422);
    }
    // The right password in between makes nobody forget.
    let reply = second_step(&site, &ticket(&site), &code_in(&secret, 1)).status(429);
    assert!(reply.header("Retry-After").is_some());
    sql(&site, "UPDATE attempt SET last = last - 3600000000");
    second_step(&site, &ticket(&site), &code_in(&secret, 1)).status(303);
}

#[test]
fn a_ticket_is_nobodys_to_make() {
    let site = Site::new().with_account();
    let (secret, codes) = switched_on(&site.sign_in());
    let good = ticket(&site);
    let (body, signature) = good.rsplit_once('.').unwrap();
    let (id, ends) = body.split_once('.').unwrap();
    let later = ends.parse::<u64>().unwrap() + 60;
    for forged in [
        "x".to_owned(),
        format!("{body}."),
        format!("{body}.{}", "0".repeat(64)),
        format!("{id}.{later}.{signature}"),
        format!("2.{ends}.{signature}"),
        format!("{id}.99999999999.{signature}"),
        format!("-1.{ends}.{signature}"),
    ] {
        let page = second_step(&site, &forged, &code_in(&secret, 1)).status(422);
        assert!(page.texts("#wrong")[0].contains("Begin again"), "{forged}");
        assert_eq!(page.cookies(), "");
    }
    // Another password ends those that are out.
    let told = site.mayfly_told(&["user", "password", NAME], "an entirely new one");
    assert!(told.status.success());
    second_step(&site, &good, &codes[0]).status(422);
}

#[test]
fn the_operator_helps_whoever_has_lost_everything() {
    let site = Site::new().with_account();
    let said = |arguments: &[&str]| {
        let output = site.mayfly(arguments);
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said(&["user", "totp", NAME]).contains("no second factor"));
    switched_on(&site.sign_in());
    assert!(said(&["user", "totp", NAME]).contains("10 recovery codes left"));
    ticket(&site);
    assert!(said(&["user", "totp", NAME, "--off"]).contains("the password alone"));
    site.signing_in(NAME, PASSWORD).run().status(303);
    assert!(
        !site
            .mayfly(&["user", "totp", "nobody", "--off"])
            .status
            .success()
    );
}
