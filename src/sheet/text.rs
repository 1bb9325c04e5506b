//! Words on a page: shaped and drawn with the system's fonts, in any script they cover.

use cosmic_text::{
    Attrs, Buffer, Color, Ellipsize, EllipsizeHeightLimit, Family, FontSystem, Metrics, Shaping, SwashCache,
    Weight, Wrap, fontdb,
};

/// Families tried in this order; the first the system has is used, others help out where it lacks a letter.
const FAMILIES: [&str; 7] = [
    "Inter",
    "Noto Sans CJK SC",
    "Segoe UI",
    "Helvetica Neue",
    "Noto Sans",
    "DejaVu Sans",
    "Arial",
];

/// How words look.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    /// Height, pixels.
    pub size: f32,
    /// Colour, sRGB.
    pub colour: [u8; 3],
    /// Heavier?
    pub strong: bool,
}

/// Where in their line words stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stand {
    /// At its beginning.
    Left,
    /// In its middle.
    Middle,
    /// At its end.
    Right,
}

/// The system's fonts.
pub struct Pen {
    fonts: FontSystem,
    cache: SwashCache,
    family: Option<String>,
}

impl Pen {
    /// Loads the system's fonts, which takes a moment.
    pub fn new() -> Self {
        let fonts = FontSystem::new();
        let has = |name: &&&str| {
            let query = fontdb::Query {
                families: &[Family::Name(name)],
                ..fontdb::Query::default()
            };
            fonts.db().query(&query).is_some()
        };
        let family = FAMILIES.iter().find(has).map(|name| (*name).to_owned());
        Self {
            fonts,
            cache: SwashCache::new(),
            family,
        }
    }

    /// Writes one line between `left` and `left + width`, its top at `top` (pixels); what does not fit ends in an
    /// ellipsis. `put` gets a pixel, a colour and how much of it, 0..=255.
    pub fn line(
        &mut self,
        text: &str,
        hand: Hand,
        [left, top, width]: [f32; 3],
        stand: Stand,
        mut put: impl FnMut(i32, i32, [u8; 3], u8),
    ) {
        let metrics = Metrics::new(hand.size, hand.size * 1.35);
        let mut buffer = Buffer::new(&mut self.fonts, metrics);
        buffer.set_wrap(Wrap::None);
        buffer.set_ellipsize(Ellipsize::End(EllipsizeHeightLimit::Lines(1)));
        buffer.set_size(Some(width), None);
        let family = self.family.as_deref().map_or(Family::SansSerif, Family::Name);
        let weight = if hand.strong {
            Weight::MEDIUM
        } else {
            Weight::NORMAL
        };
        let attrs = Attrs::new().family(family).weight(weight);
        buffer.set_text(text, &attrs, Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut self.fonts, false);
        let own = buffer.layout_runs().map(|run| run.line_w).fold(0.0, f32::max);
        let shift = match stand {
            Stand::Left => 0.0,
            Stand::Middle => (width - own) / 2.0,
            Stand::Right => width - own,
        };
        let (dx, dy) = ((left + shift.max(0.0)).round() as i32, top.round() as i32);
        let [r, g, b] = hand.colour;
        buffer.draw(
            &mut self.fonts,
            &mut self.cache,
            Color::rgb(r, g, b),
            |x, y, w, h, colour| {
                for (y, x) in (y..y + h as i32).flat_map(|y| (x..x + w as i32).map(move |x| (y, x))) {
                    put(x + dx, y + dy, [colour.r(), colour.g(), colour.b()], colour.a());
                }
            },
        );
    }
}
