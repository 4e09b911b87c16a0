//! Derived from schema.sql by `UPDATE=1 cargo test --lib short`; nobody edits it.

use super::Table;

/// The tables that programs read.
pub const TABLES: [Table; 14] = [
    Table {
        name: "site",
        stored: "CREATE TABLE site (head TEXT NOT NULL GENERATED ALWAYS AS (concat_ws(char(31), seq, changed, coalesce(next_due, ''), replace(title, char(31), ''), replace(tagline, char(31), ''), uid, replace(author, char(31), ''), replace(base_url, char(31), ''), links, replace(language, char(31), ''), replace(footer, char(31), ''), per_page, comments, replace(style, char(31), ''), years, replace(nav, char(31), ''), keep)) STORED, seq INTEGER NOT NULL, changed INTEGER NOT NULL, next_due INTEGER, title TEXT NOT NULL, tagline TEXT NOT NULL, uid TEXT NOT NULL, author TEXT NOT NULL, base_url TEXT NOT NULL, links TEXT NOT NULL, zone TEXT NOT NULL, language TEXT NOT NULL, footer TEXT NOT NULL, per_page INTEGER NOT NULL, comments INTEGER NOT NULL, keep INTEGER NOT NULL, years TEXT NOT NULL, nav TEXT NOT NULL, style TEXT NOT NULL, changes TEXT NOT NULL, last_id INTEGER NOT NULL) STRICT",
        short: "CREATE TABLE site(head)",
    },
    Table {
        name: "post",
        stored: "CREATE TABLE post (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, slug TEXT NOT NULL, head TEXT NOT NULL GENERATED ALWAYS AS (concat_ws(char(31), moment, kind, published, updated, title, tags, summary, words, link_url, via_url, via_title, source, source_url, image)) STORED, around TEXT NOT NULL, html TEXT NOT NULL, moment INTEGER NOT NULL, kind INTEGER NOT NULL, published TEXT NOT NULL, updated TEXT NOT NULL, title TEXT NOT NULL, tags TEXT NOT NULL, summary TEXT NOT NULL, words INTEGER NOT NULL, link_url TEXT NOT NULL, via_url TEXT NOT NULL, via_title TEXT NOT NULL, source TEXT NOT NULL, source_url TEXT NOT NULL, image TEXT NOT NULL, context TEXT NOT NULL, origin TEXT NOT NULL, text TEXT NOT NULL, CONSTRAINT one_post_to_an_address UNIQUE (date, slug)) STRICT",
        short: "CREATE TABLE post(id INTEGER PRIMARY KEY,date,slug,head,around,html,UNIQUE(date,slug))",
    },
    Table {
        name: "listing",
        stored: "CREATE TABLE listing (moment INTEGER PRIMARY KEY, post INTEGER NOT NULL, date INTEGER NOT NULL, slug TEXT NOT NULL, label TEXT NOT NULL, html TEXT NOT NULL) STRICT",
        short: "CREATE TABLE listing(moment INTEGER PRIMARY KEY,post,date,slug,label,html)",
    },
    Table {
        name: "tag",
        stored: "CREATE TABLE tag (name TEXT NOT NULL PRIMARY KEY, id INTEGER NOT NULL, posts INTEGER NOT NULL, html TEXT NOT NULL, related TEXT NOT NULL, description TEXT NOT NULL) STRICT, WITHOUT ROWID",
        short: "CREATE TABLE tag(name PRIMARY KEY,id,posts,html,related)WITHOUT ROWID",
    },
    Table {
        name: "tagging",
        stored: "CREATE TABLE tagging (tag INTEGER NOT NULL, moment INTEGER NOT NULL, PRIMARY KEY (tag, moment)) STRICT, WITHOUT ROWID",
        short: "CREATE TABLE tagging(tag,moment,PRIMARY KEY(tag,moment))WITHOUT ROWID",
    },
    Table {
        name: "tag_pair",
        stored: "CREATE TABLE tag_pair (tag INTEGER NOT NULL, other INTEGER NOT NULL, posts INTEGER NOT NULL, PRIMARY KEY (tag, other)) STRICT, WITHOUT ROWID",
        short: "CREATE TABLE tag_pair(tag,other,posts,PRIMARY KEY(tag,other))WITHOUT ROWID",
    },
    Table {
        name: "period",
        stored: "CREATE TABLE period (date INTEGER PRIMARY KEY, entries INTEGER NOT NULL, links INTEGER NOT NULL, quotes INTEGER NOT NULL, notes INTEGER NOT NULL, oldest INTEGER NOT NULL, newest INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT",
        short: "CREATE TABLE period(date INTEGER PRIMARY KEY,entries,links,quotes,notes,oldest,newest,changed)",
    },
    Table {
        name: "page",
        stored: "CREATE TABLE page (path TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, updated TEXT NOT NULL, summary TEXT NOT NULL, html TEXT NOT NULL, nav INTEGER NOT NULL, id INTEGER NOT NULL, origin TEXT NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID",
        short: "CREATE TABLE page(path PRIMARY KEY,title,updated,summary,html)WITHOUT ROWID",
    },
    Table {
        name: "redirect",
        stored: "CREATE TABLE redirect (path TEXT NOT NULL PRIMARY KEY, target TEXT NOT NULL) STRICT, WITHOUT ROWID",
        short: "CREATE TABLE redirect(path PRIMARY KEY,target)WITHOUT ROWID",
    },
    Table {
        name: "settings",
        stored: "CREATE TABLE settings (head TEXT NOT NULL GENERATED ALWAYS AS (concat_ws(char(31), publish, hex(secret), per_address, per_minute, links, replace(words, char(31), ''), expires, replace(mail, char(31), ''), replace(sendmail, char(31), ''))) STORED, publish TEXT NOT NULL, secret BLOB NOT NULL, per_address INTEGER NOT NULL, per_minute INTEGER NOT NULL, links INTEGER NOT NULL, words TEXT NOT NULL, expires INTEGER NOT NULL, mail TEXT NOT NULL, sendmail TEXT NOT NULL) STRICT",
        short: "CREATE TABLE settings(head)",
    },
    Table {
        name: "tally",
        stored: "CREATE TABLE tally (last INTEGER NOT NULL, seq INTEGER NOT NULL, minute INTEGER NOT NULL, sent INTEGER NOT NULL, day INTEGER NOT NULL, salt BLOB NOT NULL, mailed INTEGER NOT NULL, unsent TEXT NOT NULL, good INTEGER NOT NULL, bad INTEGER NOT NULL) STRICT",
        short: "CREATE TABLE tally(last,seq,minute,sent,day,salt,mailed,unsent,good,bad)",
    },
    Table {
        name: "message",
        stored: "CREATE TABLE message (id INTEGER PRIMARY KEY, moment INTEGER NOT NULL, name TEXT NOT NULL, site TEXT NOT NULL, text TEXT NOT NULL, reply TEXT NOT NULL, replied INTEGER NOT NULL, why TEXT NOT NULL) STRICT",
        short: "CREATE TABLE message(id INTEGER PRIMARY KEY,moment,name,site,text,reply,replied,why)",
    },
    Table {
        name: "form",
        stored: "CREATE TABLE form (issued INTEGER NOT NULL, nonce INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (issued, nonce)) STRICT, WITHOUT ROWID",
        short: "CREATE TABLE form(issued,nonce,message,PRIMARY KEY(issued,nonce))WITHOUT ROWID",
    },
    Table {
        name: "sender",
        stored: "CREATE TABLE sender (address INTEGER NOT NULL PRIMARY KEY, hour INTEGER NOT NULL, sent INTEGER NOT NULL) STRICT",
        short: "CREATE TABLE sender(address INTEGER PRIMARY KEY,hour,sent)",
    },
];
