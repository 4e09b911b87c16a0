//! The owner before what strangers wrote: lists with the reason of every decision,
//! approving and rejecting one or many, taking that back, replies, settings.

use jiff::tz::TimeZone;

use crate::clock;
use crate::comment::Choice;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::guestbook::form::lines;
use crate::guestbook::{Listed, Publish, Settings, State};
use crate::path::{Path, Query};
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::store::Desk;
use crate::store::guestbook::{self, Guestbook};
use crate::view::moderation::{self as view, List, Row, Threads};
use crate::{failure, shown, url};

/// How many messages a page of a list has.
const PER_PAGE: usize = 50;

/// What is to be looked at, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// `/admin/guestbook/` is what waits; `published/` and `rejected/` below it.
    List(State),
    /// `/admin/guestbook/12/`
    Message(i64),
    /// `/admin/guestbook/settings/`
    Settings,
    /// `/admin/guestbook/comments/`: which posts take them.
    Comments,
}

impl Wanted {
    fn parse(path: &Path) -> Result<Wanted> {
        let wanted = match path.segments()[1..] {
            ["guestbook"] => Wanted::List(State::Waiting),
            ["guestbook", "published"] => Wanted::List(State::Published),
            ["guestbook", "rejected"] => Wanted::List(State::Rejected),
            ["guestbook", "settings"] => Wanted::Settings,
            ["guestbook", "comments"] => Wanted::Comments,
            ["guestbook", id] => Wanted::Message(id.parse().map_err(|_| Error::NotFound)?),
            _ => return Err(Error::NotFound),
        };
        path.must_be(&wanted.path())?;
        Ok(wanted)
    }

    fn path(self) -> String {
        match self {
            Wanted::List(state) => url::moderation(state.name()),
            Wanted::Message(id) => url::moderated(id),
            Wanted::Settings => url::moderation("settings"),
            Wanted::Comments => url::moderation("comments"),
        }
    }
}

/// Answers for the addresses below `/admin/guestbook/`.
///
/// # Errors
/// 404 for no such address or no such message.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    let wanted = Wanted::parse(&request.path)?;
    if request.method == Method::Post {
        let form = Form::read(request)?;
        session.confirm(request, &form)?;
        return take(request, desk, session, wanted, &form);
    }
    request.get_or_post()?;
    let book = guestbook::open(&request.place)?;
    let page = match wanted {
        Wanted::List(state) => list(&book, desk, session, state, &request.query)?,
        Wanted::Message(id) => {
            let listed = book.any(id)?;
            view::message(session, &row(desk, listed, &clock::zone(&desk.zone()?))?)
        }
        Wanted::Settings => view::settings(session, &book.settings, &book.unsent()?, None),
        Wanted::Comments => view::comments(session, &threads(desk, &book)?, None),
    };
    Ok(Response::signed(page, &session.nonce))
}

fn list(
    book: &Guestbook,
    desk: &Desk,
    session: &Session,
    state: State,
    query: &Query,
) -> Result<crate::view::Page> {
    let before = query.get("before")?.and_then(|text| text.parse().ok());
    let mut listed = book.listed(state, before, PER_PAGE + 1)?;
    let older = listed.len() > PER_PAGE;
    listed.truncate(PER_PAGE);
    let zone = clock::zone(&desk.zone()?);
    let list = List {
        state,
        rows: listed
            .into_iter()
            .map(|listed| row(desk, listed, &zone))
            .collect::<Result<_>>()?,
        older,
        first: before.is_none(),
        waiting: book.waiting()?,
        last: book
            .last_decision()?
            .map(|last| (last, clock::shown(last.moment, &zone))),
        unsent: book.unsent()?,
    };
    Ok(view::list(session, &list))
}

/// Does what a form says, and leads back to where it was sent from.
fn take(
    request: &Request,
    desk: &mut Desk,
    session: &Session,
    wanted: Wanted,
    form: &Form,
) -> Result<Response> {
    let mut book = guestbook::open_to_write(&request.place)?;
    let refused = match wanted {
        Wanted::Message(id) if form.line("do")? == "reply" => {
            book.reply(id, &lines(&form.text("reply")?))?;
            None
        }
        Wanted::List(_) | Wanted::Message(_) => {
            decide(&mut book, form)?;
            None
        }
        Wanted::Settings => match settle(form, &book.settings)? {
            (settings, None) => {
                book.settle_for(&settings)?;
                None
            }
            (settings, wrong) => Some(view::settings(session, &settings, "", wrong.as_deref())),
        },
        Wanted::Comments => match choose(desk, &mut book, form)? {
            None => None,
            wrong => Some(view::comments(session, &threads(desk, &book)?, wrong)),
        },
    };
    if let Some(page) = refused {
        return Ok(Response::signed(page, &session.nonce).status(422));
    }
    let unshown = shown::write(&mut book, &session.site).err();
    let done = failure::see(request, &wanted.path(), "").private();
    Ok(done.complaining(unshown.map(|error| error.to_string())))
}

/// Settles which posts take comments. Returns what is wrong with the form.
fn choose(desk: &mut Desk, book: &mut Guestbook, form: &Form) -> Result<Option<&'static str>> {
    for (name, choice) in Choice::NAMES {
        if let Some(post) = form.number(name)? {
            return book.choose(post, choice).map(|()| None);
        }
    }
    if form.line("do")? == "post" {
        let Some(post) = desk.post_at(&form.line("post")?)? else {
            return Ok(Some(
                "No post is at that address: please copy it from the post's page.",
            ));
        };
        let choice = Choice::named(&form.line("choice")?).unwrap_or_default();
        return book.choose(post, choice).map(|()| None);
    }
    let days = match form.line("comments")?.as_str() {
        "never" => 0,
        "always" => -1,
        _ => match form.number("days")? {
            Some(days) if (1..=Settings::MOST_DAYS).contains(&days) => days,
            _ => {
                return Ok(Some(
                    "Please write for how many days a post takes comments.",
                ));
            }
        },
    };
    desk.take_comments(days).map(|()| None)
}

/// The posts that have comments, or for which the owner settled something.
fn threads(desk: &Desk, book: &Guestbook) -> Result<Threads> {
    let mut threads = Vec::new();
    for thread in book.threads()? {
        if let Some(subject) = desk.subject(thread.post)? {
            threads.push((subject, thread));
        }
    }
    let days = desk.comments()?;
    Ok(Threads { days, threads })
}

/// A button beside a message has its number; those for many say which by their value.
fn decide(book: &mut Guestbook, form: &Form) -> Result<()> {
    let unclear = Err(Error::BadRequest("This form does not say what to do."));
    if let Some(moment) = form.number("undo")? {
        return book.undo(Some(moment)).map(|_| ());
    }
    for (name, becomes) in view::DECISIONS {
        if let Some(id) = form.number(name)? {
            return book.decide(&[id], becomes).map(|_| ());
        }
    }
    let chosen = form.line("do")?;
    let Some((decision, which)) = chosen.split_once('-') else {
        return unclear;
    };
    let ids = match which {
        "ticked" => form.numbers("id"),
        "all" => form.numbers("shown"),
        _ => return unclear,
    };
    match view::DECISIONS.iter().find(|(name, _)| *name == decision) {
        Some((_, becomes)) => book.decide(&ids, *becomes).map(|_| ()),
        None => unclear,
    }
}

/// The settings as they were sent, and what is wrong with them. What a form from a
/// browser can't leave out stays as it was.
fn settle(form: &Form, known: &Settings) -> Result<(Settings, Option<String>)> {
    let mut wrong = None;
    let mut number = |name: &str, most: i64, known: i64| -> Result<i64> {
        match form.number(name)? {
            Some(number) if (0..=most).contains(&number) => Ok(number),
            _ => {
                wrong = Some(format!(
                    "Please write a number from 0 to {most} as {}.",
                    view::label(name)
                ));
                Ok(known)
            }
        }
    };
    let mut settings = Settings {
        publish: Publish::named(&form.line("publish")?),
        per_address: number("per_address", Settings::MOST_MESSAGES, known.per_address)?,
        per_minute: number("per_minute", Settings::MOST_MESSAGES, known.per_minute)?,
        links: number("links", Settings::MOST_LINKS, known.links)?,
        expires: number("expires", Settings::MOST_DAYS, known.expires)?,
        words: form.text("words")?,
        mail: form.line("mail")?,
        ..known.clone()
    };
    settings.words = lines(&settings.words);
    if !Settings::may_mail(&settings.mail) {
        wrong =
            Some("Please write the address for mail as me@example.org, or leave it out.".into());
    }
    Ok((settings, wrong))
}

fn row(desk: &Desk, listed: Listed, zone: &TimeZone) -> Result<Row> {
    Ok(Row {
        on: desk
            .subject(listed.message.post)?
            .map(|subject| subject.post),
        written: clock::shown(listed.message.moment, zone),
        replied: clock::shown(listed.message.replied, zone),
        listed,
    })
}
