//! A form as a browser sends it: `application/x-www-form-urlencoded`, each field
//! once.

use crate::error::{Error, Result};
use crate::path::Query;
use crate::request::{Method, Request};

/// The fields of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(Query);

impl Form {
    /// The name of the field that carries the session's token.
    pub const TOKEN: &'static str = "token";

    /// Reads the form that a request carries.
    ///
    /// # Errors
    /// 405 for another method than POST, 400 for a body of another type and for
    /// bytes that are not UTF-8.
    pub fn read(request: &Request) -> Result<Form> {
        match request.method {
            Method::Post if !request.sender.sent_form() => Err(Error::BadRequest(
                "A form is sent as application/x-www-form-urlencoded.",
            )),
            Method::Post => Query::form(&request.body).map(Form),
            _ => Err(Error::MethodNotAllowed("POST")),
        }
    }

    /// The value of a field; empty where it is not there. Line ends are single
    /// characters, `\n`: browsers send two (WHATWG's HTML, "constructing the entry list").
    ///
    /// # Errors
    /// 400 where it is there twice.
    pub fn text(&self, name: &str) -> Result<String> {
        let text = self.0.get(name)?.unwrap_or_default();
        Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// The value of a field of one line, without spaces around it.
    ///
    /// # Errors
    /// 400 where it is there twice.
    pub fn line(&self, name: &str) -> Result<String> {
        let text = self.0.get(name)?.unwrap_or_default();
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The numbers of a field that is there once for each: a list's ticked boxes.
    /// What is no number is none of them.
    pub fn numbers(&self, name: &str) -> Vec<i64> {
        let values = self.0.all(name);
        values.filter_map(|value| value.parse().ok()).collect()
    }

    /// Whether a box was ticked, or a button of that name pressed.
    ///
    /// # Errors
    /// 400 where it is there twice.
    pub fn has(&self, name: &str) -> Result<bool> {
        Ok(self.0.get(name)?.is_some_and(|value| !value.is_empty()))
    }

    /// The fields whose names begin so, each by what follows, with its value: boxes
    /// that were ticked beside the rows of a list.
    pub fn named(&self, begin: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.named(begin)
    }

    /// A number; none where the field is not there or is no number.
    ///
    /// # Errors
    /// 400 where it is there twice.
    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        Ok(self
            .0
            .get(name)?
            .and_then(|value| value.trim().parse().ok()))
    }
}
