//! `make install` and its like in the tarball: programs reach a web server's folder, an upgrade
//! disturbs no request, and what was switched off stays off.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// An unpacked tarball, whose programs are a word each.
struct Tarball {
    folder: TempDir,
}

impl Tarball {
    fn new() -> Tarball {
        let folder = tempfile::tempdir().unwrap();
        for below in ["blog", "server"] {
            fs::create_dir(folder.path().join(below)).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/install.sh");
        fs::copy(script, folder.path().join("server/install.sh")).unwrap();
        let tarball = Tarball { folder };
        tarball.holds("one");
        tarball
    }

    /// Another version of it.
    fn holds(&self, word: &str) {
        for file in ["blog/home.cgi", "blog/guestbook.cgi", "server/mayfly"] {
            let path = self.folder.path().join(file);
            fs::write(&path, word).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::write(self.folder.path().join("blog/.htaccess"), word).unwrap();
    }

    fn to(&self, path: &str) -> PathBuf {
        self.folder.path().join("root").join(path)
    }

    fn install(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let output = Command::new("sh")
            .arg(self.folder.path().join("server/install.sh"))
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("DESTDIR", self.folder.path().join("root"))
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn mode(&self, path: &str) -> u32 {
        fs::metadata(self.to(path)).unwrap().mode() & 0o777
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.to(path)).unwrap()
    }
}

#[test]
fn programs_go_where_a_server_looks() {
    let tarball = Tarball::new();
    let said = tarball.install(&[], &[]);
    assert!(said.contains("2 programs"), "{said}");
    assert_eq!(tarball.mode("usr/local/bin/mayfly"), 0o755);
    assert_eq!(tarball.mode("usr/local/lib/mayfly/cgi-bin/home"), 0o755);
    assert!(
        !tarball
            .to("usr/local/lib/mayfly/cgi-bin/mayfly.conf")
            .exists()
    );

    let places = [
        ("PREFIX", "/opt/mayfly"),
        ("CGI_BIN", "/srv/www/cgi-bin"),
        ("DATA", "/srv/my blog"),
        ("SUFFIX", ".cgi"),
    ];
    tarball.install(&[], &places);
    assert_eq!(tarball.text("opt/mayfly/bin/mayfly"), "one");
    assert_eq!(tarball.mode("srv/www/cgi-bin/guestbook.cgi"), 0o755);
    assert_eq!(
        tarball.text("srv/www/cgi-bin/mayfly.conf"),
        "data = /srv/my blog\n"
    );
}

#[test]
fn an_upgrade_leaves_whole_programs_and_what_is_switched_off() {
    let tarball = Tarball::new();
    tarball.install(&[], &[("DATA", "/srv/blog")]);
    let (home, guestbook) = (
        "usr/local/lib/mayfly/cgi-bin/home",
        "usr/local/lib/mayfly/cgi-bin/guestbook",
    );
    fs::set_permissions(tarball.to(guestbook), fs::Permissions::from_mode(0o0)).unwrap();
    // A request that has the old program open goes on with it.
    fs::hard_link(tarball.to(home), tarball.to("running")).unwrap();

    tarball.holds("two");
    let said = tarball.install(&[], &[]);
    assert!(
        said.contains("guestbook is switched off, and stays so"),
        "{said}"
    );
    assert_eq!((tarball.mode(guestbook), tarball.mode(home)), (0, 0o755));
    assert_eq!(
        (tarball.text("running"), tarball.text(home)),
        ("one".into(), "two".into())
    );
    fs::set_permissions(tarball.to(guestbook), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(tarball.text(guestbook), "two");
    // Where the blog is was not said again, and is not forgotten.
    let conf = "usr/local/lib/mayfly/cgi-bin/mayfly.conf";
    assert_eq!(tarball.text(conf), "data = /srv/blog\n");
    let files = fs::read_dir(tarball.to("usr/local/lib/mayfly/cgi-bin")).unwrap();
    assert_eq!(files.count(), 3, "something was left over");

    let said = tarball.install(&["--remove"], &[]);
    assert!(said.contains("/srv/blog"), "{said}");
    let left = [home, guestbook, "usr/local/bin/mayfly"].map(|path| tarball.to(path).exists());
    assert_eq!(left, [false; 3]);
    assert_eq!(tarball.text(conf), "data = /srv/blog\n");
}
