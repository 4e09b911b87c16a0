//! The boundary of RFC 3875: one request becomes the environment, the standard
//! input and the process of one program, and its output a reply.

#![allow(
    unsafe_code,
    reason = "a program that hangs is killed with all it started"
)]

use std::ffi::{OsStr, OsString};
use std::io;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use hyper::Version;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::answer::Refusal;
use super::log;
use super::programs::Program;
use super::reply::Reply;

/// The longest output taken from a program: a page is a thousandth of it.
const OUTPUT_LIMIT: u64 = 64 * 1024 * 1024;
/// The longest piece of stderr that is held back while its line has no end.
const LINE_LIMIT: usize = 8 * 1024;

/// What a program is told, once routing is done.
pub struct Call<'a> {
    /// The program to start.
    pub program: &'a Program,
    /// Its own part of the URL, `/cgi-bin/NAME`.
    pub script_name: &'a str,
    /// The decoded rest of the path, maybe empty.
    pub path_info: &'a [u8],
    /// The decoded path of the URL, where it was a pretty link.
    pub rewritten: Option<&'a [u8]>,
    /// The method as sent.
    pub method: &'a str,
    /// The query as sent, maybe empty.
    pub query: &'a str,
    /// The request's target as sent.
    pub uri: &'a str,
    /// HTTP/1.0 or HTTP/1.1.
    pub version: Version,
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// The host asked for, without its port.
    pub host: &'a str,
    /// The visitor's end of the connection.
    pub remote: SocketAddr,
    /// This end of the connection.
    pub local: SocketAddr,
    /// The body, where the request has one, even one of no bytes.
    pub body: Option<Bytes>,
    /// The blog's data directory.
    pub data: &'a Path,
    /// The files that are served as they are.
    pub document_root: &'a Path,
}

impl Call<'_> {
    /// Starts the program, feeds it, and reads what it says.
    pub async fn run(self, limit: Duration) -> Result<Reply, Refusal> {
        let name = self.program.name.as_str();
        let body = self.body.clone().unwrap_or_default();
        let mut child = self.start(!body.is_empty()).map_err(|error| {
            log::say(&format!("{name}: can't be started: {error}"));
            match error.kind() {
                io::ErrorKind::PermissionDenied => Refusal::SWITCHED_OFF,
                _ => Refusal::FAILED,
            }
        })?;
        let mut group = Group::of(&child);
        let stderr = child
            .stderr
            .take()
            .map(|pipe| tokio::spawn(pass_on(name.to_owned(), pipe)));
        let ended = tokio::time::timeout(limit, converse(&mut child, &body)).await;
        let ended = match ended {
            Ok(Ok((output, status))) => {
                group.has_ended();
                Ok((output, status))
            }
            Ok(Err(error)) => {
                log::say(&format!("{name}: ended by mayfly: {error}"));
                Err(Refusal::FAILED)
            }
            Err(_) => {
                log::say(&format!(
                    "{name}: ended by mayfly after {} s",
                    limit.as_secs()
                ));
                Err(Refusal::OUT_OF_TIME)
            }
        };
        drop(group);
        if let Some(stderr) = stderr {
            // What it complained about comes before the line of its request. A
            // child it left behind may hold the pipe open, hence not for long.
            match tokio::time::timeout(Duration::from_millis(250), stderr).await {
                Ok(Ok(())) | Ok(Err(_)) | Err(_) => {}
            }
        }
        let (output, status) = ended?;
        let head = self.method == "HEAD";
        match Reply::parse(output, head) {
            Ok(reply) => {
                // The answer is whole, so the visitor gets it, as from Apache.
                if !status.success() {
                    log::say(&format!("{name}: {status} after its answer"));
                }
                Ok(reply)
            }
            Err(wrong) => {
                log::say(&format!("{name}: {wrong}; {status}"));
                Err(Refusal::FAILED)
            }
        }
    }

    fn start(&self, fed: bool) -> io::Result<Child> {
        let mut command = Command::new(&self.program.file);
        if let Some(directory) = self.program.file.parent() {
            command.current_dir(directory);
        }
        command
            .env_clear()
            .envs(self.variables())
            .stdin(if fed { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            // A group of its own: Ctrl-C in the terminal reaches only the
            // server, which lets the program finish, and a program that hangs
            // is ended together with whatever it has started.
            .process_group(0)
            .spawn()
    }

    /// The meta-variables of section 4.1, and those Apache adds to them.
    fn variables(&self) -> Vec<(String, OsString)> {
        let mut variables: Vec<(String, OsString)> = Vec::with_capacity(48);
        let mut set =
            |name: &str, value: &OsStr| variables.push((name.to_owned(), value.to_owned()));
        let path = std::env::var_os("PATH");
        set(
            "PATH",
            path.as_deref()
                .unwrap_or(OsStr::new("/usr/local/bin:/usr/bin:/bin")),
        );
        set("MAYFLY_DATA", self.data.as_os_str());
        set("GATEWAY_INTERFACE", "CGI/1.1".as_ref());
        set(
            "SERVER_SOFTWARE",
            concat!("Mayfly/", env!("CARGO_PKG_VERSION")).as_ref(),
        );
        let protocol = if self.version == Version::HTTP_10 {
            "HTTP/1.0"
        } else {
            "HTTP/1.1"
        };
        set("SERVER_PROTOCOL", protocol.as_ref());
        set("SERVER_NAME", self.host.as_ref());
        set("SERVER_ADDR", self.local.ip().to_string().as_ref());
        set("SERVER_PORT", self.local.port().to_string().as_ref());
        set("REMOTE_ADDR", self.remote.ip().to_string().as_ref());
        set("REMOTE_PORT", self.remote.port().to_string().as_ref());
        set("REQUEST_METHOD", self.method.as_ref());
        set("REQUEST_SCHEME", "http".as_ref());
        set("REQUEST_URI", self.uri.as_ref());
        set("QUERY_STRING", self.query.as_ref());
        set("DOCUMENT_ROOT", self.document_root.as_os_str());
        set("SCRIPT_NAME", self.script_name.as_ref());
        set("SCRIPT_FILENAME", self.program.file.as_os_str());
        if !self.path_info.is_empty() {
            let info = OsStr::from_bytes(self.path_info);
            set("PATH_INFO", info);
            let mut translated = self.document_root.as_os_str().to_owned();
            translated.push(info);
            set("PATH_TRANSLATED", &translated);
        }
        if let Some(path) = self.rewritten {
            set("REDIRECT_STATUS", "200".as_ref());
            set("REDIRECT_URL", OsStr::from_bytes(path));
        }
        if let Some(body) = &self.body {
            set("CONTENT_LENGTH", body.len().to_string().as_ref());
        }
        if let Some(kind) = self.headers.get(header::CONTENT_TYPE) {
            set("CONTENT_TYPE", OsStr::from_bytes(kind.as_bytes()));
        }
        for name in self.headers.keys() {
            let Some(variable) = variable(name.as_str()) else {
                continue;
            };
            let values = self
                .headers
                .get_all(name)
                .iter()
                .map(|value| value.as_bytes());
            set(
                &variable,
                OsStr::from_bytes(&values.collect::<Vec<_>>().join(&b", "[..])),
            );
        }
        variables
    }
}

/// The variable of a request's header, where programs may see it.
///
/// `Proxy` would become HTTP_PROXY, which many programs take for a setting
/// (httpoxy; section 4.1.18 allows leaving headers out). `Authorization` is
/// for the server, as with Apache. `X_Y` would pass itself off as `X-Y`.
fn variable(name: &str) -> Option<String> {
    const HIDDEN: [&str; 7] = [
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "proxy",
        "proxy-authorization",
        "transfer-encoding",
    ];
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain || HIDDEN.contains(&name) {
        return None;
    }
    Some(format!(
        "HTTP_{}",
        name.to_ascii_uppercase().replace('-', "_")
    ))
}

/// Writes the body and reads the output at the same time: a program that does
/// only one of the two while its other pipe is full would wait for ever.
async fn converse(child: &mut Child, body: &[u8]) -> io::Result<(Bytes, ExitStatus)> {
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let write = async {
        if let Some(mut pipe) = stdin {
            match pipe.write_all(body).await {
                // It needn't read what it is sent (section 4.2).
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result,
            }
        } else {
            Ok(())
        }
    };
    let read = async {
        let mut output = Vec::new();
        if let Some(pipe) = stdout {
            pipe.take(OUTPUT_LIMIT + 1).read_to_end(&mut output).await?;
        }
        if output.len() as u64 > OUTPUT_LIMIT {
            return Err(io::Error::other("it wrote more than 64 MB"));
        }
        Ok(output)
    };
    let ((), output) = tokio::try_join!(write, read)?;
    let status = child.wait().await?;
    Ok((Bytes::from(output), status))
}

/// Passes a program's complaints on, each line under its name.
async fn pass_on(name: String, mut pipe: impl AsyncRead + Unpin) {
    let mut held = Vec::new();
    loop {
        match pipe.read_buf(&mut held).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        while let Some(end) = held.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = held.drain(..=end).collect();
            log::say(&format!(
                "{name}: {}",
                String::from_utf8_lossy(line.trim_ascii_end())
            ));
        }
        if held.len() > LINE_LIMIT {
            log::say(&format!("{name}: {}", String::from_utf8_lossy(&held)));
            held.clear();
        }
    }
    if !held.is_empty() {
        log::say(&format!("{name}: {}", String::from_utf8_lossy(&held)));
    }
}

/// The process group of a running program, ended with it when given up.
struct Group(Option<libc::pid_t>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| libc::pid_t::try_from(id).ok()))
    }

    /// The program has been waited for: its number may be another's by now.
    fn has_ended(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // SAFETY: kill(2) takes numbers only. The leader hasn't been waited
            // for, so the number is still that of the group made for it.
            unsafe { libc::kill(-leader, libc::SIGKILL) };
        }
    }
}
