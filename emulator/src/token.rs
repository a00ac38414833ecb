//! Base64: what a bot's token is made of, and how a page sends files.

/// Base64 in the URL alphabet, without padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(ALPHABET[(word >> (18 - 6 * place)) as usize & 63] as char);
        }
    }
    text
}

/// Reads base64 in the plain alphabet, with or without padding.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.chunks(4) {
        let mut word = 0u32;
        for one in chunk {
            let value = match one {
                b'A'..=b'Z' => one - b'A',
                b'a'..=b'z' => one - b'a' + 26,
                b'0'..=b'9' => one - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            word = word << 6 | u32::from(value);
        }
        match chunk.len() {
            4 => bytes.extend_from_slice(&word.to_be_bytes()[1..]),
            3 => bytes.extend_from_slice(&(word >> 2).to_be_bytes()[2..]),
            2 => bytes.push((word >> 4) as u8),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn writes_base64_without_padding() {
        assert_eq!(super::base64(b""), "");
        assert_eq!(super::base64(b"f"), "Zg");
        assert_eq!(super::base64(b"fo"), "Zm8");
        assert_eq!(super::base64(b"foobar"), "Zm9vYmFy");
    }

    #[test]
    fn reads_base64() {
        let read = |text| super::from_base64(text);
        for (text, bytes) in
            [("", &b""[..]), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm8", b"fo"), ("+/8A", b"\xfb\xff\0")]
        {
            assert_eq!(read(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!((read("Z"), read("Zm 8"), read("Zm-_")), (None, None, None));
    }
}
