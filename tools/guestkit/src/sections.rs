//! The binary format's outermost layer: a preamble and sections of a one-byte id, a size and content.

use anyhow::{Context, Result, bail};

const PREAMBLE_BYTES: usize = 8;

/// Rewrites each section's size with five bytes of LEB128, which is valid though not minimal.
pub fn pad_sizes(module: &[u8]) -> Result<Vec<u8>> {
    let (preamble, mut rest) = module
        .split_at_checked(PREAMBLE_BYTES)
        .context("shorter than a module's preamble")?;
    let mut padded = preamble.to_vec();
    while let Some((&id, sized)) = rest.split_first() {
        let (size, content) = read_size(sized)?;
        let (content, next) = content
            .split_at_checked(size as usize)
            .context("a section is longer than the module")?;
        padded.push(id);
        padded.extend(five_byte_leb128(size));
        padded.extend_from_slice(content);
        rest = next;
    }
    Ok(padded)
}

fn read_size(bytes: &[u8]) -> Result<(u32, &[u8])> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value.try_into()?, &bytes[index + 1..]));
        }
    }
    bail!("a section's size does not end");
}

fn five_byte_leb128(value: u32) -> [u8; 5] {
    let mut bytes = [0; 5];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let more = if index < 4 { 0x80 } else { 0 };
        *byte = (value >> (7 * index)) as u8 & 0x7f | more;
    }
    bytes
}
