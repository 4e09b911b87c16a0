//! The archive of a backup: the blog's files and `media/` in a .tar.gz, which
//! any other program can read as well.

use std::error::Error;
use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use indicatif::ProgressBar;
use mayfly::store::backup::FILES;
use tar::{Archive, Builder, EntryType};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::failure::Failure;

const MEDIA: &str = "media";

/// A folder for files that are not ready, gone when it is let go of. Drafts lie
/// in it, so only its owner may enter.
///
/// # Errors
/// Whatever keeps it from being made.
pub fn workplace(prefix: &str, folder: &Path) -> io::Result<TempDir> {
    let mut place = tempfile::Builder::new();
    place
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700));
    place.tempdir_in(folder)
}

/// Packs the files that lie in `copy`, and a folder of uploads if there is one.
///
/// # Errors
/// Whatever keeps a file from being read or the archive from being written.
pub fn pack(
    copy: &Path,
    media: Option<&Path>,
    into: &Path,
    bar: &ProgressBar,
) -> Result<(), Box<dyn Error>> {
    bar.set_message("packing");
    let mut file = File::options();
    let file = file.write(true).create_new(true).mode(0o600).open(into)?;
    let packed = GzEncoder::new(BufWriter::new(file), Compression::default());
    let mut archive = Builder::new(packed);
    for name in FILES {
        archive.append_path_with_name(copy.join(name), name)?;
    }
    for entry in media.into_iter().flat_map(WalkDir::new) {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let below = entry.path().strip_prefix(media.unwrap_or(entry.path()))?;
        match File::open(entry.path()) {
            Ok(mut upload) => archive.append_file(Path::new(MEDIA).join(below), &mut upload)?,
            // Somebody deleted the upload since the folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut written = archive.into_inner()?.finish()?;
    written.flush()?;
    written.get_ref().sync_all()?;
    Ok(())
}

/// Unpacks an archive into an empty folder. Returns how many uploads it has.
///
/// # Errors
/// An archive that is cut short, damaged, or has anything in it but a blog.
pub fn unpack(path: &Path, into: &Path, bar: &ProgressBar) -> Result<u64, Box<dyn Error>> {
    let damaged = |error: io::Error| {
        Failure::new(format!(
            "{} is damaged or no archive of a blog",
            path.display()
        ))
        .because(error)
    };
    let file = File::open(path).map_err(|error| {
        Failure::new(format!("{} can't be read", path.display())).because(error)
    })?;
    bar.set_length(file.metadata()?.len());
    let mut archive = Archive::new(GzDecoder::new(bar.wrap_read(BufReader::new(file))));
    fs::create_dir_all(into.join(MEDIA))?;
    let mut uploads = 0;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = entry.path().map_err(damaged)?.into_owned();
        let plain = name
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let upload = name.starts_with(MEDIA) && name.components().count() > 1;
        let expected = upload || FILES.iter().any(|file| name == Path::new(file));
        // A link, or a path that leads out of the folder, is an attack.
        if entry.header().entry_type() != EntryType::Regular || !plain || !expected {
            let text = format!(
                "{} holds {}, which no backup of a blog does",
                path.display(),
                name.display()
            );
            return Err(Failure::new(text).into());
        }
        let target = into.join(&name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = File::options().write(true).create_new(true).open(&target)?;
        io::copy(&mut entry, &mut file).map_err(damaged)?;
        file.sync_all()?;
        uploads += u64::from(upload);
    }
    // Reads on to the end, where gzip's own checksum stands.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    match FILES.iter().find(|name| !into.join(name).exists()) {
        Some(name) => Err(Failure::new(format!("{} has no {name}", path.display())).into()),
        None => Ok(uploads),
    }
}
