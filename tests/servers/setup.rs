//! The ways of serving a blog that `deploy/` offers, and the folders each of
//! them needs: which programs, which data, under which names.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// A web server and how much of it is ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// Apache with `deploy/apache/mayfly.conf` or `mayfly-plain.conf`.
    Apache,
    /// The same files under the prefork MPM with mod_cgi.
    Prefork,
    /// Apache as a shared host runs it, with `deploy/apache/htaccess`.
    Htaccess,
    /// The same with every program run as the owner of its file, by mod_suexec.
    Suexec,
    /// lighttpd with `deploy/lighttpd/mayfly.conf` or `mayfly-plain.conf`.
    Lighttpd,
    /// nginx with fcgiwrap and `deploy/nginx/mayfly.conf`.
    Nginx,
    /// busybox httpd, which has a `cgi-bin` and next to no configuration.
    Busybox,
    /// Caddy with fcgiwrap and `deploy/caddy/Caddyfile`.
    Caddy,
    /// mini_httpd.
    MiniHttpd,
    /// webfs, which runs programs for GET and HEAD only.
    Webfs,
    /// H2O, whose programs end in `.cgi`.
    H2o,
    /// Yaws, the same.
    Yaws,
    /// uWSGI's plugin for CGI.
    Uwsgi,
    /// CivetWeb.
    Civetweb,
    /// Python's http.server, as of 3.11.
    Python,
}

/// Where a server wants the programs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// Where its configuration says, outside the site's folder.
    Apart,
    /// In the blog's folder, and their names end in `.cgi`.
    Beside,
    /// In `cgi-bin`, below the site's folder.
    Within,
}

impl Way {
    /// Where the programs lie, and what they are called.
    pub fn place(self) -> Place {
        match self {
            Way::Apache | Way::Prefork | Way::Lighttpd | Way::Nginx | Way::Caddy => Place::Apart,
            Way::Htaccess | Way::Suexec | Way::H2o | Way::Yaws => Place::Beside,
            Way::Busybox
            | Way::MiniHttpd
            | Way::Webfs
            | Way::Uwsgi
            | Way::Civetweb
            | Way::Python => Place::Within,
        }
    }

    /// Whether programs run as the user who owns them, and not as the server's.
    pub fn owner(self) -> &'static str {
        match self {
            Way::Suexec => OWNER,
            _ => WORKER,
        }
    }
}

/// The style of the blog's links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Links {
    /// `/2025/Jul/5/slug/`.
    Pretty,
    /// `/cgi-bin/post/2025/Jul/5/slug/`.
    Plain,
}

/// One cell of the matrix that `deploy/README.md` shows.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The server.
    pub way: Way,
    /// The links.
    pub links: Links,
    /// The blog's path on the site, with a slash at both ends.
    pub base: &'static str,
}

impl Setup {
    /// The SCRIPT_NAME of a program: where plain links point.
    pub fn script(&self, program: &str) -> String {
        match self.way.place() {
            Place::Apart | Place::Within => format!("{}cgi-bin/{program}", self.base),
            Place::Beside => format!("{}{program}.cgi", self.base),
        }
    }

    /// Whether a path of this blog names a program's file.
    pub fn is_plain(&self, path: &str) -> bool {
        programs().iter().any(|program| {
            let script = self.script(program);
            path.strip_prefix(&script)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The same for a server whose one file does both, so that only pretty links are its own.
#[macro_export]
macro_rules! for_pretty_links {
    ($module:ident, $way:ident, $check:ident) => {
        mod $module {
            use $crate::setup::{Links, Setup, Way};

            fn at(base: &'static str) -> Setup {
                Setup {
                    way: Way::$way,
                    links: Links::Pretty,
                    base,
                }
            }

            #[test]
            fn pretty_at_the_root() {
                super::$check(at("/"));
            }

            #[test]
            fn pretty_in_a_folder() {
                super::$check(at("/my/blog/"));
            }

            #[test]
            fn pretty_below_a_path() {
                super::$check(at("/~me/blog/"));
            }
        }
    };
}

/// Makes a test of `$check`, a `fn(Setup)`, for every cell of the matrix.
#[macro_export]
macro_rules! for_every_setup {
    ($check:ident) => {
        $crate::for_every_setup!(apache, Apache, $check);
        $crate::for_every_setup!(htaccess, Htaccess, $check);
        $crate::for_every_setup!(lighttpd, Lighttpd, $check);
        $crate::for_pretty_links!(nginx, Nginx, $check);
    };
    ($module:ident, $way:ident, $check:ident) => {
        mod $module {
            use $crate::setup::{Links, Setup, Way};

            fn at(links: Links, base: &'static str) -> Setup {
                Setup {
                    way: Way::$way,
                    links,
                    base,
                }
            }

            #[test]
            fn pretty_at_the_root() {
                super::$check(at(Links::Pretty, "/"));
            }

            #[test]
            fn pretty_in_a_folder() {
                super::$check(at(Links::Pretty, "/my/blog/"));
            }

            #[test]
            fn pretty_below_a_path() {
                super::$check(at(Links::Pretty, "/~me/blog/"));
            }

            #[test]
            fn plain_at_the_root() {
                super::$check(at(Links::Plain, "/"));
            }

            #[test]
            fn plain_below_a_path() {
                super::$check(at(Links::Plain, "/~me/blog/"));
            }
        }
    };
}

/// The name of every program, which is the name of its file in `cgi-bin/`.
pub fn programs() -> Vec<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("cgi-bin");
    let mut names: Vec<String> = fs::read_dir(&sources)
        .expect("cgi-bin/ lists the programs")
        .map(|entry| entry.expect("cgi-bin/ is readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// Where the programs that a server runs come from.
#[derive(Clone, Copy, Debug)]
pub enum Programs {
    /// The ones Cargo built for this test.
    Built,
    /// `tests/servers/echo.sh` under every name.
    Echo,
    /// `tests/servers/pages.sh` under every name.
    Pages,
}

impl Programs {
    fn install(self, program: &str, to: &Path) -> io::Result<()> {
        let from = self.source(program);
        // Debug builds are large. A stand-in is copied: tests change its mode.
        if matches!(self, Programs::Built) && fs::hard_link(&from, to).is_ok() {
            return Ok(());
        }
        fs::copy(&from, to).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", from.display()))
        })?;
        fs::set_permissions(to, fs::Permissions::from_mode(0o755))
    }

    fn source(self, program: &str) -> PathBuf {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
        match self {
            // Cargo puts all programs of a package into one directory.
            Programs::Built => Path::new(env!("CARGO_BIN_EXE_home")).with_file_name(program),
            Programs::Echo => here.join("echo.sh"),
            Programs::Pages => here.join("pages.sh"),
        }
    }
}

/// The folders of one server, below a directory that its workers can read.
#[derive(Debug)]
pub struct Folders {
    /// What the server hands out as files.
    pub site: PathBuf,
    /// The programs.
    pub programs: PathBuf,
    /// The blog's data, readable by the server's user alone.
    pub data: PathBuf,
    /// The server's own configuration, log and pid file.
    pub run: PathBuf,
}

/// The user that workers run as when root starts the server.
///
/// Apache refuses to be root, and permissions that would fail in real life
/// must fail here too.
pub const WORKER: &str = "www-data";

/// The user whose programs suEXEC runs here: there on every system, and no
/// member of `www-data`. suEXEC takes nobody with an id below 100.
pub const OWNER: &str = "nobody";

impl Folders {
    /// Fills `root` for `setup`, with a copy of `data` if there is some.
    pub fn lay_out(
        root: &Path,
        setup: Setup,
        programs: Programs,
        data: Option<&Path>,
    ) -> io::Result<Folders> {
        let place = setup.way.place();
        let shared = place == Place::Beside;
        let site = root.join("site");
        let programs_at = match (place, setup.base) {
            (Place::Apart, _) => root.join("programs"),
            (Place::Within, _) => site.join("cgi-bin"),
            // A user's own folder lies outside the site's.
            (Place::Beside, base) if base.starts_with("/~") => root.join("home/blog"),
            (Place::Beside, base) => site.join(base.trim_matches('/')),
        };
        let folders = Folders {
            site,
            programs: programs_at,
            data: root.join("data"),
            run: root.join("run"),
        };
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))?;
        for folder in [
            &folders.site,
            &folders.programs,
            &folders.data,
            &folders.run,
        ] {
            fs::create_dir_all(folder)?;
        }
        for program in self::programs() {
            let name = if shared {
                format!("{program}.cgi")
            } else {
                program.clone()
            };
            programs.install(&program, &folders.programs.join(name))?;
        }
        if let Some(data) = data {
            copy_all(data, &folders.data)?;
        }
        // On an own server the configuration names the data, so this file says
        // nothing there: it only must not be handed out.
        let conf = match place {
            Place::Apart => "# nothing\n".to_owned(),
            _ => format!("data = {}\n", folders.data.display()),
        };
        fs::write(folders.programs.join("mayfly.conf"), conf)?;

        // Something to be handed out, and something that must not be.
        let media = match place {
            Place::Apart => folders.data.join("media"),
            Place::Beside => folders.programs.join("media"),
            Place::Within => folders.site.join("media"),
        };
        fs::create_dir_all(&media)?;
        fs::write(media.join("picture.png"), b"\x89PNG\r\n\x1a\n")?;
        Programs::Echo.install("", &media.join("script.cgi"))?;
        fs::write(folders.data.join("blog.db-journal"), "secret")?;
        if shared {
            fs::write(folders.programs.join("blog.db-journal"), "secret")?;
            fs::write(folders.programs.join("robots.txt"), "User-agent: *\n")?;
        } else {
            let below = folders.site.join(setup.base.trim_start_matches('/'));
            fs::create_dir_all(&below)?;
            fs::write(below.join("robots.txt"), "User-agent: *\n")?;
        }
        give_to(setup.way.owner(), &folders.data)?;
        if setup.way == Way::Suexec {
            // suEXEC runs what its owner owns, in a folder of the same owner.
            give_to(OWNER, &folders.site)?;
        }
        give_to(WORKER, &folders.run)?;
        fs::set_permissions(&folders.data, fs::Permissions::from_mode(0o700))?;
        Ok(folders)
    }
}

/// Whether this process may start a server that changes its user.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Gives what this process wrote into a running blog to the user it belongs to.
pub fn hand_over(path: &Path) {
    give_to(WORKER, path).expect("files change hands");
}

/// Gives a file, or all of a folder, to a user; nobody but root can.
pub fn give_to(user: &str, path: &Path) -> io::Result<()> {
    if !is_root() {
        return Ok(());
    }
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            give_to(user, &entry?.path())?;
        }
    }
    give_one_to(user, path)
}

/// Gives a file or a folder to a user, and nothing in it.
pub fn give_one_to(user: &str, path: &Path) -> io::Result<()> {
    if !is_root() {
        return Ok(());
    }
    let (id, group) = ids(user)?;
    chown(path, Some(id), Some(group))
}

/// A user's id and group.
pub fn ids(user: &str) -> io::Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let entry = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields[0] == user)
        .unwrap_or_else(|| panic!("no user {user}: apt-get install apache2 lighttpd"));
    let id = |field: usize| entry[field].parse().map_err(io::Error::other);
    Ok((id(2)?, id(3)?))
}
