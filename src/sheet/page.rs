//! One page: head, grid, captions, foot.

use super::text::{Hand, Pen, Stand};
use super::{Look, Paper};
use crate::geometry::Rect;
use crate::photo::{Frame, Photo, Samples};

/// Margins: sides, top and bottom, mm.
const SIDE: f32 = 14.0;
const TOP: f32 = 13.0;
const BOTTOM: f32 = 13.0;
/// The head with its line, and the foot, mm.
const HEAD: f32 = 13.0;
const FOOT: f32 = 8.0;
/// Space between columns and between rows, mm.
const GUTTER: f32 = 5.0;
const ROW_GAP: f32 = 5.5;
/// Pictures may be this much smaller than the columns allow.
const SMALLER: f32 = 0.86;
/// A caption's two lines, mm.
const CAPTION: f32 = 9.5;
/// Between the two pictures of a pair, mm.
const PAIR_GAP: f32 = 0.8;
const INK: [u8; 3] = [42, 38, 34];
const QUIET: [u8; 3] = [133, 124, 114];
const GROUND: [u8; 3] = [243, 239, 233];
const LINE: [u8; 3] = [226, 220, 211];
const GOLD: [u8; 3] = [168, 130, 74];
const RED: [u8; 3] = [177, 68, 60];

/// What a dot beside a caption says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// It deserves a look.
    Look,
    /// It failed.
    Fail,
}

/// One place of the grid.
pub struct Cell {
    /// One picture, or several side by side; none where it could not be made.
    pub pictures: Vec<Photo>,
    /// What is said below, at most one line each.
    pub lines: [String; 2],
    /// The dot.
    pub mark: Mark,
}

/// Makes pages.
pub struct Sheets {
    look: Look,
    pen: Pen,
    columns: usize,
    rows: usize,
    /// A cell's picture, pixels.
    cell: (f32, f32),
}

impl Sheets {
    /// Fits the grid to the paper. Loads fonts, which takes a moment.
    pub fn new(look: Look) -> Self {
        let (width, height) = look.paper.mm();
        let px = look.dpi as f32 / 25.4;
        let columns = look.columns.max(1) as usize;
        let wide = (width - 2.0 * SIDE - GUTTER * (columns - 1) as f32) / columns as f32;
        let high = wide * look.shape;
        let room = height - TOP - BOTTOM - HEAD - FOOT;
        // A row more when pictures have to be only a little smaller for it, so that a page is filled.
        let least = high * SMALLER + CAPTION + ROW_GAP;
        let rows = ((room + ROW_GAP) / least).floor().max(1.0) as usize;
        let share = (room - ROW_GAP * (rows - 1) as f32) / rows as f32 - CAPTION;
        let high = share.min(high).max(10.0);
        Self {
            look,
            pen: Pen::new(),
            columns,
            rows,
            cell: (wide * px, high * px),
        }
    }

    /// How many cells a page has.
    pub fn capacity(&self) -> usize {
        self.columns * self.rows
    }

    /// The paper.
    pub fn paper(&self) -> Paper {
        self.look.paper
    }

    /// One page of at most [`Sheets::capacity`] cells, the `number`th of `of`.
    pub fn page(&mut self, cells: &[Cell], number: usize, of: usize) -> Photo {
        let (width, height) = self.look.paper.mm();
        let px = self.px(1.0);
        let mut canvas = Canvas::new((width * px).round() as u32, (height * px).round() as u32);
        self.head(&mut canvas);
        let top = px * (TOP + HEAD);
        for (n, cell) in cells.iter().take(self.capacity()).enumerate() {
            let (column, row) = (n % self.columns, n / self.columns);
            let left = px * SIDE + column as f32 * (self.cell.0 + px * GUTTER);
            let y = top + row as f32 * (self.cell.1 + px * (CAPTION + ROW_GAP));
            self.cell(&mut canvas, cell, left, y);
        }
        let hand = Hand {
            size: self.point(7.5),
            colour: QUIET,
            strong: false,
        };
        let line = [px * SIDE, px * (height - BOTTOM - 2.0), px * (width - 2.0 * SIDE)];
        let foot = format!("{number} / {of}");
        self.write(&mut canvas, &foot, hand, line, Stand::Middle);
        self.write(&mut canvas, "B I J O U", hand, line, Stand::Left);
        Photo::from_rgb8(canvas.width, canvas.height, canvas.rgb)
    }

    fn px(&self, mm: f32) -> f32 {
        mm * self.look.dpi as f32 / 25.4
    }

    fn point(&self, points: f32) -> f32 {
        points * self.look.dpi as f32 / 72.0
    }

    fn head(&mut self, canvas: &mut Canvas) {
        let (width, _) = self.look.paper.mm();
        let px = self.px(1.0);
        let [title, aside] = self.look.title.clone();
        let (left, wide) = (px * SIDE, px * (width - 2.0 * SIDE));
        let large = Hand {
            size: self.point(15.0),
            colour: INK,
            strong: true,
        };
        let small = Hand {
            size: self.point(8.0),
            colour: QUIET,
            strong: false,
        };
        self.write(
            canvas,
            &title,
            large,
            [left, px * (TOP - 1.5), wide * 0.7],
            Stand::Left,
        );
        let beside = [left + wide * 0.5, px * (TOP + 1.4), wide * 0.5];
        self.write(canvas, &aside, small, beside, Stand::Right);
        let thick = (px * 0.25).max(1.0);
        canvas.fill([left, px * (TOP + 7.5), wide, thick], GOLD);
    }

    fn cell(&mut self, canvas: &mut Canvas, cell: &Cell, left: f32, top: f32) {
        let px = self.px(1.0);
        let (wide, high) = self.cell;
        let count = cell.pictures.len().max(1) as f32;
        let each = (wide - px * PAIR_GAP * (count - 1.0)) / count;
        for n in 0..count as usize {
            let x = left + n as f32 * (each + px * PAIR_GAP);
            match cell.pictures.get(n) {
                Some(photo) => canvas.picture(photo, [x, top, each, high]),
                None => canvas.fill([x, top, each, high], GROUND),
            }
        }
        let dot = match cell.mark {
            Mark::None => None,
            Mark::Look => Some(GOLD),
            Mark::Fail => Some(RED),
        };
        let below = top + high + px * 1.3;
        let radius = px * 0.85;
        let space = if dot.is_some() { 4.0 * radius } else { 0.0 };
        if let Some(colour) = dot {
            canvas.dot([left + wide - radius, below + px * 1.9], radius, colour);
        }
        let first = Hand {
            size: self.point(8.0),
            colour: INK,
            strong: true,
        };
        let second = Hand {
            size: self.point(6.8),
            colour: QUIET,
            strong: false,
        };
        let [one, two] = &cell.lines;
        self.write(canvas, one, first, [left, below, wide - space], Stand::Left);
        self.write(canvas, two, second, [left, below + px * 3.9, wide], Stand::Left);
    }

    fn write(&mut self, canvas: &mut Canvas, text: &str, hand: Hand, line: [f32; 3], stand: Stand) {
        self.pen.line(text, hand, line, stand, |x, y, colour, a| {
            canvas.blend(x, y, colour, a)
        });
    }
}

/// White paper, sRGB.
struct Canvas {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Canvas {
    fn new(width: u32, height: u32) -> Self {
        let rgb = vec![255; width as usize * height as usize * 3];
        Self { width, height, rgb }
    }

    /// Mixes a colour in; outside the page nothing happens.
    fn blend(&mut self, x: i32, y: i32, colour: [u8; 3], a: u8) {
        let inside = |v: i32, limit: u32| u32::try_from(v).ok().filter(|v| *v < limit);
        let (Some(x), Some(y)) = (inside(x, self.width), inside(y, self.height)) else {
            return;
        };
        let at = (y as usize * self.width as usize + x as usize) * 3;
        for (v, c) in self.rgb[at..at + 3].iter_mut().zip(colour) {
            let (own, new, a) = (u32::from(*v), u32::from(c), u32::from(a));
            *v = ((own * (255 - a) + new * a + 127) / 255) as u8;
        }
    }

    fn fill(&mut self, [x, y, width, height]: [f32; 4], colour: [u8; 3]) {
        for row in y.round() as i32..(y + height).round() as i32 {
            for column in x.round() as i32..(x + width).round() as i32 {
                self.blend(column, row, colour, 255);
            }
        }
    }

    /// A smooth disc round a point.
    fn dot(&mut self, [x, y]: [f32; 2], radius: f32, colour: [u8; 3]) {
        let reach = radius.ceil() as i32 + 1;
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (px, py) = (x.round() as i32 + dx, y.round() as i32 + dy);
                let far = (px as f32 + 0.5 - x).hypot(py as f32 + 0.5 - y);
                let cover = (radius - far + 0.5).clamp(0.0, 1.0);
                self.blend(px, py, colour, (cover * 255.0) as u8);
            }
        }
    }

    /// A picture inside a box, whole, in its lower left corner above the caption, with a hairline round it.
    fn picture(&mut self, photo: &Photo, [x, y, width, height]: [f32; 4]) {
        let (wide, high) = ((x + width).round() - x.round(), (y + height).round() - y.round());
        let (own_wide, own_high) = (photo.width() as f32, photo.height() as f32);
        let factor = (wide / own_wide).min(high / own_high);
        let target = [own_wide * factor, own_high * factor].map(|v| v.round().max(1.0));
        let (tw, th) = (target[0] as u32, target[1] as u32);
        let frame = Frame {
            canvas: (tw, th),
            target: Rect {
                x: 0,
                y: 0,
                width: tw,
                height: th,
            },
            profile: crate::photo::Profile::Srgb,
            ..Frame::whole(photo)
        };
        let laid = photo.framed(&frame);
        let Samples::U8(samples) = laid.samples() else {
            return;
        };
        let left = x.round();
        let top = y.round() + (high - target[1]).round();
        self.fill([left - 1.0, top - 1.0, target[0] + 2.0, target[1] + 2.0], LINE);
        for (n, px) in samples.as_chunks::<3>().0.iter().enumerate() {
            let (dx, dy) = (n as u32 % tw, n as u32 / tw);
            self.blend(left as i32 + dx as i32, top as i32 + dy as i32, *px, 255);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(columns: u32) -> Look {
        Look {
            paper: Paper::A4,
            dpi: 100,
            columns,
            shape: 1.25,
            title: ["Autumn 目录".into(), "2 pictures".into()],
        }
    }

    #[test]
    fn a_page_is_paper_of_its_size_with_pictures_inside_the_margins() {
        let mut sheets = Sheets::new(look(3));
        let cell = || Cell {
            pictures: vec![Photo::from_rgb8(40, 50, [10, 200, 30].repeat(2000))],
            lines: ["Pearl drop 珍珠".into(), "amara".into()],
            mark: Mark::Look,
        };
        let cells: Vec<Cell> = (0..sheets.capacity() + 5).map(|_| cell()).collect();
        let page = sheets.page(&cells, 1, 2);
        assert_eq!((page.width(), page.height()), (827, 1169));
        let Samples::U8(rgb) = page.samples() else {
            panic!()
        };
        let green = |x: usize| (0..1169).any(|y| rgb[(y * 827 + x) * 3..][..3] == [10, 200, 30]);
        assert!(green(100) && green(720));
        assert!(!(0..50).chain(777..827).any(green));
    }

    #[test]
    fn more_columns_are_more_cells() {
        let cells = |columns| Sheets::new(look(columns)).capacity();
        assert!(cells(2) < cells(4) && cells(4) < cells(6));
    }
}
