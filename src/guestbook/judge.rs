//! The decision over a message: published, or held for the owner; and why.

use super::token::Token;
use super::{Entry, Publish, Settings, bayes, text};

/// What is known about a message when it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The message.
    pub entry: &'a Entry,
    /// Whether the field that nobody sees was filled in.
    pub trapped: bool,
    /// What the form's token turned out to be.
    pub token: Token,
    /// Whether the form was sent before, with another text.
    pub again: bool,
    /// Whether a message of this name was approved before.
    pub known: bool,
    /// What the filter says, if it says anything.
    pub score: Option<f64>,
}

/// What becomes of a message, with the reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Published at once.
    Publish(String),
    /// Held for the owner.
    Hold(String),
}

/// Decides. All reasons to hold a message are named, not just the first.
pub fn judge(evidence: &Evidence<'_>, settings: &Settings) -> Verdict {
    let entry = evidence.entry;
    let mut reasons: Vec<String> = Vec::new();
    let mut held = |holds: bool, reason: &str| {
        if holds {
            reasons.push(reason.to_owned());
        }
    };
    held(
        evidence.trapped,
        "filled in the field that people don't see",
    );
    held(
        evidence.token == Token::Missing,
        "was sent without the form",
    );
    held(
        evidence.token == Token::Forged,
        "has a form that was not signed here",
    );
    held(
        matches!(evidence.token, Token::Fast(_)),
        "came within 3 seconds of opening the form",
    );
    held(evidence.again, "used a form that had been sent before");
    let links = text::links(&entry.text);
    if i64::try_from(links).is_ok_and(|links| links > settings.links) {
        held(
            true,
            &format!("has {links} links, and {} may pass", settings.links),
        );
    }
    if let Some(word) = listed(entry, &settings.words) {
        held(
            true,
            &format!("has the word \u{201c}{word}\u{201d} of your list"),
        );
    }
    if let Some(score) = evidence.score.filter(|score| *score >= bayes::SUSPECT) {
        let percent = (score * 100.0).floor();
        held(
            true,
            &format!("looks like what you rejected before ({percent} %)"),
        );
    }
    match settings.publish {
        Publish::AtOnce => {}
        Publish::AfterFirst => held(!evidence.known, "is the first of this name"),
        Publish::AfterApproval | Publish::Closed => held(true, "waits as every message does"),
    }
    match (reasons.is_empty(), settings.publish) {
        (false, _) => Verdict::Hold(reasons.join("; ")),
        (true, Publish::AfterFirst) => Verdict::Publish("you approved this name before".into()),
        (true, _) => Verdict::Publish("nothing spoke against it".into()),
    }
}

/// The first of the owner's words that a message has, anywhere in it, in either
/// case.
fn listed<'a>(entry: &Entry, words: &'a str) -> Option<&'a str> {
    let text = [entry.name.as_str(), &entry.site, &entry.text]
        .join("\n")
        .to_lowercase();
    let mut words = words.lines().map(str::trim).filter(|word| !word.is_empty());
    words.find(|word| text.contains(&word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::super::token::Form;
    use super::*;

    const FORM: Form = Form {
        issued: 0,
        nonce: 0,
    };

    fn settings(publish: Publish) -> Settings {
        Settings {
            publish,
            secret: Vec::new(),
            per_address: 0,
            per_minute: 0,
            links: 2,
            words: "casino\n\n Pills ".into(),
            expires: 0,
            mail: String::new(),
            sendmail: String::new(),
        }
    }

    fn reason(change: impl FnOnce(&mut Evidence<'_>, &mut Settings)) -> String {
        reason_for("Hello.", change)
    }

    fn reason_for(text: &str, change: impl FnOnce(&mut Evidence<'_>, &mut Settings)) -> String {
        let entry = Entry {
            name: "Ann".into(),
            site: String::new(),
            text: text.into(),
        };
        let mut settings = settings(Publish::AtOnce);
        let mut evidence = Evidence {
            entry: &entry,
            trapped: false,
            token: Token::Good(FORM),
            again: false,
            known: false,
            score: None,
        };
        change(&mut evidence, &mut settings);
        match judge(&evidence, &settings) {
            Verdict::Publish(why) => format!("published: {why}"),
            Verdict::Hold(why) => why,
        }
    }

    #[test]
    fn each_rule_holds_a_message_and_says_so() {
        assert_eq!(reason(|_, _| {}), "published: nothing spoke against it");
        assert!(reason(|e, _| e.trapped = true).starts_with("filled in the field"));
        assert_eq!(
            reason(|e, _| e.token = Token::Missing),
            "was sent without the form"
        );
        assert!(reason(|e, _| e.token = Token::Forged).contains("not signed here"));
        assert!(reason(|e, _| e.token = Token::Fast(FORM)).contains("within 3 seconds"));
        assert!(reason(|e, _| e.again = true).contains("sent before"));
        assert_eq!(
            reason(|e, _| e.score = Some(0.978)),
            "looks like what you rejected before (97 %)"
        );
        assert!(reason(|e, _| e.score = Some(0.5)).starts_with("published"));
        let many = "http://a.example http://b.example http://c.example";
        assert_eq!(reason_for(many, |_, _| {}), "has 3 links, and 2 may pass");
        assert!(reason_for("CASINO", |_, _| {}).contains("\u{201c}casino\u{201d}"));
        assert!(reason_for("cheap pills", |_, _| {}).contains("\u{201c}Pills\u{201d}"));
    }

    #[test]
    fn the_owner_chooses_what_waits() {
        assert_eq!(
            reason(|_, s| s.publish = Publish::AfterFirst),
            "is the first of this name"
        );
        let known = reason(|e, s| {
            s.publish = Publish::AfterFirst;
            e.known = true;
        });
        assert_eq!(known, "published: you approved this name before");
        assert_eq!(
            reason(|e, s| {
                s.publish = Publish::AfterApproval;
                e.known = true;
            }),
            "waits as every message does"
        );
    }

    #[test]
    fn all_reasons_are_named() {
        let why = reason(|e, s| {
            e.trapped = true;
            e.token = Token::Missing;
            s.publish = Publish::AfterApproval;
        });
        assert_eq!(why.split("; ").count(), 3, "{why}");
    }
}
