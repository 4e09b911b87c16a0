//! The files of the data directory's `media/`, served as they lie there.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use http_body_util::Either;
use http_body_util::channel::{Channel, Sender};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Response, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::answer::{Answer, Refusal};
use super::log;

/// How much of a file is read and sent at a time.
const PIECE: usize = 64 * 1024;

/// Answers `/media/NAME`, where `name` is what follows `/media/`, decoded.
pub async fn answer(
    media: &Path,
    name: &[u8],
    method: &Method,
    headers: &HeaderMap,
) -> Result<Answer, Refusal> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(Refusal::ONLY_READ);
    }
    let (path, metadata) = find(media, name).await?;
    let mut response = Response::new(());
    let out = response.headers_mut();
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let modified = modified(&metadata);
    if let Some(modified) = modified
        && let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&modified)
        && let Ok(date) = HeaderValue::try_from(date)
    {
        out.insert(header::LAST_MODIFIED, date);
    }
    if let (Some(modified), Some(seen)) = (modified, seen(headers))
        && modified <= seen
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(Answer::whole(response, "media", Bytes::new()));
    }
    let kind = kind(&path);
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if kind == "image/svg+xml" || kind == "application/xml" {
        // Opened by itself, an SVG runs its scripts with the blog's origin and
        // so with the author's session. In a sandbox it has no origin.
        out.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        );
    }
    out.insert(header::CONTENT_LENGTH, HeaderValue::from(metadata.len()));
    if method == Method::HEAD {
        return Ok(Answer::whole(response, "media", Bytes::new()));
    }
    let file = match File::open(&path).await {
        Ok(file) => file,
        Err(error) => return Err(unreadable(&path, &error)),
    };
    let (sender, body) = Channel::new(2);
    let length = metadata.len();
    tokio::spawn(send(file.take(length), sender));
    let response = response.map(|()| Either::Right(body));
    Ok(Answer {
        response,
        from: "media".to_owned(),
        length,
    })
}

/// The file of a name, with its links resolved: it must still lie in `media/`.
async fn find(media: &Path, name: &[u8]) -> Result<(PathBuf, Metadata), Refusal> {
    // The name comes from a parsed path, which has no `..`; `.` in front hides
    // a file from a visitor as it does from `ls`.
    if name
        .split(|&byte| byte == b'/')
        .any(|segment| segment.first().is_none_or(|&b| b == b'.'))
    {
        return Err(Refusal::NOT_FOUND);
    }
    let asked = media.join(OsStr::from_bytes(name));
    let found = async {
        let media = tokio::fs::canonicalize(media).await?;
        let path = tokio::fs::canonicalize(&asked).await?;
        let metadata = tokio::fs::metadata(&path).await?;
        io::Result::Ok((path.starts_with(&media), path, metadata))
    };
    match found.await {
        // A pipe or a device would hold the reader for ever: files only.
        Ok((true, path, metadata)) if metadata.is_file() => Ok((path, metadata)),
        Ok((false, path, _)) => {
            log::say(&format!(
                "media: {} leads out of media/, to {}",
                asked.display(),
                path.display()
            ));
            Err(Refusal::NOT_FOUND)
        }
        Ok(_) => Err(Refusal::NOT_FOUND),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(unreadable(&asked, &error))
        }
        Err(_) => Err(Refusal::NOT_FOUND),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Refusal {
    log::say(&format!("media: can't read {}: {error}", path.display()));
    Refusal::SWITCHED_OFF
}

/// When the file changed, in whole seconds: HTTP dates have no others.
fn modified(metadata: &Metadata) -> Option<Timestamp> {
    let modified = Timestamp::try_from(metadata.modified().ok()?).ok()?;
    Timestamp::from_second(modified.as_second()).ok()
}

/// The visitor's If-Modified-Since. One that can't be read counts as none
/// (RFC 9110, section 13.1.3).
fn seen(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::IF_MODIFIED_SINCE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(date).ok()
}

async fn send(mut file: impl AsyncRead + Unpin, mut sender: Sender<Bytes, io::Error>) {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        match file.read_buf(&mut piece).await {
            Ok(0) => return,
            Ok(_) => {
                // The visitor has gone, which is theirs to do.
                if sender.send_data(Bytes::from(piece)).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                log::say(&format!("media: reading stopped half-way: {error}"));
                sender.abort(error);
                return;
            }
        }
    }
}

/// The kinds a weblog holds. HTML is not among them on purpose: a page in
/// `media/` would have the blog's origin, so it is offered as a download.
fn kind(path: &Path) -> &'static str {
    let suffix = path
        .extension()
        .and_then(OsStr::to_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    match suffix.as_str() {
        "avif" => "image/avif",
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "gif" => "image/gif",
        "ico" => "image/vnd.microsoft.icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "m4a" => "audio/mp4",
        "md" | "txt" => "text/plain; charset=utf-8",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "oga" | "ogg" | "opus" => "audio/ogg",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "vtt" => "text/vtt; charset=utf-8",
        "wav" => "audio/wav",
        "webm" => "video/webm",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
