//! The tarball as a person with an account at a host uses it: `blog/` uploaded as it is, and the
//! blog made in the browser. What INSTALL.html says of things that go wrong is
//! tried as well.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use scraper::Html;

use crate::raw::Reply;
use crate::server::Server;
use crate::setup::{self, Folders, Links, OWNER, Setup, WORKER, Way};
use crate::suite::{self, NAME, PASSWORD, selector};
use crate::tarball::{files, unpacked};

/// A host's account that the tarball was uploaded to.
struct Account {
    server: Server,
    /// The folder of the programs.
    programs: PathBuf,
}

/// Where the programs went.
#[derive(Clone, Copy, PartialEq)]
enum Upload {
    /// All of `blog/` into the domain's folder.
    Beside,
    /// The programs into its `cgi-bin`, and the rules for that.
    CgiBin,
}

impl Account {
    fn new(way: Way, links: Links, upload: Upload) -> Account {
        let setup = Setup {
            way,
            links,
            base: "/",
        };
        let root = Server::root(setup);
        let folders = Folders {
            site: root.path().join("site"),
            programs: root.path().join("site"),
            data: root.path().join("mayfly-data"),
            run: root.path().join("run"),
        };
        let programs = match upload {
            Upload::Beside => folders.site.clone(),
            Upload::CgiBin => folders.site.join("cgi-bin"),
        };
        for folder in [&folders.site, &programs, &folders.run] {
            fs::create_dir_all(folder).unwrap();
        }
        for name in files(&unpacked().join("blog")) {
            let from = unpacked().join("blog").join(&name);
            let to = programs.join(&name);
            match name.ends_with(".cgi") {
                true => link_or_copy(&from, &to),
                false if upload == Upload::Beside => drop(fs::copy(&from, &to).unwrap()),
                false => {
                    let rules = unpacked().join("htaccess-for-cgi-bin.txt");
                    fs::copy(rules, folders.site.join(".htaccess")).unwrap();
                }
            }
        }
        // The account belongs to one user, as whom the programs run. suEXEC asks for it of the
        // programs too; elsewhere they stay whose they are, for they are linked.
        let owner = setup.way.owner();
        match way {
            Way::Suexec => setup::give_to(owner, root.path()).unwrap(),
            _ => {
                for folder in [root.path(), &folders.site, &programs] {
                    setup::give_one_to(owner, folder).unwrap();
                }
            }
        }
        setup::give_to(WORKER, &folders.run).unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Account {
            server: Server::serve(setup, root, folders),
            programs,
        }
    }

    /// Where a program answers, as INSTALL.html says.
    fn address(&self, program: &str) -> String {
        match self.server.setup.links {
            Links::Pretty => format!("/{program}/"),
            Links::Plain => format!("/{program}.cgi"),
        }
    }

    fn get(&self, target: &str, cookies: &str) -> Reply {
        suite::at(&self.server, "GET", target, &[("Cookie", cookies)], b"")
    }

    fn post(&self, target: &str, fields: &[(&str, &str)], cookies: &str) -> Reply {
        let body = suite::form(fields);
        let length = body.len().to_string();
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", &length),
            ("Cookie", cookies),
        ];
        suite::at(&self.server, "POST", target, &headers, body.as_bytes())
    }

    #[track_caller]
    fn well(&self, reply: &Reply, status: u16) {
        assert_eq!(
            reply.status,
            status,
            "{}\n{}",
            reply.text(),
            self.server.log()
        );
    }

    /// Does what INSTALL.html says, step by step, up to the first post.
    fn make_a_blog(&self) {
        let admin = self.address("admin");
        let page = self.get(&admin, "");
        self.well(&page, 200);
        let html = Html::parse_document(&page.text());
        let said = html.root_element().text().collect::<String>();
        assert!(said.contains("A blog is about to be here"), "{said}");
        assert!(!said.contains("Bad:"), "{said}");
        let value = |css: &str| {
            let found = html.select(&selector(css)).next();
            let field = found.unwrap_or_else(|| panic!("no {css}: {said}"));
            field.value().attr("value").unwrap().to_owned()
        };
        let word: String = html
            .select(&selector("pre code"))
            .next()
            .unwrap()
            .text()
            .collect();
        let (secret, place) = (value("input[name=secret]"), value("input[name=place]"));
        let base = self.server.on_host("");
        let fields = [
            ("secret", secret.as_str()),
            ("place", &place),
            ("title", "Anna's weblog"),
            ("base-url", &base),
            ("zone", "Europe/Berlin"),
            ("name", NAME),
            ("password", PASSWORD),
        ];
        // Whoever can't put the file there makes no blog.
        self.well(&self.post(&admin, &fields, ""), 422);
        let proof = self.programs.join("mayfly-setup.txt");
        fs::write(&proof, word).unwrap();
        setup::give_to(self.server.setup.way.owner(), &proof).unwrap();
        self.well(&self.post(&admin, &fields, ""), 303);
        assert!(!proof.exists());
        let data = Path::new(&place);
        for (path, mode) in [(data.to_owned(), 0o700), (data.join("desk.db"), 0o600)] {
            let found = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{}", path.display());
        }

        let fields = [("name", NAME), ("password", PASSWORD)];
        let reply = self.post(&self.address("login"), &fields, "");
        let cookies = suite::cookies(&reply).unwrap();
        let desk = self.get(&admin, &cookies);
        self.well(&desk, 200);
        let token = suite::token(&desk).unwrap();
        let fields = [
            ("token", token.as_str()),
            ("kind", "entry"),
            ("title", "By SFTP alone"),
            ("text", "It *works*."),
            ("do", "publish"),
        ];
        let new = format!("{}/new/", admin.trim_end_matches('/'));
        self.well(&self.post(&new, &fields, &cookies), 303);
        let start = match self.server.setup.links {
            Links::Pretty => "/",
            Links::Plain => "/home.cgi",
        };
        let home = self.get(start, "");
        self.well(&home, 200);
        let html = Html::parse_document(&home.text());
        let links = selector("a");
        let post = html
            .select(&links)
            .find(|link| link.text().collect::<String>() == "By SFTP alone");
        let post = post.unwrap_or_else(|| panic!("no post: {}", home.text()));
        let post = self.get(post.value().attr("href").unwrap(), "");
        self.well(&post, 200);
        assert!(post.text().contains("It <em>works</em>."));

        let target = match self.server.setup.links {
            Links::Pretty => "/admin/media/".to_owned(),
            Links::Plain => "/media.cgi".to_owned(),
        };
        let told = suite::upload(&self.server, &target, &cookies, &token, 40).unwrap();
        let picture = self.get(told["src"].as_str().unwrap(), "");
        self.well(&picture, 200);
        assert_eq!(picture.header("Content-Type"), "image/png");
    }
}

/// Programs built for tests are large: a copy only where a link can't be made.
fn link_or_copy(from: &Path, to: &Path) {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn a_blog_is_made_by_sftp_alone() {
    Account::new(Way::Htaccess, Links::Pretty, Upload::Beside).make_a_blog();
}

#[test]
fn a_blog_is_made_where_programs_run_as_their_owner() {
    Account::new(Way::Suexec, Links::Pretty, Upload::Beside).make_a_blog();
}

#[test]
fn a_blog_is_made_where_nothing_is_rewritten() {
    Account::new(Way::Htaccess, Links::Plain, Upload::Beside).make_a_blog();
}

#[test]
fn a_blog_is_made_where_programs_run_in_cgi_bin_alone() {
    Account::new(Way::Htaccess, Links::Pretty, Upload::CgiBin).make_a_blog();
}

/// A program of the account under other permissions, as one sees it in the browser.
fn seen(account: &Account, path: &Path, mode: u32, target: &str) -> Reply {
    let before = fs::metadata(path).unwrap().permissions();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let reply = account.get(target, "");
    fs::set_permissions(path, before).unwrap();
    reply
}

#[test]
fn what_goes_wrong_shows_as_the_page_says() {
    let account = Account::new(Way::Suexec, Links::Pretty, Upload::Beside);
    let well = account.get("/admin/", "");
    account.well(&well, 200);

    // Uploaded without permissions, or with too many. The program is a copy: this one changes.
    let program = account.programs.join("admin.cgi");
    let copy = account.programs.join("copy");
    fs::copy(&program, &copy).unwrap();
    fs::rename(&copy, &program).unwrap();
    setup::give_one_to(OWNER, &program).unwrap();
    account.well(&account.get("/admin/", ""), 200);
    for mode in [0o644, 0o775, 0o777] {
        let reply = seen(&account, &program, mode, "/admin/");
        assert_eq!(reply.status, 500, "{mode:o}");
    }
    assert!(account.server.log().contains("suexec policy violation"));
    for mode in [0o775, 0o777] {
        let reply = seen(&account, &account.programs, mode, "/admin/");
        assert_eq!(reply.status, 500, "the folder, {mode:o}");
    }
    let closed = seen(&account, &account.programs, 0o700, "/admin/");
    assert_eq!(closed.status, 403);

    // The file whose name begins with a dot stayed at home.
    let rules = account.programs.join(".htaccess");
    fs::remove_file(&rules).unwrap();
    assert_eq!(account.get("/admin/", "").status, 404);
    let home = account.get("/home.cgi", "");
    assert!(
        home.status == 403 || home.body.starts_with(b"\x7fELF"),
        "{}",
        home.status
    );

    // A line that the host has no leave for.
    fs::write(&rules, "NoSuchDirective on\n").unwrap();
    assert_eq!(account.get("/home.cgi", "").status, 500);
    assert!(account.server.log().contains("NoSuchDirective"));
}

#[test]
fn programs_for_another_processor_are_named_in_the_log() {
    let account = Account::new(Way::Htaccess, Links::Pretty, Upload::Beside);
    let program = account.programs.join("admin.cgi");
    fs::remove_file(&program).unwrap();
    // An ELF file for a machine with the number 0xff00.
    let mut header = [0_u8; 64];
    header[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\0\xff");
    fs::write(&program, header).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(account.get("/admin/", "").status, 500);
    let log = account.server.log();
    assert!(log.contains("Exec format error"), "{log}");
}
