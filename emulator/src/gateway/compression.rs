//! Transport compression: one stream a connection, which each payload goes on with and leaves flushed.
//!
//! Source: Discord's reference, "Gateway", "Transport Compression". What IDENTIFY says with `compress` is something else,
//! payload compression: there the gateway *may* compress large payloads, and this one never does.

use flate2::{Compress, FlushCompress};
use std::str::FromStr;

/// What a client may ask for in the gateway's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Zlib,
    Zstd,
}

impl FromStr for Compression {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "zlib-stream" => Ok(Self::Zlib),
            "zstd-stream" => Ok(Self::Zstd),
            _ => Err(()),
        }
    }
}

/// The sending end of a compressed connection.
pub(super) enum Compressor {
    Zlib(Box<Compress>),
    /// A single frame of RFC 8878 that never ends, in blocks that are stored as they are: all that a client's decoder
    /// asks for, and no library.
    Zstd {
        begun: bool,
    },
}

impl Compressor {
    pub(super) fn new(compression: Compression) -> Self {
        match compression {
            Compression::Zlib => Self::Zlib(Box::new(Compress::new(flate2::Compression::fast(), true))),
            Compression::Zstd => Self::Zstd { begun: false },
        }
    }

    /// A payload as one message; it can be read as soon as it is there.
    pub(super) fn compress(&mut self, payload: &[u8]) -> Vec<u8> {
        match self {
            Self::Zlib(stream) => deflate(stream, payload),
            Self::Zstd { begun } => {
                let head: &[u8] = if *begun { &[] } else { &ZSTD_HEAD };
                *begun = true;
                store(head, payload)
            }
        }
    }
}

fn deflate(stream: &mut Compress, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() / 2 + 64);
    let before = stream.total_in();
    loop {
        let read = usize::try_from(stream.total_in() - before).unwrap_or(payload.len());
        // It fails only on a stream that was finished, which this one never is.
        let _ = stream.compress_vec(&payload[read..], &mut out, FlushCompress::Sync);
        if out.len() < out.capacity() {
            // Room was left, so everything is flushed: the message ends with 00 00 ff ff.
            return out;
        }
        out.reserve(out.len());
    }
}

/// Magic number, a descriptor without options, and a window of 128 KiB.
const ZSTD_HEAD: [u8; 6] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];

/// The largest block for that window.
const ZSTD_BLOCK: usize = 128 * 1024;

fn store(head: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut out = head.to_vec();
    for block in payload.chunks(ZSTD_BLOCK) {
        // Three bytes: the size, two bits for a stored block, and none to say that it is the last.
        let size = u32::try_from(block.len() << 3).unwrap_or(0);
        out.extend_from_slice(&size.to_le_bytes()[..3]);
        out.extend_from_slice(block);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Compression, Compressor, ZSTD_BLOCK};
    use flate2::{Decompress, FlushDecompress};

    fn payloads() -> [String; 4] {
        let large = |digits: std::ops::Range<u64>| {
            digits.map(|at| (at * at * 7919 % 99_991).to_string()).collect::<Vec<_>>().concat()
        };
        ["{}".into(), "{\"op\":10}".into(), large(0..80_000), large(80_000..90_000)]
    }

    #[test]
    fn each_payload_of_a_zlib_stream_can_be_read_at_once() {
        let mut compressor = Compressor::new("zlib-stream".parse::<Compression>().unwrap());
        let mut reader = Decompress::new(true);
        for payload in payloads() {
            let sent = compressor.compress(payload.as_bytes());
            assert!(sent.ends_with(&[0, 0, 0xff, 0xff]), "by which clients know where a payload ends");
            let mut read = Vec::with_capacity(payload.len() + 1);
            reader.decompress_vec(&sent, &mut read, FlushDecompress::Sync).unwrap();
            assert!(read == payload.as_bytes(), "{} bytes of {}", read.len(), payload.len());
        }
    }

    #[test]
    fn a_zstd_stream_is_one_frame_of_stored_blocks() {
        let mut compressor = Compressor::new("zstd-stream".parse::<Compression>().unwrap());
        for (at, payload) in payloads().iter().enumerate() {
            let sent = compressor.compress(payload.as_bytes());
            let mut rest = sent.as_slice();
            if at == 0 {
                rest = rest.strip_prefix(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]).unwrap();
            }
            let mut read = Vec::new();
            while let [one, two, three, more @ ..] = rest {
                let head = usize::from(*one) | usize::from(*two) << 8 | usize::from(*three) << 16;
                assert_eq!(head & 0b111, 0, "stored, and not the last");
                assert!((1..=ZSTD_BLOCK).contains(&(head >> 3)));
                let (block, others) = more.split_at(head >> 3);
                read.extend_from_slice(block);
                rest = others;
            }
            assert!(rest.is_empty() && read == payload.as_bytes());
        }
    }
}
