//! Who sent a request that may change something: from where, with which browser,
//! and whether one of the blog's own pages made it. Programs that only read
//! never look at any of this.

use crate::error::{Error, Result};
use crate::request::Variables;

/// Longest name of a browser that is kept, in characters.
const MAX_AGENT: usize = 200;

/// What is known of the sender of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The address as the web server saw it, or empty.
    pub address: String,
    /// What the browser calls itself, or empty.
    pub agent: String,
    /// Whether the request came by HTTPS.
    pub secure: bool,
    fetch_site: String,
    origin: String,
    /// The type of the body, or empty.
    pub content_type: String,
    /// Whether it is a script that wants to be told in JSON what came of it.
    pub wants_json: bool,
}

impl Sender {
    /// Reads what the server passed.
    ///
    /// # Errors
    /// As for any header: 400 where it is no text, 431 where it is too long.
    pub fn read(variables: &Variables<'_>) -> Result<Sender> {
        let text = |name| variables.header(name).map(Option::unwrap_or_default);
        let agent = text("HTTP_USER_AGENT")?.replace(char::is_control, " ");
        Ok(Sender {
            address: text("REMOTE_ADDR")?.to_owned(),
            agent: agent.chars().take(MAX_AGENT).collect(),
            // civetweb says `off`, and HTTP_HTTPS is a header that anybody can send.
            secure: matches!(variables.get("HTTPS"), Some(b"on" | b"1")),
            fetch_site: text("HTTP_SEC_FETCH_SITE")?.to_owned(),
            origin: text("HTTP_ORIGIN")?.to_owned(),
            content_type: text("CONTENT_TYPE")?.to_owned(),
            wants_json: text("HTTP_ACCEPT")?.contains("application/json"),
        })
    }

    /// Insists that a page of the blog itself made the request, and no other
    /// site's. `own` are the origins the blog is known by.
    ///
    /// Browsers say so in `Sec-Fetch-Site` where the page came by HTTPS or from
    /// this machine, and else in `Origin`. Only the host of the latter is
    /// compared: behind a proxy that ends TLS the scheme is another one here. What
    /// sends neither is no browser of the last years; the form's token has to do.
    ///
    /// # Errors
    /// 403 for a request that another site's page made.
    pub fn must_be_own(&self, own: &[&str]) -> Result<()> {
        let foreign =
            Error::Forbidden("This form was sent from another site, so nothing was done.");
        if !self.fetch_site.is_empty() {
            return match self.fetch_site.as_str() {
                "same-origin" => Ok(()),
                _ => Err(foreign),
            };
        }
        let host = |origin: &str| origin.split_once("://").map(|(_, host)| host.to_owned());
        match host(&self.origin) {
            None if self.origin.is_empty() => Ok(()),
            Some(sent) if own.iter().any(|own| host(own).as_ref() == Some(&sent)) => Ok(()),
            _ => Err(foreign),
        }
    }

    /// Whether the body is a form's, or says nothing of what it is. One with files
    /// in it (`multipart/form-data`) has no fields where this one has them.
    pub fn sent_form(&self) -> bool {
        self.kind().is_empty() || self.sent("application/x-www-form-urlencoded")
    }

    /// Whether the body is a form with files in it.
    pub fn sent_files(&self) -> bool {
        self.sent("multipart/form-data")
    }

    fn sent(&self, kind: &str) -> bool {
        self.kind().eq_ignore_ascii_case(kind)
    }

    fn kind(&self) -> &str {
        let kind = self.content_type.split(';').next();
        kind.unwrap_or_default().trim()
    }

    /// The address as throttles count it. A household has a whole /64 of IPv6
    /// addresses, so an attacker has as many as they like.
    pub fn network(&self) -> String {
        match self.address.parse::<std::net::Ipv6Addr>() {
            Ok(address) if address.to_ipv4_mapped().is_none() => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            _ => self.address.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(variables: &[(&str, &str)]) -> Sender {
        let pairs = variables
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        Sender::read(&Variables(pairs.collect())).unwrap_or_default()
    }

    #[test]
    fn other_sites_are_told_from_our_own() {
        let site = ("HTTP_SEC_FETCH_SITE", "cross-site");
        let own = ("HTTP_ORIGIN", "https://blog.example");
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[], true),
            (&[("HTTP_SEC_FETCH_SITE", "same-origin")], true),
            (&[("HTTP_SEC_FETCH_SITE", "same-site")], false),
            (&[("HTTP_SEC_FETCH_SITE", "none")], false),
            (&[site, own], false),
            (&[own], true),
            (&[("HTTP_ORIGIN", "http://blog.example:8080")], false),
            (&[("HTTP_ORIGIN", "https://evil.example")], false),
            (&[("HTTP_ORIGIN", "null")], false),
        ];
        for (variables, passes) in cases {
            let outcome = sender(variables).must_be_own(&["http://blog.example", ""]);
            assert_eq!(outcome.is_ok(), passes, "{variables:?}");
        }
        // A host that was not understood is nobody's.
        assert!(sender(&[own]).must_be_own(&["", ""]).is_err());
    }

    #[test]
    fn a_whole_network_counts_as_one() {
        let network = |address| sender(&[("REMOTE_ADDR", address)]).network();
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:192.0.2.7"), "::ffff:192.0.2.7");
    }
}
