//! Pixels as a small PNG. Our pictures are of few colours and their blends at edges, so a palette of the most frequent
//! 256 holds nearly every pixel as it is; the rest take the nearest. A third of the bytes and of the time of true colour.

use super::Undrawn;
use resvg::tiny_skia::Pixmap;
use std::{cmp::Reverse, collections::HashMap};

type Colour = [u8; 3];

/// Pixels must be opaque.
pub(super) fn encode(pixels: &Pixmap) -> Result<Vec<u8>, Undrawn> {
    // Most pixels are like the one before.
    let mut runs: Vec<(Colour, usize)> = Vec::new();
    for pixel in pixels.pixels() {
        let colour = [pixel.red(), pixel.green(), pixel.blue()];
        match runs.last_mut() {
            Some((last, length)) if *last == colour => *length += 1,
            _ => runs.push((colour, 1)),
        }
    }
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for (colour, length) in &runs {
        *counts.entry(*colour).or_default() += length;
    }
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_unstable_by_key(|(colour, count)| (Reverse(*count), *colour));
    let colours: Vec<_> = colours.into_iter().map(|(colour, _)| colour).collect();
    let palette = &colours[..colours.len().min(256)];
    let index: HashMap<Colour, u8> =
        colours.iter().map(|colour| (*colour, nearest(palette, *colour))).collect();
    let mut data = Vec::with_capacity(pixels.pixels().len());
    for (colour, length) in runs {
        data.resize(data.len() + length, index[&colour]);
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    // Source: the PNG specification, "Filter type": none is best for palettes.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(file)
}

/// The place in the palette of the colour that is most like this one.
fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let distance =
        |one: &Colour| -> u32 { one.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let found = palette.iter().enumerate().min_by_key(|(_, one)| distance(one));
    found.map_or(0, |(at, _)| at as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::{Color, ColorU8};

    #[test]
    fn frequent_colours_are_exact_and_rare_ones_nearly() {
        let mut pixels = Pixmap::new(64, 64).unwrap();
        pixels.fill(Color::from_rgba8(22, 48, 74, 255));
        // Two hundred and fifty twice, and fifty that are nearly like one of them once.
        let colours = (0..500).map(|at| (at / 2, 0)).chain((0..50).map(|at| (5 * at, 1)));
        for (pixel, (red, green)) in pixels.pixels_mut().iter_mut().zip(colours) {
            *pixel = ColorU8::from_rgba(red as u8, green, 9, 255).premultiply();
        }
        let file = encode(&pixels).unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut read).unwrap();
        for (was, is) in pixels.pixels().iter().zip(read.chunks(3)) {
            let was = [was.red(), was.green(), was.blue()];
            assert!(was.iter().zip(is).all(|(a, b)| a.abs_diff(*b) <= 1), "{was:?} {is:?}");
        }
        assert_eq!(read[64 * 64 * 3 - 3..], [22, 48, 74]);
    }
}
