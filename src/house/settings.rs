//! What is settled about the blog as a whole: `/admin/settings/`.

use jiff::tz::TimeZone;

use super::{Typed, done, news, show};
use crate::admin;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::media::Shelf;
use crate::publish::Press;
use crate::request::{Method, Request};
use crate::response::Response;
use crate::session::Session;
use crate::settings::{NAMES, zones};
use crate::store::{self, Desk};
use crate::url;
use crate::view::house::settings as view;

/// Shows the settings, or takes them.
///
/// # Errors
/// 404 below the address, 405 for another method.
pub fn answer(request: &Request, desk: &mut Desk, session: &Session) -> Result<Response> {
    admin::is_at(&request.path, url::SETTINGS)?;
    request.get_or_post()?;
    let mut settings = store::settings::read(desk)?;
    if request.method != Method::Post {
        let fields = NAMES.map(|name| (name, Typed::well(settings.get(name))));
        let saved = news(request)? == "saved";
        return show(session, 200, view::page(session, &fields, &zones(), saved));
    }
    let form = Form::read(request)?;
    session.confirm(request, &form)?;
    let mut fields = Vec::with_capacity(NAMES.len());
    for name in NAMES {
        let value = form.text(name)?;
        let wrong = settings.set(name, &value).err();
        fields.push((name, Typed { value, wrong }));
    }
    if fields.iter().any(|(_, typed)| typed.wrong.is_some()) {
        return show(session, 422, view::page(session, &fields, &zones(), false));
    }
    let zone = TimeZone::get(&settings.zone)
        .map_err(|error| Error::Internal(format!("the time zone: {error}")))?;
    let shelf = Shelf::of(request.place.data.as_deref().ok_or(Error::NotFound)?);
    store::settings::save(desk, &settings, &Press { zone, shelf })?;
    done(request, url::SETTINGS, "saved")
}
