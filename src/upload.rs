//! Uploading: a form in parts, each file of which is taken in as it arrives.
//!
//! The form is sent to `/admin/media/` as `multipart/form-data`. Its first field is
//! `token`, as in every form; then comes a field `file` for each file. Nothing is
//! taken in before the token is known to be right.
//!
//! A script that asks for `Accept: application/json` is answered in JSON:
//!
//! ```json
//! {"kept": [{"id": 7, "name": "harbour.jpg", "address": "/media/1f38.jpg", "src": "/blog/media/1f38.jpg",
//!            "thumbnail": "/blog/media/1f38-480.jpg", "page": "/blog/admin/media/7/",
//!            "markdown": "![](/media/1f38.jpg)", "width": 2560, "height": 1706, "bytes": 480123}],
//!  "refused": [{"name": "tune.mp3", "why": "it is neither JPEG, ..."}]}
//! ```
//!
//! with the status 200 where something was kept and 422 where nothing was; or, where
//! the request as a whole was refused, `{"error": "..."}` with its status: 403 where
//! the session is over, 413 where the request is too large, 400 where it is damaged.

use std::time::Duration;

use crate::body::Body;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::media::{Item, Refusal, Refused, keep, shown};
use crate::multipart::Multipart;
use crate::request::Request;
use crate::response::Response;
use crate::session::Session;
use crate::store::{self, Desk};
use crate::{now, view};

/// Most bytes of a request, in all: what the deploy files let through.
pub const LIMIT: usize = 25 << 20;

/// Longest token, in bytes.
const MAX_FIELD: usize = 4096;

/// The processor time after which no further file is begun: the one on the way may
/// take two seconds, and after ten the kernel ends the program.
const ENOUGH: Duration = Duration::from_secs(5);

/// What became of an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was taken in, or was there already.
    pub kept: Vec<Item>,
    /// What was not: its name, and a sentence's end that says why.
    pub refused: Vec<Refusal>,
    /// What the operator has to mend.
    complaint: Option<String>,
}

impl Outcome {
    fn refuse(&mut self, name: &str, why: impl ToString) {
        self.refused.push((name.to_owned(), why.to_string()));
    }

    /// The status of the answer, whichever form it has.
    pub fn status(&self) -> u16 {
        match (self.kept.is_empty(), &self.complaint) {
            (false, _) => 200,
            (true, Some(_)) => 503,
            (true, None) => 422,
        }
    }

    /// The answer, with a line for the server's log where one is due.
    pub fn log(&self, response: Response) -> Response {
        let response = response.status(self.status());
        match &self.complaint {
            Some(complaint) => response.complaining(complaint.clone()),
            None => response,
        }
    }

    /// The answer for a script.
    pub fn json(&self, session: &Session) -> Response {
        let text = view::media::json(&session.site.links, &self.kept, &self.refused);
        self.log(Response::text(JSON, text).private())
    }
}

const JSON: &str = "application/json";

/// Takes in what a form brings. The good files are kept, whatever the others are.
///
/// # Errors
/// 403 for a form of another site or without the token before its files, 400 for one
/// that is none. Then nothing was kept.
pub fn take(
    request: &Request,
    body: &mut Body<'_>,
    desk: &mut Desk,
    session: &Session,
) -> Result<Outcome> {
    let data = request.place.data.as_deref().ok_or(Error::NotFound)?;
    let mut form = Multipart::new(&request.sender.content_type, body)?;
    let mut outcome = Outcome::default();
    let mut confirmed = false;
    loop {
        let part = match form.part() {
            Ok(Some(part)) => part,
            Ok(None) => break,
            // What came before is kept, so it has to be told.
            Err(error) if confirmed && !outcome.kept.is_empty() => {
                outcome.refuse("The rest", error.public());
                break;
            }
            Err(error) => return Err(error),
        };
        let Some(name) = part.file else {
            // No other field says anything, and one behind a file could not undo it.
            if part.name == Form::TOKEN && !confirmed {
                session.confirm_token(request, &form.text(MAX_FIELD)?)?;
                confirmed = true;
            }
            continue;
        };
        if !confirmed {
            return Err(Error::Forbidden(
                "This form does not begin with its token, so nothing was taken in.",
            ));
        }
        let name = shown(&name);
        if now::spent() > ENOUGH {
            outcome.refuse(&name, "there was no time left for it: send it again");
            continue;
        }
        match keep(data, &mut form) {
            Ok(kept) => outcome.kept.push(store::media::add(desk, &kept, &name)?),
            // The field of a form in which no file was chosen.
            Err(Refused::File(_)) if name.is_empty() => {}
            Err(Refused::Source(_)) => {
                outcome.refuse(&name, "it was cut short on its way");
                break;
            }
            Err(refused @ Refused::File(_)) => outcome.refuse(&name, refused),
            Err(refused @ Refused::Disk(_)) => {
                outcome.complaint = Some(format!("{name} was not taken in: {refused}"));
                outcome.refuse(&name, refused);
            }
        }
    }
    if !confirmed {
        session.confirm_token(request, "")?;
    }
    if outcome.kept.is_empty() && outcome.refused.is_empty() {
        outcome.refuse("", "No file was chosen.");
    }
    Ok(outcome)
}

/// The answer as the sender wants it: a failure is told to a script in JSON.
///
/// # Errors
/// The failure itself, for everybody else.
pub fn as_asked(request: &Request, outcome: Result<Response>) -> Result<Response> {
    match outcome {
        Err(error) if request.sender.wants_json && error.status() >= 400 => {
            let text = view::media::failure(&error.public());
            let response = Response::text(JSON, text).private().status(error.status());
            Ok(match error.cause() {
                Some(cause) => response.complaining(cause.to_owned()),
                None => response,
            })
        }
        outcome => outcome,
    }
}
