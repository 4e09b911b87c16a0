//! A page packed, and the name of a folder of such pages.

use std::io::Read;

use mayfly::kept::{FILES, Generation, gzip, order, place};
use mayfly::path::Path;

/// Whatever was packed comes out of any reader of gzip, and takes hardly more room.
pub fn kept(input: &[u8]) {
    let packed = gzip(input);
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(&packed[..])
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, input);
    assert!(
        packed.len() <= input.len() + input.len() / 1000 + 64,
        "{}",
        packed.len()
    );
    if let Ok(path) = Path::parse(input) {
        for segment in place(&path).into_iter().flatten() {
            assert!(!segment.starts_with('.') && !segment.contains(['/', '\0', '\\']));
            assert!(
                segment.len() <= 255 && !FILES.contains(&segment),
                "{segment}"
            );
        }
    }
    order(&String::from_utf8_lossy(input));
    let number = |from: usize| {
        let bytes = input.iter().skip(from).take(7);
        bytes.fold(0_i64, |number, byte| number << 8 | i64::from(*byte))
    };
    let generation = Generation {
        seq: number(0),
        comments: number(7),
        changed: number(14),
        files: false,
    };
    assert_eq!(order(&generation.name()), Some((number(0), number(7))));
}
