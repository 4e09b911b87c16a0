//! Rust as Cargo builds it, with rusqlite and maud.

use std::error::Error;

use maud::{DOCTYPE, PreEscaped, html};
use rusqlite::Connection;

struct Post {
    published: String,
    path: String,
    title: String,
    link: String,
    tags: String,
    body: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let db = Connection::open(std::env::var("BLOG")?)?;
    let mut query = db.prepare(
        "SELECT published, path, title, link, tags, body FROM post ORDER BY published DESC LIMIT 30",
    )?;
    let posts = query
        .query_map([], |row| {
            Ok(Post {
                published: row.get(0)?,
                path: row.get(1)?,
                title: row.get(2)?,
                link: row.get(3)?,
                tags: row.get(4)?,
                body: row.get(5)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "A load test" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header {
                    h1 { a href="/" { "A load test" } }
                    nav { a href="/tags/" { "Tags" } }
                }
                main {
                    @for day in posts.chunk_by(|one, next| one.published[..10] == next.published[..10]) {
                        h2 { (day[0].published[..10]) }
                        @for post in day {
                            article {
                                @if !post.title.is_empty() {
                                    @let own = format!("/{}", post.path);
                                    h3 { a href=(if post.link.is_empty() { &own } else { &post.link }) { (post.title) } }
                                }
                                (PreEscaped(&post.body))
                                p {
                                    a href={ "/" (post.path) } {
                                        time datetime=(post.published) { (post.published[11..16]) }
                                    }
                                    @for tag in post.tags.split_whitespace() {
                                        " " a href={ "/tags/" (tag) "/" } { (tag) }
                                    }
                                }
                            }
                        }
                    }
                }
                footer { a href="/feed.atom" { "Feed" } }
            }
        }
    };
    println!("Content-Type: text/html; charset=utf-8\r\n\r");
    println!("{}", page.into_string());
    Ok(())
}
