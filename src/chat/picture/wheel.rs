//! The emblem: a ship's wheel.

use super::{
    canvas::Canvas,
    colour::{AMBER, CARD},
};

/// One spoke with its handle, straight up; goes with every picture.
pub(super) const SPOKE: &str = "<g id=\"spoke\"><path d=\"M0-9V-34\" stroke-width=\"3.4\"/><path d=\"M0-38V-45\" stroke-width=\"6.4\" \
     stroke-linecap=\"round\"/><path d=\"M0-33V-38\" stroke-width=\"3.4\"/></g>";

/// Draws it around a point, with handles reaching `radius` far.
pub(super) fn draw(canvas: &mut Canvas, (x, y): (f32, f32), radius: f32) {
    let scale = radius / 48.0;
    canvas.add(format_args!(
        "<g transform=\"translate({x} {y}) scale({scale})\" fill=\"none\" stroke=\"{AMBER}\">"
    ));
    for spoke in 0..8 {
        canvas.add(format_args!("<use href=\"#spoke\" transform=\"rotate({})\"/>", spoke * 45));
    }
    canvas.add(format_args!(
        "<circle r=\"30\" stroke-width=\"6\"/><circle r=\"30\" stroke=\"{CARD}\" stroke-width=\"1\"/>\
         <circle r=\"9.5\" fill=\"{AMBER}\" stroke=\"none\"/><circle r=\"3.6\" fill=\"{CARD}\" stroke=\"none\"/></g>"
    ));
}
