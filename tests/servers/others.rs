//! Servers that need more than one file to be started, or less: what is
//! run, and what its configuration says.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::config::{edited, error_log, path};
use crate::server::executable;
use crate::setup::{Folders, Setup, WORKER, Way, ids, is_root, programs as programs_by_name};

/// The processes of one server, the one that listens last.
pub fn commands(setup: Setup, folders: &Folders, port: u16) -> io::Result<Vec<Command>> {
    let site = path(&folders.site);
    let run = path(&folders.run);
    let programs = path(&folders.programs);
    let file = folders.run.join("server.conf");
    let address = format!("127.0.0.1:{port}");
    let number = port.to_string();
    let commands = match setup.way {
        Way::Nginx => {
            fs::write(&file, nginx(setup, folders, port)?)?;
            vec![fcgiwrap(folders), told("nginx", &["-c", path(&file)])]
        }
        Way::Caddy => {
            fs::write(&file, caddy(folders, port)?)?;
            let caddy = ["run", "--adapter", "caddyfile", "--config", path(&file)];
            vec![fcgiwrap(folders), told("caddy", &caddy)]
        }
        Way::Busybox => {
            let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/busybox/index.cgi");
            fs::copy(shipped, folders.programs.join("index.cgi"))?;
            vec![told(
                "busybox",
                &["httpd", "-f", "-p", &address, "-h", site],
            )]
        }
        Way::MiniHttpd => {
            let told_by = ["-D", "-h", "127.0.0.1", "-p", &number, "-d", site, "-c"];
            let mut command = told("mini_httpd", &told_by);
            command.arg("cgi-bin/*");
            vec![command]
        }
        Way::Webfs => {
            let told_by = ["-F", "-i", "127.0.0.1", "-p", &number, "-r", site, "-x"];
            let mut command = told("webfsd", &told_by);
            command.arg("/cgi-bin");
            vec![command]
        }
        Way::H2o => {
            fs::write(&file, h2o(folders, port))?;
            vec![told("h2o", &["-c", path(&file)])]
        }
        Way::Yaws => {
            fs::write(&file, yaws(folders, port))?;
            // Without a terminal to be interactive on, but in the foreground.
            vec![told(
                "yaws",
                &["-i", "--erlarg", "-noinput", "--conf", path(&file)],
            )]
        }
        Way::Uwsgi => {
            let mut command = told("uwsgi-core", &["--plugin", "cgi", "--master", "-p", "4"]);
            command.args(["--http11-socket", &address, "--http-socket-modifier1", "9"]);
            // Four kilobytes for all of a request's lines, unless told otherwise.
            command.args(["--buffer-size", "16384"]);
            command.arg("--cgi").arg(format!("/cgi-bin={programs}"));
            command
                .arg("--static-map")
                .arg(format!("/media={site}/media"));
            vec![command]
        }
        Way::Civetweb => {
            let told_by = ["-listening_ports", &address, "-document_root", site];
            let mut command = told("civetweb", &told_by);
            // A pattern that a program's name is not in hands the program out as a file.
            let names: Vec<String> = programs_by_name()
                .iter()
                .map(|name| format!("**/cgi-bin/{name}"))
                .collect();
            command.arg("-cgi_pattern").arg(names.join("|"));
            command.args(["-enable_directory_listing", "no"]);
            vec![command]
        }
        Way::Python => {
            let told_by = ["-m", "http.server", "--cgi", "--bind", "127.0.0.1", &number];
            let mut command = told("python3", &told_by);
            command.arg("--directory").arg(site).current_dir(site);
            vec![command]
        }
        Way::Apache | Way::Prefork | Way::Htaccess | Way::Suexec | Way::Lighttpd => {
            unreachable!("config.rs has them")
        }
    };
    // What can't write at home writes into its own folder.
    let commands = commands.into_iter().map(|mut command| {
        command.env("HOME", run).env("TMPDIR", run);
        command
    });
    Ok(commands.collect())
}

/// A command that runs as the worker: none of these needs root for a port of its own.
fn told(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(executable(name));
    command.args(arguments);
    if is_root() {
        let (user, group) = ids(WORKER).expect("the worker's ids");
        command.uid(user).gid(group);
    }
    command
}

fn fcgiwrap(folders: &Folders) -> Command {
    told("fcgiwrap", &["-f", "-c", "4", "-s", &socket(folders)])
}

fn socket(folders: &Folders) -> String {
    format!("unix:{}/fcgiwrap", folders.run.display())
}

fn nginx(setup: Setup, folders: &Folders, port: u16) -> io::Result<String> {
    let mut shipped = edited(
        "nginx/mayfly.conf",
        &[
            ("set $mayfly_programs ", path(&folders.programs)),
            ("set $mayfly_data ", path(&folders.data)),
            ("set $mayfly_fcgiwrap ", &socket(folders)),
        ],
    )?;
    let file = folders.run.join("mayfly.conf");
    if setup.base != "/" {
        let base = setup.base.trim_end_matches('/');
        shipped = below(&shipped, base)?;
        shipped.push_str(&format!("location = {base} {{ return 301 {base}/; }}\n"));
    }
    fs::write(&file, shipped)?;
    let run = folders.run.display();
    let folders_of_its_own: String = ["client_body", "fastcgi", "proxy", "scgi", "uwsgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {run}/{name};\n"))
        .collect();
    Ok(format!(
        "daemon off;\npid {run}/pid;\nerror_log {log};\nevents {{}}\n\
         http {{\n{folders_of_its_own}access_log off;\n\
         types {{ image/png png; text/plain txt; }}\n\
         server {{\nlisten 127.0.0.1:{port};\nroot {site};\ninclude {file};\n}}\n}}\n",
        log = error_log(folders).display(),
        site = folders.site.display(),
        file = file.display(),
    ))
}

/// The command that the file itself gives for a blog below a path, run as it stands.
fn below(text: &str, base: &str) -> io::Result<String> {
    let line = text.lines().find(|line| line.contains("sed -E"));
    let line = line.expect("the file says how");
    let (_, script) = line.split_once('\'').expect("a quoted script");
    let (script, _) = script.split_once('\'').expect("its end");
    let mut sed = Command::new("sed");
    sed.arg("-E")
        .arg(script.replace("/blog/", &format!("{base}/")));
    let input = tempfile::NamedTempFile::new()?;
    fs::write(input.path(), text)?;
    let output = sed.arg(input.path()).output()?;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

fn caddy(folders: &Folders, port: u16) -> io::Result<String> {
    let shipped = folders.run.join("mayfly");
    fs::write(&shipped, edited("caddy/Caddyfile", &[])?)?;
    Ok(format!(
        "{{\nadmin off\nauto_https off\nstorage file_system {run}/caddy\n\
         log {{\noutput file {log}\n}}\n}}\nimport {shipped}\n\
         http://:{port} {{\nbind 127.0.0.1\nroot * {site}\n\
         import mayfly {programs} {data} unix/{run}/fcgiwrap\n}}\n",
        run = folders.run.display(),
        log = error_log(folders).display(),
        shipped = shipped.display(),
        site = folders.site.display(),
        programs = folders.programs.display(),
        data = folders.data.display(),
    ))
}

fn h2o(folders: &Folders, port: u16) -> String {
    format!(
        "listen:\n  host: 127.0.0.1\n  port: {port}\nerror-log: {log}\n\
         num-threads: 2\n\
         file.custom-handler:\n  extension: .cgi\n  fastcgi.spawn:\n    command: \"exec {wrapper}\"\n\
         hosts:\n  default:\n    paths:\n      /:\n        file.dir: {site}\n",
        log = error_log(folders).display(),
        wrapper = "/usr/share/h2o/fastcgi-cgi",
        site = folders.site.display(),
    )
}

fn yaws(folders: &Folders, port: u16) -> String {
    format!(
        "logdir = {run}\nid = mayfly\n\
         <server localhost>\n  port = {port}\n  listen = 127.0.0.1\n  docroot = {site}\n\
         allowed_scripts = cgi\n</server>\n",
        run = folders.run.display(),
        site = folders.site.display(),
    )
}
