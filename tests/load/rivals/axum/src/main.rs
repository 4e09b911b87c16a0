//! A long-running server with Mayfly's own store and view: the same page without
//! a process to start and without a file to open, which is what exec costs.

use std::cell::RefCell;
use std::error::Error;
use std::time::SystemTime;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mayfly::config::Place;
use mayfly::listing::Cut;
use mayfly::store::{self, Blog};
use mayfly::{url, view};

thread_local! {
    /// Each thread keeps the blog open until its file changes.
    static OPEN: RefCell<Option<(SystemTime, Blog)>> = const { RefCell::new(None) };
}

async fn home() -> Response {
    // A page takes less time than it would take to hand it to another thread.
    match page() {
        Ok(page) => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        Err(error) => {
            eprintln!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn page() -> Result<String, Box<dyn Error>> {
    let place = Place {
        data: Some(std::env::var("MAYFLY_DATA")?.into()),
        reached: url::Reached {
            base: Some(String::new()),
            ..url::Reached::default()
        },
        ..Place::default()
    };
    let file = std::path::Path::new(&std::env::var("MAYFLY_DATA")?).join(store::BLOG_FILE);
    let changed = std::fs::metadata(file)?.modified()?;
    OPEN.with_borrow_mut(|open| {
        if open.as_ref().is_none_or(|(known, _)| *known != changed) {
            let blog = store::open_blog(&place).map_err(|error| format!("{error:?}"))?;
            *open = Some((changed, blog));
        }
        let Some((_, blog)) = open else {
            return Err("no blog".into());
        };
        let slice = store::home::page(blog, Cut::Start).map_err(|error| format!("{error:?}"))?;
        Ok(view::home::page(blog.site, Cut::Start, slice).0.concat())
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("longrunning ADDRESS")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let app = Router::new().route("/", get(home));
        Ok(axum::serve(listener, app).await?)
    })
}
