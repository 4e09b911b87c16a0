//! A blog of an older version, brought up to the programs' own in the browser, for hosts
//! without a shell: what `mayfly migrate` does. Nobody can be signed in, for what the
//! files say of that is in another version's words; so the visitor shows whose account
//! it is, as where a blog is made.

use crate::error::{Error, Result};
use crate::form::Form;
use crate::host::Host;
use crate::proof::{self, Proof};
use crate::request::{Method, Request};
use crate::response::Response;
use crate::site::Site;
use crate::store::desk;
use crate::store::migrate::Upgrade;
use crate::view::upgrade as view;
use crate::{failure, token, url};

/// Answers in place of the admin where the desk could not be opened.
///
/// # Errors
/// What kept it from being opened, unless that is its version and the programs are newer.
pub fn instead(
    request: &Request,
    host: &Host,
    upgrades: &[Upgrade],
    trouble: Error,
) -> Result<Response> {
    let Some(data) = request.place.data.as_deref() else {
        return Err(trouble);
    };
    if !desk::is_older(data).unwrap_or(false) {
        return Err(trouble);
    }
    match request.method {
        Method::Get | Method::Head if request.path.as_str() != url::ADMIN => {
            Err(Error::See(url::ADMIN.into()))
        }
        Method::Get | Method::Head => show(request, 503, &Proof::new()?, None),
        Method::Post => {
            let proof = Proof::read(&Form::read(request)?)?;
            if let Err(wrong) = proof.check(host) {
                return show(request, 422, &proof, Some(&wrong));
            }
            match desk::upgrade(data, upgrades) {
                Ok(_) => {
                    proof::forget(host);
                    Ok(failure::see(request, url::ADMIN, "").private())
                }
                Err(error) => {
                    let wrong = format!("It could not be done: {error}.");
                    let page = show(request, error.status(), &proof, Some(&wrong))?;
                    Ok(page.complaining(error.to_string()))
                }
            }
        }
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}

fn show(request: &Request, status: u16, proof: &Proof, wrong: Option<&str>) -> Result<Response> {
    let site = Site::unmade(&request.place.reached);
    let nonce = token::random()?;
    let page = view::page(&site, &nonce, proof.secret(), &proof.word(), wrong);
    Ok(Response::signed(page, &nonce).status(status))
}
