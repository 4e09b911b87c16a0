//! Making a blog in the browser, where there is none: a host that was given the
//! programs by SFTP and nothing else.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::site::{NAME, PASSWORD, Reply, Request, Site, copy_program};

/// A host's account: `www` is what the web server hands out.
struct Account {
    site: Site,
    root: PathBuf,
}

impl Account {
    fn new() -> Account {
        let site = Site::new();
        let root = site.scratch().join("account");
        fs::create_dir_all(root.join("www")).unwrap();
        fs::set_permissions(root.join("www"), fs::Permissions::from_mode(0o755)).unwrap();
        for (program, built) in [
            ("admin", env!("CARGO_BIN_EXE_admin")),
            ("login", env!("CARGO_BIN_EXE_login")),
            ("home", env!("CARGO_BIN_EXE_home")),
        ] {
            let to = root.join(format!("www/{program}.cgi"));
            // Programs built for tests are large: a copy only where a link can't be made.
            if fs::hard_link(built, &to).is_err() {
                copy_program(built, &to);
            }
        }
        Account { site, root }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.root.join("www").join(name)
    }

    fn data(&self) -> PathBuf {
        self.root.join("mayfly-data")
    }

    /// A request as Apache passes it on below `.htaccess`.
    fn ask(&self, program: &str, target: &str) -> Request<'_> {
        self.site
            .ask(target)
            .program(self.beside(&format!("{program}.cgi")))
            .without("MAYFLY_DATA")
            .var("SCRIPT_NAME", format!("/{program}.cgi"))
            .var("DOCUMENT_ROOT", self.beside("").to_str().unwrap())
    }

    fn page(&self) -> Reply {
        self.ask("admin", "/admin/").run().ok()
    }

    /// Sends the page's form back, filled in as a visitor would.
    fn send(&self, page: &Reply, change: &[(&str, &str)]) -> Reply {
        let secret = page
            .attributes("input[name=secret]", "value")
            .swap_remove(0);
        let data = self.data();
        let mut fields = vec![
            ("secret", secret.as_str()),
            ("place", data.to_str().unwrap()),
            ("title", "Anna's weblog"),
            ("base-url", "http://blog.example"),
            ("zone", "Europe/Berlin"),
            ("name", NAME),
            ("password", PASSWORD),
        ];
        for (name, value) in change {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.ask("admin", "/admin/")
            .method("POST")
            .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
            .body(body.as_bytes())
            .run()
    }

    fn prove(&self, word: &str) {
        fs::write(self.beside("mayfly-setup.txt"), format!("{word}\r\n")).unwrap();
    }

    fn nothing_was_made(&self) {
        assert!(!self.data().exists() && !self.beside("mayfly.conf").exists());
    }
}

fn word(page: &Reply) -> String {
    page.texts("pre code").swap_remove(0)
}

#[test]
fn a_visit_where_there_is_no_blog_makes_one() {
    let account = Account::new();
    let early = account.ask("login", "/login/").run();
    early.leads_to(303, "http://blog.example/admin/");
    let page = account.page();
    page.header("Content-Security-Policy").unwrap();
    assert!(
        page.attributes("input[name=place]", "value")
            .contains(&account.data().display().to_string())
    );
    let link = page.attributes("a[download]", "href").swap_remove(0);
    assert_eq!(link, format!("data:text/plain,{}", word(&page)));

    account.prove(&word(&page));
    let reply = account.send(&page, &[]);
    reply.leads_to(303, "http://blog.example/login/");
    assert!(
        !account.beside("mayfly-setup.txt").exists(),
        "the proof is used up"
    );
    let conf = fs::read_to_string(account.beside("mayfly.conf")).unwrap();
    assert_eq!(conf, format!("data = {}\n", account.data().display()));
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(account.data()), 0o700);
    assert_eq!(mode(account.data().join("desk.db")), 0o600);
    // Uploads are handed out from beside the programs.
    let media = fs::canonicalize(account.data().join("media")).unwrap();
    assert_eq!(media, fs::canonicalize(account.beside("media")).unwrap());
    // The web server has to read it, and may be another user.
    let mode = fs::metadata(media).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);

    let home = account.ask("home", "/").run().ok();
    assert_eq!(home.texts("title"), ["Anna's weblog"]);
    let body = serde_urlencoded::to_string([("name", NAME), ("password", PASSWORD)]).unwrap();
    account
        .ask("login", "/login/")
        .method("POST")
        .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
        .var("HTTP_ORIGIN", "http://blog.example")
        .body(body.as_bytes())
        .run()
        .leads_to(303, "http://blog.example/admin/");
    // From now on the same address asks who is there.
    let shut = account.ask("admin", "/admin/").run();
    shut.leads_to(303, "http://blog.example/login/?to=/admin/");
}

#[test]
fn nobody_makes_a_blog_without_the_account() {
    let account = Account::new();
    let (page, other) = (account.page(), account.page());
    assert_ne!(word(&page), word(&other));
    account
        .send(&page, &[])
        .status(422)
        .has("There is no mayfly-setup.txt");
    // A stranger's page has another word than the owner's, which the file holds.
    account.prove(&word(&page));
    account.send(&other, &[]).status(422).has("another word");
    // Whoever reads the file over the web knows the word, and not what it was made of.
    let read = word(&page);
    account
        .send(&other, &[("secret", &read)])
        .status(422)
        .has("another word");
    account.send(&other, &[("secret", "")]).status(422);
    account.nothing_was_made();

    // A link, or nothing at all, proves nothing.
    let elsewhere = account.root.join("elsewhere.txt");
    fs::rename(account.beside("mayfly-setup.txt"), &elsewhere).unwrap();
    symlink(&elsewhere, account.beside("mayfly-setup.txt")).unwrap();
    account.send(&page, &[]).status(422).has("can't be read");
    fs::remove_file(account.beside("mayfly-setup.txt")).unwrap();
    account.prove("");
    account.send(&page, &[]).status(422);
    account.nothing_was_made();
}

#[test]
fn what_was_typed_is_kept_beside_what_is_wrong() {
    let account = Account::new();
    let page = account.page();
    account.prove(&word(&page));
    for (field, value) in [
        ("name", "two words"),
        ("password", "short"),
        ("zone", "Europe/Atlantis"),
        ("title", ""),
        ("base-url", "blog.example"),
        ("place", "/etc"),
    ] {
        let reply = account.send(&page, &[(field, value)]).status(422);
        assert_eq!(reply.texts("p.wrong").len(), 1, "{field}");
        assert_eq!(
            word(&reply),
            word(&page),
            "the file that is there stays good"
        );
        let kept = reply.attributes(&format!("input[name={field}]"), "value");
        assert!(
            field == "password" || field == "place" || kept == [value],
            "{field}: {kept:?}"
        );
        reply.lacks("value=\"short\"");
        account.nothing_was_made();
    }
    account.send(&page, &[]).status(303);
}

#[test]
fn data_is_never_put_where_the_server_hands_it_out() {
    let account = Account::new();
    let page = account.page();
    let places = page.attributes("input[name=place]", "value");
    let www = account.beside("").display().to_string();
    assert!(!places.is_empty() && places.iter().all(|place| !place.starts_with(&www)));
    account.prove(&word(&page));
    let inside = account.beside("mayfly-data").display().to_string();
    account.send(&page, &[("place", &inside)]).status(422);
    account.nothing_was_made();
}

#[test]
fn a_named_directory_is_the_only_choice() {
    let account = Account::new();
    let named = account.root.join("named");
    fs::write(
        account.beside("mayfly.conf"),
        format!("data = {}\n", named.display()),
    )
    .unwrap();
    let page = account.page();
    assert_eq!(
        page.attributes("input[name=place]", "value"),
        [named.display().to_string()]
    );
    account.prove(&word(&page));
    account
        .send(&page, &[("place", named.to_str().unwrap())])
        .status(303);
    assert!(named.join("blog.db").exists());

    fs::write(
        account.beside("mayfly.conf"),
        "data = /no/such/folder/data\n",
    )
    .unwrap();
    let stuck = account.page();
    assert!(
        stuck.texts(".error")[0].contains("/no/such/folder"),
        "{:?}",
        stuck.texts(".error")
    );
    assert!(stuck.attributes("form", "action").is_empty());
}

#[test]
fn a_blog_that_lost_a_file_is_not_made_anew() {
    let account = Account::new();
    let page = account.page();
    account.prove(&word(&page));
    account.send(&page, &[]).status(303);
    fs::remove_file(account.data().join("blog.db")).unwrap();
    let reply = account.ask("admin", "/admin/").run().status(500);
    assert!(reply.log().contains("blog.db"), "{}", reply.log());
    assert!(!account.data().join("blog.db").exists());
}

#[test]
fn programs_that_others_may_change_are_named() {
    let account = Account::new();
    account.page().lacks("Bad:");
    fs::set_permissions(account.beside(""), fs::Permissions::from_mode(0o777)).unwrap();
    let bad = account.page().texts("li.bad");
    assert!(
        bad.len() == 1 && bad[0].contains("others may write"),
        "{bad:?}"
    );
}
