//! The landscape of a post: its picture, and the ground of its card.

use std::ops::Range;

use kiln::prelude::*;

pub const WIDTH: u32 = 1200;
pub const HEIGHT: u32 = 630;
const HILLS: u32 = 5;

/// The hues of the sky, of the light near the horizon, and of the nearest hill.
const PALETTES: [[u32; 3]; 6] = [
    [205, 45, 165],
    [30, 45, 5],
    [180, 50, 225],
    [275, 20, 345],
    [225, 35, 265],
    [195, 60, 120],
];

/// A landscape, drawn from a title: another title, another place. What lies over it is the words of a card, or nothing.
pub fn draw(title: &str, over: &Markup) -> Markup {
    let mut roll = dice(title);
    let [sky, sun, ground] = PALETTES[roll(0..6) as usize];
    let (sun_x, sun_y, sun_size) = (roll(200..1000), roll(140..280), roll(50..90));

    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            linearGradient #sky x2="0" y2="1" {
                stop stop-color={ "hsl(" (sky) ", 70%, 76%)" } {}
                stop offset="0.8" stop-color={ "hsl(" (sun) ", 90%, 93%)" } {}
            }
            rect width=(WIDTH) height=(HEIGHT) fill="url(#sky)" {}
            g fill={ "hsl(" (sun) ", 100%, 96%)" } {
                circle cx=(sun_x) cy=(sun_y) r=(sun_size * 2) opacity="0.3" {}
                circle cx=(sun_x) cy=(sun_y) r=(sun_size) {}
            }
            // The hills come nearer one by one, and so they grow darker.
            @for hill in 1..=HILLS {
                @let hue = (sky * (HILLS - hill) + ground * hill) / HILLS;
                @let colour = format!("hsl({hue}, {}%, {}%)", 30 + 3 * hill, 80 - 11 * hill);
                path fill=(colour) d=(ridge(&mut roll, 180 + 65 * hill)) {}
            }
            (over)
        }
    }
}

/// The outline of a hill: a smooth curve through random heights, closed along the lower edge.
fn ridge(roll: &mut impl FnMut(Range<u32>) -> u32, top: u32) -> String {
    let mut path = format!("M0 {HEIGHT}V{}", top + roll(0..120));
    for x in (200..=WIDTH).step_by(200) {
        let (bend, y) = (top + roll(0..120), top + roll(0..120));
        path = format!("{path}S{} {bend} {x} {y}", x - 100);
    }
    format!("{path}V{HEIGHT}Z")
}

/// Random numbers that are the same whenever the text is: a hash of it, stirred with every roll.
fn dice(text: &str) -> impl FnMut(Range<u32>) -> u32 {
    // FNV-1a, and then SplitMix64
    let mut state = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    move |range| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        range.start + (bits >> 32) as u32 % (range.end - range.start)
    }
}
