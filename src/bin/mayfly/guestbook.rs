//! `mayfly guestbook`: looks after what strangers write.

use std::error::Error;
use std::io::{self, Read};
use std::path::Path;

use clap::{Args, Subcommand};
use mayfly::comment::Choice;
use mayfly::config::Place;
use mayfly::date::timestamp;
use mayfly::guestbook::{Listed, Publish, Settings, State, form};
use mayfly::store::guestbook::{self, Guestbook};
use mayfly::{shown, store};

use crate::failure::Failure;
use crate::say;

const EXAMPLES: &str = "\
Examples:
  mayfly guestbook list                        what waits, and why
  mayfly guestbook approve 12 13               publish two messages
  mayfly guestbook reject --all                reject all that waits
  mayfly guestbook undo                        take back the last approve or reject
  mayfly guestbook reply 12 \"Thank you, Ann.\"  answer below a message
  mayfly guestbook comments --days 30          posts take comments for a month
  mayfly guestbook settings --publish at-once --links 1
  mayfly guestbook settings --words words.txt  a word a line; messages with one wait";

/// Look after the guestbook: approve, reject, reply, settle
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the messages that wait for you, each with the reason
    List {
        /// Show what is published instead
        #[arg(long, conflicts_with = "rejected")]
        published: bool,
        /// Show what was rejected instead
        #[arg(long)]
        rejected: bool,
        /// At most so many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        most: u32,
    },
    /// Publish messages
    Approve(Which),
    /// Reject messages; they are kept until they expire
    Reject(Which),
    /// Take back what the last approve or reject did
    Undo,
    /// Answer below a message; an empty text takes the answer away
    Reply {
        /// The message's number
        id: i64,
        /// The answer, plain text; - reads it from standard input
        text: String,
    },
    /// Show or change which posts take comments
    Comments(Comments),
    /// Show or change the settings
    Settings(Change),
}

#[derive(Args)]
struct Which {
    /// The messages' numbers
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<i64>,
    /// All that wait
    #[arg(long)]
    all: bool,
}

#[derive(Args)]
struct Comments {
    /// For how many days from when it was published a post takes them; 0 for none
    #[arg(long, value_name = "DAYS", conflicts_with = "always",
          value_parser = clap::value_parser!(i64).range(0..=Settings::MOST_DAYS))]
    days: Option<i64>,
    /// Posts take them for ever
    #[arg(long)]
    always: bool,
    /// The post at this address takes them, whatever the blog does
    #[arg(long, value_name = "ADDRESS")]
    open: Option<String>,
    /// The post at this address takes no more
    #[arg(long, value_name = "ADDRESS")]
    close: Option<String>,
    /// The post at this address does as the blog does
    #[arg(long, value_name = "ADDRESS")]
    as_blog: Option<String>,
}

#[derive(Args)]
struct Change {
    /// When messages are published without you
    #[arg(long, value_parser = Publish::NAMES.map(|(name, _)| name))]
    publish: Option<String>,
    /// Messages that one address may send in an hour; 0 for any number
    #[arg(long, value_parser = clap::value_parser!(i64).range(0..=Settings::MOST_MESSAGES))]
    per_address: Option<i64>,
    /// Messages that all may send in a minute; 0 for any number
    #[arg(long, value_parser = clap::value_parser!(i64).range(0..=Settings::MOST_MESSAGES))]
    per_minute: Option<i64>,
    /// A message with more links than this waits
    #[arg(long, value_parser = clap::value_parser!(i64).range(0..=Settings::MOST_LINKS))]
    links: Option<i64>,
    /// A file of words, a line each, that make a message wait
    #[arg(long, value_name = "FILE")]
    words: Option<std::path::PathBuf>,
    /// Days that messages which wait or were rejected are kept; 0 for ever
    #[arg(long, value_name = "DAYS",
          value_parser = clap::value_parser!(i64).range(0..=Settings::MOST_DAYS))]
    expires: Option<i64>,
    /// Who is told by mail that messages wait; "" for nobody
    #[arg(long, value_name = "ADDRESS", value_parser = mail_address)]
    mail: Option<String>,
    /// The program that sends the mail, by its whole path
    #[arg(long, value_name = "PATH", value_parser = whole_path)]
    sendmail: Option<String>,
}

pub fn run(options: Options, data: &Path) -> Result<(), Box<dyn Error>> {
    let place = Place {
        data: Some(data.to_owned()),
        ..Place::default()
    };
    let mut guestbook = guestbook::open_to_write(&place)?;
    obey(&mut guestbook, options.command, data)?;
    let site = store::open_blog(&place)?.site;
    Ok(shown::write(&mut guestbook, site)?)
}

fn obey(guestbook: &mut Guestbook, command: Command, data: &Path) -> Result<(), Box<dyn Error>> {
    match command {
        Command::List {
            published,
            rejected,
            most,
        } => {
            let state = match (published, rejected) {
                (true, _) => State::Published,
                (_, true) => State::Rejected,
                _ => State::Waiting,
            };
            let mut newest = guestbook.listed(state, None, most as usize)?;
            newest.reverse();
            list(&newest)?;
            complain(guestbook)
        }
        Command::Approve(which) => decide(guestbook, which, State::Published, "Published"),
        Command::Reject(which) => decide(guestbook, which, State::Rejected, "Rejected"),
        Command::Undo => match guestbook.undo(None)?[..] {
            [] => Ok(say("There is nothing to undo.")?),
            [id] => Ok(say(&format!("Put back message {id}."))?),
            ref ids => Ok(say(&format!("Put back {} messages.", ids.len()))?),
        },
        Command::Reply { id, text } => {
            let mut reply = text;
            if reply == "-" {
                reply.clear();
                io::stdin().read_to_string(&mut reply)?;
            }
            match guestbook.reply(id, &form::lines(&reply)) {
                Err(mayfly::error::Error::NotFound) => Err(missing(&[id])),
                done => Ok(done?),
            }?;
            Ok(say(&format!("Answered message {id}."))?)
        }
        Command::Comments(comments) => choose(guestbook, comments, data),
        Command::Settings(change) => settle(guestbook, change),
    }
}

fn list(messages: &[Listed]) -> Result<(), Box<dyn Error>> {
    if messages.is_empty() {
        return Ok(say("None.")?);
    }
    for Listed { message, why, .. } in messages {
        let site = match message.site.as_str() {
            "" => String::new(),
            site => format!(" <{site}>"),
        };
        // A terminal obeys control characters; none is stored, and none is shown.
        let shown = |text: &str| text.replace('\n', "\n    ");
        say(&format!(
            "{}  {}  {}{site}\n    {}\n    -- {why}",
            message.id,
            timestamp(message.moment),
            message.name,
            shown(&message.text),
        ))?;
        if !message.reply.is_empty() {
            say(&format!("    > {}", shown(&message.reply)))?;
        }
    }
    Ok(())
}

fn decide(
    guestbook: &mut Guestbook,
    which: Which,
    becomes: State,
    done: &str,
) -> Result<(), Box<dyn Error>> {
    let ids = match which.all {
        true => {
            let waiting = guestbook.listed(State::Waiting, None, usize::MAX)?;
            waiting.iter().map(|listed| listed.message.id).collect()
        }
        false => which.ids,
    };
    let decided = guestbook.decide(&ids, becomes)?;
    let moved = decided.moved;
    let noun = if moved == 1 { "message" } else { "messages" };
    say(&format!(
        "{done} {moved} {noun}. `mayfly guestbook undo` takes it back."
    ))?;
    match decided.missing[..] {
        [] => Ok(()),
        ref ids => Err(missing(ids)),
    }
}

fn missing(ids: &[i64]) -> Box<dyn Error> {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    Failure::new(format!("there is no message {}", ids.join(", "))).into()
}

fn choose(guestbook: &mut Guestbook, wanted: Comments, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut desk = store::open_desk(data)?;
    let days = wanted.days.or(wanted.always.then_some(-1));
    if let Some(days) = days {
        desk.take_comments(days)?;
    }
    let chosen = [
        (wanted.open, Choice::Open),
        (wanted.close, Choice::Closed),
        (wanted.as_blog, Choice::Blog),
    ];
    for (address, choice) in chosen {
        let Some(address) = address else { continue };
        let Some(post) = desk.post_at(&address)? else {
            return Err(Failure::new(format!("no post is at {address}")).into());
        };
        guestbook.choose(post, choice)?;
    }
    match desk.comments()? {
        0 => say("Posts take no comments.")?,
        days if days < 0 => say("Posts take comments for ever.")?,
        days => say(&format!("Posts take comments for {days} days."))?,
    }
    for thread in guestbook.threads()? {
        if let Some(subject) = desk.subject(thread.post)? {
            let (comments, choice) = (thread.comments, thread.choice.name());
            say(&format!(
                "{comments:>5}  {choice:<6}  {}",
                subject.post.path
            ))?;
        }
    }
    Ok(())
}

fn settle(guestbook: &mut Guestbook, change: Change) -> Result<(), Box<dyn Error>> {
    let mut settings = guestbook.settings.clone();
    let known = settings.clone();
    if let Some(name) = change.publish {
        settings.publish = Publish::named(&name);
    }
    if let Some(file) = change.words {
        let words = std::fs::read_to_string(&file).map_err(|error| {
            Failure::new(format!("can't read {}", file.display())).because(error)
        })?;
        settings.words = form::lines(&words);
    }
    settings.per_address = change.per_address.unwrap_or(settings.per_address);
    settings.per_minute = change.per_minute.unwrap_or(settings.per_minute);
    settings.links = change.links.unwrap_or(settings.links);
    settings.expires = change.expires.unwrap_or(settings.expires);
    settings.mail = change.mail.unwrap_or(settings.mail);
    settings.sendmail = change.sendmail.unwrap_or(settings.sendmail);
    if settings != known {
        guestbook.settle_for(&settings)?;
    }
    say(&format!(
        "publish      {}\nper-address  {} in an hour\nper-minute   {}\nlinks        {}\n\
         words        {}\nexpires      after {} days\nmail         {}\nsendmail     {}",
        settings.publish.name(),
        settings.per_address,
        settings.per_minute,
        settings.links,
        settings.words.lines().count(),
        settings.expires,
        settings.mail,
        settings.sendmail,
    ))?;
    complain(guestbook)
}

/// Mail that does not go out is known to the log, which the owner may never see.
fn complain(guestbook: &Guestbook) -> Result<(), Box<dyn Error>> {
    match guestbook.unsent()? {
        none if none.is_empty() => Ok(()),
        problem => Ok(say(&format!("Mail: {problem}"))?),
    }
}

fn mail_address(text: &str) -> Result<String, String> {
    match Settings::may_mail(text) {
        true => Ok(text.to_owned()),
        false => Err("write it as me@example.org".to_owned()),
    }
}

fn whole_path(text: &str) -> Result<String, String> {
    match text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("write it as /usr/sbin/sendmail".to_owned()),
    }
}
