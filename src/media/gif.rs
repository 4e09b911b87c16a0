//! A GIF, copied block by block (GIF89a, section 17): what is drawn and how often it
//! repeats stays; comments, metadata and whatever follows its end do not.

/// Behind the signature stand width, height and what follows them.
const SCREEN: usize = 13;

/// The copy, or `None` where the file ends too early or breaks its own format.
pub fn cleaned(gif: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(gif.len());
    let mut rest = gif;
    let flags = *gif.get(10)?;
    take(&mut rest, SCREEN + colours(flags), &mut out)?;
    let mut drawn = false;
    loop {
        match *rest.first()? {
            // An image: place, size, its own colours, the size of a code, data.
            0x2c => {
                let flags = *rest.get(9)?;
                take(&mut rest, 10 + colours(flags) + 1, &mut out)?;
                blocks(&mut rest, &mut out)?;
                drawn = true;
            }
            0x21 => {
                let label = *rest.get(1)?;
                let repeats = rest.get(2..14) == Some(b"\x0bNETSCAPE2.0");
                // Timing and transparency, and how often to begin again.
                let kept = label == 0xf9 || (label == 0xff && repeats);
                let mut copy = Vec::new();
                take(&mut rest, 2, &mut copy)?;
                blocks(&mut rest, &mut copy)?;
                if kept {
                    out.append(&mut copy);
                }
            }
            0x3b => {
                out.push(0x3b);
                return drawn.then_some(out);
            }
            _ => return None,
        }
    }
}

/// The bytes of a colour table, if the flags say that there is one.
fn colours(flags: u8) -> usize {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

/// Blocks that each begin with their length, up to the one of none.
fn blocks(rest: &mut &[u8], out: &mut Vec<u8>) -> Option<()> {
    loop {
        let length = usize::from(*rest.first()?);
        take(rest, length + 1, out)?;
        if length == 0 {
            return Some(());
        }
    }
}

fn take(rest: &mut &[u8], length: usize, out: &mut Vec<u8>) -> Option<()> {
    let (taken, left) = rest.split_at_checked(length)?;
    out.extend_from_slice(taken);
    *rest = left;
    Some(())
}
