//! What people would pick instead: the same page over the same posts, each made
//! as its users make it, and each set up as its documentation says.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::book;
use crate::needs::{compile, package};
use crate::process::Program;
use crate::server::{self, Folder, Kind, Server};
use crate::{Result, failed};

/// One of them, ready to run.
#[derive(Debug)]
pub struct Rival {
    /// What tables call it.
    pub name: &'static str,
    /// Where it answers behind a web server.
    pub target: String,
    /// The program and its arguments, where there is a process per request.
    pub program: Option<Program>,
}

/// All of them, and the processes that some of them keep running.
#[derive(Debug)]
pub struct Rivals {
    /// Those that could be had.
    pub ready: Vec<Rival>,
    /// The others, and why.
    pub missing: Vec<(String, String)>,
    /// Where the long-running server answers without a web server before it.
    pub direct: Option<SocketAddr>,
    /// The guestbooks of some of them: what tables call it, where it answers behind a
    /// web server, its file.
    pub books: Vec<(&'static str, String, PathBuf)>,
    written: Folder,
    simple: PathBuf,
    folder: Folder,
    running: Vec<Server>,
}

const PHP_CGI: &str = "/usr/bin/php-cgi";

impl Rivals {
    /// Installs, builds and starts them. `simple` is the posts in a simple table.
    pub fn prepare(simple: &Path, blog: &Path, kept: &Path) -> Result<Rivals> {
        let folder = Folder::new()?;
        folder.put(&source("home.php"), "php")?;
        let mut rivals = Rivals {
            ready: Vec::new(),
            missing: Vec::new(),
            direct: None,
            books: Vec::new(),
            written: Folder::on_disk()?,
            simple: folder.put(simple, "data")?,
            folder,
            running: Vec::new(),
        };
        let data = rivals.folder.put(&blog.join("blog.db"), "blog")?;
        rivals.take("C, dynamic", c("home", &[], "home-c", kept));
        rivals.take("Rust, dynamic", rust("guestbook", kept));
        rivals.take("Go net/http/cgi", go(kept));
        rivals.take("Perl DBI", perl());
        rivals.take("Python sqlite3", python());
        rivals.start("PHP, php-cgi", |rivals| rivals.php_cgi());
        rivals.start("PHP, php-fpm", |rivals| rivals.php_fpm());
        rivals.start("axum, long-running", |rivals| {
            let program = rust("longrunning", kept)?;
            rivals.axum(&program, data.parent().unwrap_or(&data))
        });
        for (name, synchronous) in [(book::USUAL, "NORMAL"), (book::DURABLE, "FULL")] {
            rivals.book(name, &format!("c-{synchronous}.db"), |rivals| {
                let option = format!("-DSYNCHRONOUS=\"{synchronous}\"");
                let program = c("book", &[&option], &format!("book-c-{synchronous}"), kept)?;
                Ok(rivals.program(&program)?.0)
            });
        }
        rivals.book("Rust, dynamic", "rust.db", |rivals| {
            Ok(rivals.program(&rust("book", kept)?)?.0)
        });
        for way in ["php-cgi", "php-fpm"] {
            let name = if way == "php-cgi" {
                "PHP, php-cgi"
            } else {
                "PHP, php-fpm"
            };
            if rivals.ready.iter().any(|rival| rival.name == name) {
                rivals.book(name, "php.db", |rivals| {
                    rivals.folder.put(&source("book.php"), "php")?;
                    Ok(format!("/{way}/book.php"))
                });
            }
        }
        rivals.written.hand_over("books")?;
        Ok(rivals)
    }

    /// A guestbook, answering where `make` says.
    fn book(&mut self, name: &'static str, file: &str, make: impl Fn(&Rivals) -> Result<String>) {
        let made = make(self).and_then(|target| {
            let file = self.written.sub("books")?.join(file);
            if !file.exists() {
                book::usual(&file)?;
            }
            Ok((name, target, file))
        });
        match made {
            Ok(book) => self.books.push(book),
            Err(why) => {
                let row = format!("the guestbook of {name}");
                self.missing.push((row, why.to_string()));
            }
        }
    }

    /// Puts a CGI program where web servers find it; gives its address and its file.
    fn program(&self, file: &Path) -> Result<(String, PathBuf)> {
        let file = self.folder.put(file, "programs")?;
        let name = file.file_name().unwrap_or_default().display().to_string();
        Ok((format!("/cgi-bin/{name}"), file))
    }

    /// A CGI program.
    fn take(&mut self, name: &'static str, built: Result<PathBuf>) {
        self.start(name, |rivals| {
            let (target, file) = rivals.program(&built?)?;
            let program = Program::new(&file)?
                .variable("BLOG", &rivals.simple.display().to_string())?
                .request(&target, "", &target, "")?;
            let (target, program) = (target, Some(program));
            Ok(Rival {
                name,
                target,
                program,
            })
        });
    }

    fn start(&mut self, name: &str, make: impl FnOnce(&mut Rivals) -> Result<Rival>) {
        match make(self) {
            Ok(rival) => self.ready.push(rival),
            Err(why) => self.missing.push((name.to_owned(), why.to_string())),
        }
    }

    fn php_cgi(&mut self) -> Result<Rival> {
        package(PHP_CGI, "php-cgi")?;
        package("", "php-sqlite3")?;
        let page = self.folder.sub("php")?.join("home.php");
        let program = Program::new(Path::new(PHP_CGI))?
            .variable("BLOG", &self.simple.display().to_string())?
            .variable("REDIRECT_STATUS", "200")?
            .variable("SCRIPT_FILENAME", &page.display().to_string())?
            .variable("SCRIPT_NAME", "/php-cgi/home.php")?
            .variable("REQUEST_METHOD", "GET")?
            .variable("SERVER_PROTOCOL", "HTTP/1.1")?;
        Ok(Rival {
            name: "PHP, php-cgi",
            target: "/php-cgi/home.php".into(),
            program: Some(program),
        })
    }

    /// A pool as Debian configures it.
    fn php_fpm(&mut self) -> Result<Rival> {
        package("", "php-fpm")?;
        package("", "php-sqlite3")?;
        let run = self.folder.sub("fpm")?;
        let socket = self.socket()?;
        let user = match server::is_root() {
            true => "user = www-data\ngroup = www-data\nlisten.owner = www-data\n",
            false => "",
        };
        let file = run.join("fpm.conf");
        let text = format!(
            "[global]\nerror_log = {run}/fpm.log\n[www]\n{user}listen = {socket}\npm = dynamic\n\
             pm.max_children = 5\npm.start_servers = 2\npm.min_spare_servers = 1\n\
             pm.max_spare_servers = 3\n",
            run = run.display(),
            socket = socket.display(),
        );
        fs::write(&file, text)?;
        let mut command = Command::new(find_php_fpm()?);
        command.args(["-F", "-y"]).arg(file);
        self.running
            .push(Server::launch_on(&mut command, &socket, &run)?);
        Ok(Rival {
            name: "PHP, php-fpm",
            target: "/php-fpm/home.php".into(),
            program: None,
        })
    }

    fn axum(&mut self, program: &Path, data: &Path) -> Result<Rival> {
        let address = server::free_address()?;
        let mut command = Command::new(program);
        command.arg(address.to_string()).env("MAYFLY_DATA", data);
        let run = self.folder.sub("axum")?;
        self.running
            .push(Server::launch(&mut command, address, &run)?);
        self.direct = Some(address);
        Ok(Rival {
            name: "axum, long-running",
            target: "/axum/".into(),
            program: None,
        })
    }

    fn socket(&self) -> Result<PathBuf> {
        Ok(self.folder.sub("fpm")?.join("php.sock"))
    }

    /// A web server before all of them.
    pub fn behind(&self, kind: Kind) -> Result<Server> {
        let port = self.direct.map_or(9, |address| address.port());
        let blog = self.simple.display();
        let programs = self.folder.sub("programs")?;
        let (programs, php) = (programs.display(), self.folder.sub("php")?);
        let (php, socket) = (php.display(), self.socket()?);
        let socket = socket.display();
        let books = self.written.sub("books")?;
        let books = books.display();
        let site = match kind {
            Kind::Lighttpd => format!(
                r#"server.modules += ( "mod_alias", "mod_setenv", "mod_cgi", "mod_fastcgi", "mod_proxy" )
setenv.set-environment = ( "BLOG" => "{blog}", "BOOKS" => "{books}" )
alias.url = ( "/cgi-bin/" => "{programs}/", "/php-cgi/" => "{php}/", "/php-fpm/" => "{php}/" )
$HTTP["url"] =~ "^/cgi-bin/" {{ cgi.assign = ( "" => "" ) }}
$HTTP["url"] =~ "^/php-cgi/" {{ cgi.assign = ( ".php" => "{PHP_CGI}" ) }}
$HTTP["url"] =~ "^/php-fpm/" {{ fastcgi.server = ( ".php" => (( "socket" => "{socket}" )) ) }}
$HTTP["url"] =~ "^/axum/" {{
    proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => {port} )) )
    proxy.header = ( "map-urlpath" => ( "/axum/" => "/" ) )
}}"#
            ),
            Kind::Apache | Kind::Prefork => format!(
                r#"SetEnv BLOG "{blog}"
SetEnv BOOKS "{books}"
ScriptAlias /cgi-bin/ {programs}/
Alias /php-fpm/ {php}/
Alias /php-cgi/ {php}/
<Directory {programs}>
    Options +ExecCGI
    Require all granted
</Directory>
<Directory {php}>
    Require all granted
</Directory>
<Location /php-fpm/>
    SetHandler "proxy:unix:{socket}|fcgi://localhost/"
</Location>
ScriptAlias /php-bin/php-cgi {PHP_CGI}
<Directory /usr/bin>
    <Files php-cgi*>
        Require all granted
    </Files>
</Directory>
<Location /php-cgi/>
    Action by-php /php-bin/php-cgi
    SetHandler by-php
</Location>
ProxyPass /axum/ http://127.0.0.1:{port}/"#
            ),
        };
        Server::start(kind, &self.folder, kind.name(), &site)
    }
}

/// Debian puts the version into the name.
fn find_php_fpm() -> Result<PathBuf> {
    let files = fs::read_dir("/usr/sbin")?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found = files.filter(|path| path.display().to_string().contains("/php-fpm"));
    found
        .next()
        .ok_or_else(|| failed("php-fpm is not in /usr/sbin"))
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/load/rivals")
        .join(name)
}

fn c(source_of: &str, options: &[&str], name: &str, kept: &Path) -> Result<PathBuf> {
    package("/usr/include/sqlite3.h", "libsqlite3-dev")?;
    let program = kept.join(name);
    let mut command = Command::new("cc");
    command.arg("-O2").args(options).arg("-o").arg(&program);
    let file = source(&format!("{source_of}.c"));
    compile(command.arg(file).arg("-lsqlite3"))?;
    Ok(program)
}

/// A package of its own, so that Mayfly's build flags are not the rival's.
fn rust(name: &str, kept: &Path) -> Result<PathBuf> {
    let folder = match name {
        "longrunning" => "axum",
        "book" => "guestbook",
        name => name,
    };
    let cargo = std::env::var("CARGO").unwrap_or("cargo".into());
    let target = kept.join("build");
    compile(
        Command::new(cargo)
            .args(["build", "--release", "--manifest-path"])
            .arg(source(folder).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            // Set and empty: SQLite as its crate compiles it, and not as
            // `.cargo/config.toml` says for Mayfly's own programs.
            .env("LIBSQLITE3_FLAGS", ""),
    )?;
    Ok(target.join("release").join(name))
}

fn go(kept: &Path) -> Result<PathBuf> {
    let sources = "/usr/share/gocode";
    package("/usr/bin/go", "golang-go")?;
    package(
        &format!("{sources}/src/github.com/mattn/go-sqlite3"),
        "golang-github-mattn-go-sqlite3-dev",
    )?;
    let program = kept.join("home-go");
    // Without modules, Go compiles what the distribution has put into GOPATH.
    compile(
        Command::new("/usr/bin/go")
            .args(["build", "-o"])
            .arg(&program)
            .arg(source("home.go"))
            .env("GO111MODULE", "off")
            .env("GOPATH", sources)
            .env("GOCACHE", kept.join("go")),
    )?;
    Ok(program)
}

fn perl() -> Result<PathBuf> {
    package("/usr/bin/perl", "perl")?;
    package("", "libdbd-sqlite3-perl")?;
    Ok(source("home.pl"))
}

fn python() -> Result<PathBuf> {
    package("/usr/bin/python3", "python3")?;
    let file = source("home.py");
    match file.exists() {
        true => Ok(file),
        false => Err(failed(format!("{} is missing", file.display()))),
    }
}
