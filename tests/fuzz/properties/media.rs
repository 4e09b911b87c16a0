//! A file that somebody uploads.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::OnceLock;

use mayfly::media::{Kind, Refused, keep};
use tempfile::TempDir;

/// Most pixels that are tried: larger pictures take their time, and that is tested
/// elsewhere (`upload::one_picture_after_another_takes_no_more_memory`).
const PIXELS: usize = 250_000;

/// What is taken is a picture that can be taken again, and what it shows is all of it.
pub fn media(input: &[u8]) {
    let size = imagesize::blob_size(input).ok();
    if size.is_some_and(|size| size.width.saturating_mul(size.height) > PIXELS) {
        return;
    }
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("media")).unwrap();
        folder
    });
    let first = taken(folder.path(), input);
    is_empty(folder.path());
    let Some((kind, size, content)) = first else {
        return;
    };
    let again = taken(folder.path(), &content);
    let (again_as, again_size, again_content) = again.expect("what was kept is refused");
    assert_eq!((again_as, again_size), (kind, size));
    match kind {
        // These are as they came, but for what nobody sees.
        Kind::Gif | Kind::Avif => assert_eq!(again_content, content),
        Kind::Svg | Kind::Pdf => assert_eq!(content, input),
        Kind::Jpeg | Kind::Png | Kind::Webp => {
            let shown = imagesize::blob_size(&content).unwrap();
            assert_eq!(Some((shown.width as u32, shown.height as u32)), size);
        }
    }
    is_empty(folder.path());
}

type Taken = (Kind, Option<(u32, u32)>, Vec<u8>);

/// What is kept of a file, which is then removed.
fn taken(data: &Path, mut file: &[u8]) -> Option<Taken> {
    let kept = match keep(data, &mut file) {
        Ok(kept) => kept,
        Err(Refused::File(why)) => {
            assert!(
                !why.is_empty() && !why.contains(char::is_control),
                "{why:?}"
            );
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let name = kept.address.strip_prefix("/media/").unwrap();
    assert!(
        name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'),
        "{name}"
    );
    let content = fs::read(data.join("media").join(name)).unwrap();
    assert_eq!(content.len() as u64, kept.bytes);
    let (stem, _) = name.split_once('.').unwrap();
    for entry in fs::read_dir(data.join("media")).unwrap() {
        let entry = entry.unwrap();
        assert!(entry.file_name().to_string_lossy().starts_with(stem));
        match fs::remove_file(entry.path()) {
            Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
            _ => {}
        }
    }
    Some((kept.kind, kept.size, content))
}

/// Nothing is left behind, neither of a file that was refused nor on the way of one.
fn is_empty(data: &Path) {
    let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
    assert_eq!((names(data), names(&data.join("media"))), (1, 0));
}
