//! The configuration of a server under test: the file of `deploy/` with its
//! two or three lines edited as an operator would, and around it the least a
//! distribution's own configuration says.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::others;
use crate::server::executable;
use crate::setup::{Folders, Links, OWNER, Setup, WORKER, Way, hand_over, is_root};

/// Writes everything the server reads; gives back the file to start it with.
fn write(setup: Setup, folders: &Folders, port: u16) -> io::Result<PathBuf> {
    let text = match setup.way {
        Way::Apache | Way::Prefork => own_apache(setup, folders, port)?,
        Way::Htaccess | Way::Suexec => shared_apache(setup, folders, port)?,
        _ => lighttpd(setup, folders, port)?,
    };
    let file = folders.run.join("server.conf");
    fs::write(&file, text)?;
    Ok(file)
}

/// The processes to be started, the one that listens last.
pub fn commands(setup: Setup, folders: &Folders, port: u16) -> io::Result<Vec<Command>> {
    let mut command = match setup.way {
        Way::Apache | Way::Prefork | Way::Htaccess | Way::Suexec => {
            let mut command = Command::new(executable("apache2"));
            command.args(["-D", "FOREGROUND", "-d"]);
            command.arg(&folders.run).arg("-f");
            command
        }
        Way::Lighttpd => {
            let mut command = Command::new(executable("lighttpd"));
            command.args(["-D", "-f"]);
            command
        }
        _ => return others::commands(setup, folders, port),
    };
    command.arg(write(setup, folders, port)?);
    Ok(vec![command])
}

/// Where the server under test logs its errors.
pub fn error_log(folders: &Folders) -> PathBuf {
    folders.run.join("error.log")
}

/// The socket through which a server's workers ask for a program to be started.
pub fn program_socket(setup: Setup, folders: &Folders, server: u32) -> Option<PathBuf> {
    match setup.way {
        // mod_cgid adds the server's process id to the configured name.
        Way::Apache | Way::Htaccess | Way::Suexec => {
            Some(folders.run.join(format!("cgid.{server}")))
        }
        Way::Nginx | Way::Caddy => Some(folders.run.join("fcgiwrap")),
        _ => None,
    }
}

fn own_apache(setup: Setup, folders: &Folders, port: u16) -> io::Result<String> {
    let (name, rewrite) = match setup.links {
        Links::Pretty => ("apache/mayfly.conf", "rewrite "),
        Links::Plain => ("apache/mayfly-plain.conf", ""),
    };
    let shipped = edited(
        name,
        &[
            ("Define MAYFLY_PATH ", setup.base),
            ("Define MAYFLY_PROGRAMS ", path(&folders.programs)),
            ("Define MAYFLY_DATA ", path(&folders.data)),
        ],
    )?;
    let shipped = match keeps_pages(folders) {
        true => shipped.replace("#Define MAYFLY_KEPT", "Define MAYFLY_KEPT"),
        false => shipped,
    };
    let file = folders.run.join("mayfly.conf");
    fs::write(&file, shipped)?;
    Ok(format!(
        "{top}<VirtualHost *:{port}>\n\
         DocumentRoot {site}\n\
         <Directory {site}>\nRequire all granted\n</Directory>\n\
         Include {file}\n\
         </VirtualHost>\n",
        top = apache(setup, folders, port, &format!("{rewrite}headers")),
        site = folders.site.display(),
        file = file.display(),
    ))
}

/// A host that lets `.htaccess` do everything, and starts from doing nothing.
fn shared_apache(setup: Setup, folders: &Folders, port: u16) -> io::Result<String> {
    let rewrite = match setup.links {
        Links::Pretty => "rewrite",
        Links::Plain => "",
    };
    let (suexec, as_owner) = match setup.way {
        Way::Suexec => (" suexec", format!("SuexecUserGroup {OWNER} nogroup\n")),
        _ => ("", String::new()),
    };
    let rules = folders.programs.join(".htaccess");
    if !rules.exists() {
        fs::write(rules, edited("apache/htaccess", &[])?)?;
    }
    let blog = folders.programs.display();
    // The folder of a user, as mod_userdir finds it.
    let user = match setup.base.trim_end_matches('/') {
        below if below.starts_with("/~") => format!("Alias {below} {blog}\n"),
        _ => String::new(),
    };
    Ok(format!(
        "{top}{as_owner}DocumentRoot {site}\n{user}\
         <Directory {site}>\nRequire all granted\n</Directory>\n\
         <Directory {blog}>\nAllowOverride All\nOptions None\nRequire all granted\n</Directory>\n",
        top = apache(setup, folders, port, &format!("{rewrite}{suexec}")),
        site = folders.site.display(),
    ))
}

fn apache(setup: Setup, folders: &Folders, port: u16, more_modules: &str) -> String {
    let (workers, cgi) = match setup.way {
        Way::Prefork => ("mpm_prefork", "cgi"),
        _ => ("mpm_event", "cgid"),
    };
    // What Debian switches on by itself, listings of folders included.
    let modules = format!(
        "{workers} authz_core authz_host alias autoindex dir env mime negotiation reqtimeout setenvif \
         {cgi} {more_modules}"
    );
    let load: String = modules
        .split_whitespace()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let user = if is_root() {
        format!("User {WORKER}\nGroup {WORKER}\n")
    } else {
        String::new()
    };
    let socket = match cgi {
        "cgid" => format!("ScriptSock {}/cgid\n", folders.run.display()),
        _ => String::new(),
    };
    format!(
        "{load}{user}\
         ServerRoot {run}\n\
         DefaultRuntimeDir {run}\n\
         PidFile {run}/pid\n\
         {socket}\
         ErrorLog {log}\n\
         CustomLog {run}/access.log \"%r %>s %B\"\n\
         ServerName localhost\n\
         Listen 127.0.0.1:{port}\n\
         Timeout 5\n\
         MaxRequestWorkers 150\n\
         TypesConfig /dev/null\n\
         AddType image/png .png\n\
         AddType text/plain .txt\n\
         <Directory />\nAllowOverride None\nRequire all denied\n</Directory>\n",
        run = folders.run.display(),
        log = error_log(folders).display(),
    )
}

/// Whether the blog's owner wants kept pages, and so has switched them on in the file.
fn keeps_pages(folders: &Folders) -> bool {
    folders.data.join("kept").is_dir()
}

fn lighttpd(setup: Setup, folders: &Folders, port: u16) -> io::Result<String> {
    let name = match setup.links {
        Links::Pretty => "lighttpd/mayfly.conf",
        Links::Plain => "lighttpd/mayfly-plain.conf",
    };
    let shipped = edited(
        name,
        &[
            ("var.mayfly_path ", setup.base),
            ("var.mayfly_programs ", path(&folders.programs)),
            ("var.mayfly_data ", path(&folders.data)),
        ],
    )?;
    let script = folders.run.join("kept.lua");
    let shipped = match keeps_pages(folders) {
        true => shipped
            .replace("#server.modules", "server.modules")
            .replace(
                "#magnet.attract-raw-url-to = ( \"/etc/mayfly/kept.lua\" )",
                &format!("magnet.attract-raw-url-to = ( \"{}\" )", path(&script)),
            ),
        false => shipped,
    };
    let edits = [
        ("local mayfly_path ", setup.base),
        ("local mayfly_data ", path(&folders.data)),
    ];
    fs::write(&script, edited("lighttpd/kept.lua", &edits)?)?;
    hand_over(&script);
    let file = folders.run.join("mayfly.conf");
    fs::write(&file, shipped)?;
    let user = if is_root() {
        format!("server.username = \"{WORKER}\"\nserver.groupname = \"{WORKER}\"\n")
    } else {
        String::new()
    };
    // It is opened by the workers' user, who makes no files here.
    let log = folders.run.join("access.log");
    fs::write(&log, "")?;
    hand_over(&log);
    // The modules are those that Debian's own lighttpd.conf loads before ours.
    Ok(format!(
        "server.modules = ( \"mod_indexfile\", \"mod_access\", \"mod_accesslog\", \"mod_alias\", \"mod_redirect\" )\n\
         accesslog.filename = \"{log}\"\n\
         accesslog.format = \"%r %s %b\"\n\
         server.document-root = \"{site}\"\n\
         server.bind = \"127.0.0.1\"\n\
         server.port = {port}\n\
         {user}\
         mimetype.assign = ( \".png\" => \"image/png\", \".txt\" => \"text/plain\" )\n\
         include \"{file}\"\n",
        site = folders.site.display(),
        file = file.display(),
        log = log.display(),
    ))
}

/// The limits of the shipped files, and what the tests have in their place.
const LIMITS: [(&str, &str); 4] = [
    ("Timeout 30\n", "Timeout 5\n"),
    ("\"read-timeout\" => 30", "\"read-timeout\" => 5"),
    ("read_timeout 30s", "read_timeout 5s"),
    ("CGIDScriptTimeout 30", "CGIDScriptTimeout 5"),
];

/// A shipped file with the quoted value of each line that begins so replaced.
pub fn edited(name: &str, lines: &[(&str, &str)]) -> io::Result<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(name);
    let mut text = fs::read_to_string(&file)?;
    // Half a minute for a program that hangs, which a test need not wait for.
    for (long, short) in LIMITS {
        text = text.replace(long, short);
    }
    for (start, value) in lines {
        let found: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with(start))
            .collect();
        assert_eq!(found.len(), 1, "{name} has one line {start}...");
        let parts: Vec<&str> = found[0].split('"').collect();
        let [before, _, after] = parts[..] else {
            panic!("{name}: the value of {start} is quoted");
        };
        text = text.replace(found[0], &format!("{before}\"{value}\"{after}"));
    }
    Ok(text)
}

/// A path as text.
pub fn path(path: &Path) -> &str {
    path.to_str()
        .expect("a temporary directory has a plain name")
}
