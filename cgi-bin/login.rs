//! Signing in: `GET /login/?to=/admin/...` has the form, `POST /login/` takes it. And
//! `GET /login/preview/TOKEN/` shows a draft to whoever has a link to it.
#![no_main]

use mayfly::error::{Error, Result};
use mayfly::request::{Method, Request};
use mayfly::{login, preview, response::Response, setup, store, url};

/// A form with a name and a password in it is far shorter.
const LIMIT: usize = 16 * 1024;

mayfly::program!(show, LIMIT);

fn show(request: &Request) -> Result<Response> {
    if preview::wanted(&request.path).is_some() {
        return preview::show(request);
    }
    request.path.must_be(url::LOGIN)?;
    match request.method {
        Method::Get | Method::Head => {
            if setup::is_needed(&request.place) {
                return Err(Error::See(url::ADMIN.into())); // which makes the blog
            }
            let desk = store::open_desk_at(&request.place)?;
            login::form(request, &desk)
        }
        Method::Post => {
            let form = login::Form::read(request)?;
            let mut desk = store::open_desk_at(&request.place)?;
            login::sign_in(request, &mut desk, &form)
        }
        Method::Other => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
    }
}
