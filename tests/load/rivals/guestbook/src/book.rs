//! The usual guestbook in Rust, as Cargo builds it, with rusqlite and maud.

use std::error::Error;
use std::io::Read;
use std::time::Duration;

use maud::{DOCTYPE, html};
use rusqlite::Connection;

fn main() -> Result<(), Box<dyn Error>> {
    let db = Connection::open(format!("{}/rust.db", std::env::var("BOOKS")?))?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")?;
    match std::env::var("REQUEST_METHOD").as_deref() {
        Ok("POST") => sign(&db),
        _ => show(&db),
    }
}

fn sign(db: &Connection) -> Result<(), Box<dyn Error>> {
    let mut body = Vec::new();
    std::io::stdin().take(16 * 1024).read_to_end(&mut body)?;
    let (mut name, mut message) = (String::new(), String::new());
    for (field, value) in form_urlencoded::parse(&body) {
        match &*field {
            "name" => name = value.into_owned(),
            "message" => message = value.into_owned(),
            _ => {}
        }
    }
    if !name.is_empty() && !message.is_empty() {
        let insert = "INSERT INTO guestbook (name, message) VALUES (?1, ?2)";
        db.execute(insert, [&name, &message])?;
    }
    let location = std::env::var("SCRIPT_NAME")?;
    print!("Status: 303 See Other\r\nLocation: {location}\r\n\r\n");
    Ok(())
}

fn show(db: &Connection) -> Result<(), Box<dyn Error>> {
    let mut query =
        db.prepare("SELECT name, message, created FROM guestbook ORDER BY created DESC LIMIT 100")?;
    let messages = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(String, String, String)>, _>>()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Guestbook" } }
            body {
                h1 { "Guestbook" }
                form method="post" {
                    p { label { "Name " input name="name" required; } }
                    p { label { "Message " textarea name="message" required {} } }
                    p { button { "Sign" } }
                }
                @for (name, message, created) in &messages {
                    article { h2 { (name) } p { (message) } p { (created) } }
                }
            }
        }
    };
    print!("Content-Type: text/html; charset=utf-8\r\n\r\n");
    println!("{}", page.into_string());
    Ok(())
}
