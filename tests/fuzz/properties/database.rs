//! The file of the blog, damaged: three bytes for a place, one for what is put there,
//! and so on. Every second place is on the first page, which has the schema.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, OnceLock};

use jiff::tz::TimeZone;
use mayfly::media::Shelf;
use mayfly::publish::{self, Press};
use mayfly::seed::Seed;
use mayfly::settings::Settings;
use mayfly::store::publish::Counting;
use mayfly::store::{self, BLOG_FILE, desk, schema};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

/// The first page.
const PAGE: usize = 4096;

struct Blog {
    folder: TempDir,
    whole: Vec<u8>,
}

/// Through our own layer of files, SQLite reads what is there or says that it is
/// damaged. It neither ends the process nor changes the file.
pub fn database(input: &[u8]) {
    static BLOG: OnceLock<Mutex<Blog>> = OnceLock::new();
    let blog = BLOG.get_or_init(|| Mutex::new(made())).lock().unwrap();
    let path = blog.folder.path().join(BLOG_FILE);
    let file = File::options().write(true).open(&path).unwrap();
    let (patches, _) = input.as_chunks::<4>();
    let patches = patches
        .iter()
        .enumerate()
        .map(|(number, &[a, b, c, byte])| {
            let place = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
            let among = [PAGE, blog.whole.len()][number % 2];
            (place % among, byte)
        });
    let patches: Vec<(usize, u8)> = patches.collect();
    for &(at, byte) in &patches {
        file.write_all_at(&[byte], at as u64).unwrap();
    }
    let damaged = fs::read(&path).unwrap();
    let read = read(&path);
    assert!(read.is_ok() || damaged != blog.whole, "{read:?}");
    assert!(damaged == fs::read(&path).unwrap(), "a reader has written");
    for &(at, _) in &patches {
        file.write_all_at(&blog.whole[at..=at], at as u64).unwrap();
    }
}

/// Reads all that the program may read, as it opens the file.
fn read(path: &std::path::Path) -> rusqlite::Result<usize> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags_and_vfs(path, flags, "mayfly")?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut bytes = 0;
    for table in schema::read_by("post") {
        let rows = format!("SELECT * FROM {table} LIMIT 100");
        let mut statement = connection.prepare(&rows)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                let value = row.get_ref(column)?;
                bytes += value.as_bytes().map_or(0, <[u8]>::len);
            }
        }
    }
    let by_address = "SELECT head, html FROM post WHERE date = ?1 AND slug = ?2";
    let found = connection
        .prepare(by_address)?
        .query_row((20_250_705, "slug"), |row| row.get::<_, String>(0));
    match found {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(bytes),
        found => found.map(|head| bytes + head.len()),
    }
}

fn made() -> Blog {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk::create(folder.path(), &Settings::default()).unwrap();
    let press = Press {
        zone: TimeZone::UTC,
        shelf: Shelf::empty(),
    };
    let seed = Seed::new(6);
    let posts = (0..6).map(|number| publish::post(seed.post(number), &press).unwrap());
    let posts: Vec<_> = posts.collect();
    desk.change(|tx| {
        for post in &posts {
            store::publish::add(tx, post, Counting::Later)?;
        }
        store::publish::settle(tx)
    })
    .unwrap();
    drop(desk);
    store::read_alone("post");
    let whole = fs::read(folder.path().join(BLOG_FILE)).unwrap();
    Blog { folder, whole }
}
