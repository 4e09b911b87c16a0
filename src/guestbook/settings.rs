//! What the owner settles: who may write, what waits, who is told.

/// When a message is published without the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publish {
    /// As soon as it is written, unless something speaks against it.
    AtOnce,
    /// Once the owner has approved one message of that name, the next ones are.
    AfterFirst,
    /// Once the owner has approved it.
    AfterApproval,
    /// Nobody can write.
    Closed,
}

impl Publish {
    /// The names the setting has in its column and on the command line.
    pub const NAMES: [(&str, Publish); 4] = [
        ("at-once", Publish::AtOnce),
        ("after-first", Publish::AfterFirst),
        ("after-approval", Publish::AfterApproval),
        ("closed", Publish::Closed),
    ];

    /// The setting of that name. Whatever else a column holds lets nobody write.
    pub fn named(name: &str) -> Publish {
        let found = Publish::NAMES.iter().find(|(known, _)| *known == name);
        found.map_or(Publish::Closed, |known| known.1)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let found = Publish::NAMES.iter().find(|(_, known)| *known == self);
        found.map_or("closed", |known| known.0)
    }
}

/// What the owner has settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When messages are published.
    pub publish: Publish,
    /// Signs forms and links.
    pub secret: Vec<u8>,
    /// Messages that one address may send within an hour; 0 for any number.
    pub per_address: i64,
    /// Messages that may arrive within a minute, whoever sends them; 0 for any.
    pub per_minute: i64,
    /// A message with more addresses in it than this waits.
    pub links: i64,
    /// Words, a line each, whose presence makes a message wait.
    pub words: String,
    /// Days after which messages that wait, or were rejected, are deleted; 0
    /// keeps them.
    pub expires: i64,
    /// Who is told by mail that messages wait, or empty.
    pub mail: String,
    /// The program that sends it.
    pub sendmail: String,
}

impl Settings {
    /// Days that the queue may be told to keep a message, at most: a hundred years.
    pub const MOST_DAYS: i64 = 36_500;

    /// Messages that may be let in within an hour or a minute, at most.
    pub const MOST_MESSAGES: i64 = 10_000;

    /// Links that a message may have, at most.
    pub const MOST_LINKS: i64 = 1_000;

    /// Whether mail can be sent to an address: it can stand in a header by itself,
    /// and nothing in it begins another. Nothing at all is nobody's.
    pub fn may_mail(address: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>,;:\"()\\".contains(&byte);
        address.is_empty() || address.contains('@') && address.bytes().all(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_no_header() {
        for good in ["", "me@example.org", "me+blog@b\u{fc}cher.example"] {
            assert_eq!(Settings::may_mail(good), good.is_ascii(), "{good}");
        }
        for bad in [
            "me",
            "me@a.example\nBcc: you@a.example",
            "a@b.example,c@d.example",
        ] {
            assert!(!Settings::may_mail(bad), "{bad}");
        }
    }

    #[test]
    fn a_setting_is_found_by_its_name() {
        for (name, publish) in Publish::NAMES {
            assert_eq!((Publish::named(name), publish.name()), (publish, name));
        }
        assert_eq!(Publish::named("open"), Publish::Closed);
    }
}
