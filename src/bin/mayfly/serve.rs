//! `mayfly serve`: the embedded web server, for trying a blog and for work on it.
//!
//! hyper speaks HTTP in front, one process per request answers behind, and
//! RFC 3875 is between them (`cgi`, `reply`). It is not made for the open
//! network: there is no TLS, and a visitor may take as many connections as
//! there are. `deploy/` has web servers for that.

mod answer;
mod cgi;
mod http;
mod log;
mod media;
mod path;
mod programs;
mod reply;

use std::error::Error;
use std::io::{self, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, mpsc, watch};

use crate::failure::Failure;
use programs::Programs;

/// How long running requests may take once the server is told to end.
const GRACE: Duration = Duration::from_secs(3);
/// How long a connection may lie idle or take to send its headers.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest request line and headers together. Linux starts no program with
/// a variable of 128 KB, and what is too long is better told with a 431.
const HEAD_LIMIT: usize = 64_000;
/// How many programs run at the same time; further requests wait.
const PROGRAMS_AT_ONCE: usize = 64;

const EXAMPLES: &str = "\
Examples:
  mayfly --data blog serve                         on http://127.0.0.1:8098/
  mayfly --data blog serve --listen 127.0.0.1:0    on any free port
  mayfly --data blog serve --cgi-bin dist/cgi-bin  with these programs
  mayfly --data blog serve --listen 0.0.0.0:8098 --public
                                                   for the whole network";

/// Serves the blog on this machine, until Ctrl-C
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8098", value_parser = address)]
    listen: SocketAddr,

    /// The programs' directory [default: cgi-bin beside this program]
    #[arg(long, value_name = "DIR")]
    cgi_bin: Option<PathBuf>,

    /// Don't rewrite: only /cgi-bin/NAME/... answers, as on a host that can't
    #[arg(long)]
    plain: bool,

    /// Let other machines in: allows --listen with an address that isn't loopback
    #[arg(long)]
    public: bool,

    /// End a program that runs for longer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// Print no line per request
    #[arg(long)]
    quiet: bool,
}

/// What every request needs to know.
struct Site {
    data: PathBuf,
    /// The only directory whose files are served as they are, and so what
    /// DOCUMENT_ROOT means. The data directory itself is not it: blog.db is
    /// not a document, and a program may look whether it lies under the root.
    media: PathBuf,
    programs: Programs,
    plain: bool,
    quiet: bool,
    timeout: Duration,
    running: Semaphore,
    answered: AtomicU64,
}

/// Serves the blog in `data` until it is told to end.
pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    if !options.listen.ip().is_loopback() && !options.public {
        return Err(Failure::new(format!(
            "on {} other machines could reach this server, which is made for trying. \
             Add --public if that is what you want, or use a web server (see deploy/)",
            options.listen
        ))
        .into());
    }
    let absolute = data.canonicalize().map_err(|error| {
        let missing = format!(
            "there is no blog in {0}. Make one: mayfly --data {0} init",
            data.display()
        );
        Failure::new(missing).because(error)
    })?;
    if !absolute.is_dir() {
        return Err(Failure::new(format!(
            "{} is a file. --data names the directory that holds blog.db",
            data.display()
        ))
        .into());
    }
    let site = Site {
        media: absolute.join("media"),
        data: absolute,
        programs: Programs::open(options.cgi_bin.as_deref())?,
        plain: options.plain,
        quiet: options.quiet,
        timeout: Duration::from_secs(options.timeout),
        running: Semaphore::new(PROGRAMS_AT_ONCE),
        answered: AtomicU64::new(0),
    };
    // One thread: the work is done in the programs, and this only waits.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(Arc::new(site), options.listen, data))
}

async fn serve(site: Arc<Site>, listen: SocketAddr, data: &Path) -> Result<(), Box<dyn Error>> {
    // Before the address is printed, so that a signal that follows it counts.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| no_port(listen, error))?;
    let local = listener.local_addr()?;
    let shown = if local.ip().is_unspecified() {
        SocketAddr::from(([127, 0, 0, 1], local.port()))
    } else {
        local
    };
    let mut stdout = io::stdout();
    writeln!(
        stdout,
        "Mayfly serves {} on http://{shown}/ (Ctrl-C ends it)",
        data.display()
    )?;
    stdout.flush()?;

    let (end, ending) = watch::channel(false);
    // Each connection and each request holds a `busy`; when the last is gone,
    // `idle` learns it.
    let (busy, mut idle) = mpsc::channel::<()>(1);
    let mut interrupted = pin!(interrupt.recv());
    let mut terminated = pin!(terminate.recv());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut interrupted => break,
            _ = &mut terminated => break,
        };
        match accepted {
            Ok((stream, remote)) => {
                let connection =
                    converse(site.clone(), stream, remote, ending.clone(), busy.clone());
                tokio::spawn(connection);
            }
            Err(error) => {
                log::say(&format!("mayfly: a connection was lost: {error}"));
                // Out of file descriptors, say: trying again at once would only
                // take the time that other requests need to give theirs back.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    drop(busy);
    end.send_replace(true);
    let cut = tokio::time::timeout(GRACE, idle.recv()).await.is_err();
    let answered = site.answered.load(Ordering::Relaxed);
    let plural = if answered == 1 { "" } else { "s" };
    let left = if cut { ", with some cut off" } else { "" };
    match writeln!(
        stdout,
        "Mayfly has ended after {answered} request{plural}{left}."
    ) {
        // Whoever started this may have read only the address, and closed.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Serves one connection, for as many requests as the visitor sends.
async fn converse(
    site: Arc<Site>,
    stream: TcpStream,
    remote: SocketAddr,
    mut ending: watch::Receiver<bool>,
    busy: mpsc::Sender<()>,
) {
    // The socket is gone already: there is nobody to tell.
    let Ok(local) = stream.local_addr() else {
        return;
    };
    let quiet = site.quiet;
    let service = service_fn(|request| {
        http::answer(
            site.clone(),
            http::Ends { remote, local },
            request,
            busy.clone(),
        )
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_header_size(HEAD_LIMIT)
            // A visitor may close its sending half after the request.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service)
    );
    let served = tokio::select! {
        served = connection.as_mut() => served,
        _ = async { ending.wait_for(|ending| *ending).await.is_ok() } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A visitor who goes away is everyday; what can't be read as HTTP is worth
    // a line, since hyper has answered it without a request to log.
    if let Err(error) = served
        && error.is_parse()
        && !quiet
    {
        log::say(&format!(
            "mayfly: {} sent what is no HTTP: {error}",
            remote.ip()
        ));
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next());
    found.ok_or_else(|| "write it like 127.0.0.1:8098".to_owned())
}

fn no_port(listen: SocketAddr, error: io::Error) -> Failure {
    let port = listen.port();
    let message = match error.kind() {
        io::ErrorKind::AddrInUse => {
            let mut other = listen;
            other.set_port(port.checked_add(1).unwrap_or(8098));
            format!("port {port} is in use. Choose another: mayfly serve --listen {other}")
        }
        io::ErrorKind::PermissionDenied => format!(
            "port {port} is for root only. Choose one above 1023: mayfly serve --listen {}:8098",
            listen.ip()
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "this machine does not have the address {}. Try --listen 127.0.0.1:{port}",
            listen.ip()
        ),
        _ => format!("can't listen on {listen}"),
    };
    Failure::new(message).because(error)
}
