//! A picture on the screen: a pyramid whose levels go to the graphics device in tiles, only those that are seen.

use crate::job::{Level, Pyramid};
use eframe::egui::epaint::RectShape;
use eframe::egui::{
    Color32, ColorImage, Context, Painter, Rect, TextureFilter, TextureHandle, TextureOptions, Vec2, pos2,
    vec2,
};
use std::cell::RefCell;
use std::collections::HashMap;

/// Side of a tile, pixels; small enough that one a frame is not felt.
const TILE: usize = 1024;

/// Crisp when enlarged, smooth when made smaller.
const OPTIONS: TextureOptions = TextureOptions {
    magnification: TextureFilter::Nearest,
    minification: TextureFilter::Linear,
    ..TextureOptions::LINEAR
};

/// The picture and the tiles that were seen.
pub struct Picture {
    pyramid: Pyramid,
    tiles: RefCell<HashMap<(usize, usize, usize), TextureHandle>>,
}

impl Picture {
    /// Nothing goes to the graphics device yet.
    pub fn new(pyramid: Pyramid) -> Self {
        Self {
            pyramid,
            tiles: RefCell::default(),
        }
    }

    /// Width and height, pixels.
    pub fn size(&self) -> Vec2 {
        let [width, height] = self.pyramid.size();
        vec2(width as f32, height as f32)
    }

    /// Paints the whole picture into `rect`; only what lies in the painter's clip costs anything.
    pub fn paint(&self, painter: &Painter, rect: Rect) {
        self.paint_tinted(painter, rect, Color32::WHITE);
    }

    /// The same, multiplied by a colour.
    pub fn paint_tinted(&self, painter: &Painter, rect: Rect, tint: Color32) {
        let pixels = rect.width() * painter.pixels_per_point();
        let scale = pixels / self.size().x.max(1.0);
        let halvings = if scale >= 1.0 {
            0.0
        } else {
            (1.0 / scale).log2().floor()
        };
        let last = self.pyramid.levels.len() - 1;
        let wanted = (halvings as usize).min(last);
        let mut budget = 1;
        if wanted < last && !self.is_ready(wanted, rect, painter) {
            let mut free = usize::MAX;
            self.level(last, rect, painter, tint, &mut free);
            // The first tile ever may come at once: a picture should not appear blurred for a frame.
            budget = if self.pyramid.levels[wanted].fits_tile() {
                1
            } else {
                2
            };
        }
        if !self.level(wanted, rect, painter, tint, &mut budget) {
            painter.ctx().request_repaint();
        }
    }

    /// Fills `rect` with the picture, cut where it is longer; of what is cut above and below, more below, because
    /// faces sit high.
    pub fn fill(&self, painter: &Painter, rect: Rect, radius: u8) {
        let scale = (rect.size() / self.size()).max_elem();
        let longest = self.size().max_elem() * scale * painter.pixels_per_point();
        let Some(texture) = self.texture(painter.ctx(), longest) else {
            return;
        };
        let shown = rect.size() / (self.size() * scale);
        let free = Vec2::splat(1.0) - shown;
        let uv = Rect::from_min_size(pos2(free.x * 0.5, free.y * 0.3), shown);
        painter.add(RectShape::filled(rect, radius, Color32::WHITE).with_texture(texture.id(), uv));
    }

    /// The texture of the smallest level that has at least so many pixels on its longer side.
    pub fn texture(&self, ctx: &Context, longest: f32) -> Option<TextureHandle> {
        let fits = |l: &Level| l.width.max(l.height) as f32 >= longest && l.fits_tile();
        let index = self.pyramid.levels.iter().rposition(fits).unwrap_or(0);
        let level = self.pyramid.levels.get(index).filter(|l| l.fits_tile())?;
        Some(self.tile(ctx, level, (index, 0, 0)))
    }

    fn is_ready(&self, index: usize, rect: Rect, painter: &Painter) -> bool {
        let level = &self.pyramid.levels[index];
        let tiles = self.tiles.borrow();
        seen(level, rect, painter.clip_rect()).all(|(x, y, _)| tiles.contains_key(&(index, x, y)))
    }

    /// Paints a level's tiles; at most `budget` new ones. False when some are missing.
    fn level(&self, index: usize, rect: Rect, painter: &Painter, tint: Color32, budget: &mut usize) -> bool {
        let level = &self.pyramid.levels[index];
        let mut whole = true;
        for (x, y, place) in seen(level, rect, painter.clip_rect()) {
            let key = (index, x, y);
            if !self.tiles.borrow().contains_key(&key) {
                if *budget == 0 {
                    whole = false;
                    continue;
                }
                *budget -= 1;
            }
            let texture = self.tile(painter.ctx(), level, key);
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture.id(), place, uv, tint);
        }
        whole
    }

    fn tile(&self, ctx: &Context, level: &Level, key: (usize, usize, usize)) -> TextureHandle {
        let mut tiles = self.tiles.borrow_mut();
        tiles
            .entry(key)
            .or_insert_with(|| ctx.load_texture("picture", level.crop(key.1, key.2), OPTIONS))
            .clone()
    }
}

/// The tiles of a level that lie in `clip` when the picture fills `rect`: column, row, place.
fn seen(level: &Level, rect: Rect, clip: Rect) -> impl Iterator<Item = (usize, usize, Rect)> {
    let (width, height) = (level.width, level.height);
    let scale = vec2(rect.width() / width as f32, rect.height() / height as f32);
    let columns = width.div_ceil(TILE);
    (0..columns * height.div_ceil(TILE)).filter_map(move |i| {
        let (x, y) = (i % columns, i / columns);
        let (x0, y0) = (x * TILE, y * TILE);
        let (x1, y1) = ((x0 + TILE).min(width), (y0 + TILE).min(height));
        let at = |x: usize, y: usize| rect.min + vec2(x as f32, y as f32) * scale;
        let place = Rect::from_min_max(at(x0, y0), at(x1, y1));
        place.intersects(clip).then_some((x, y, place))
    })
}

impl Level {
    /// Is one tile enough?
    fn fits_tile(&self) -> bool {
        self.width.max(self.height) <= TILE
    }

    /// One tile's pixels.
    fn crop(&self, column: usize, row: usize) -> ColorImage {
        let (x0, y0) = (column * TILE, row * TILE);
        let (x1, y1) = ((x0 + TILE).min(self.width), (y0 + TILE).min(self.height));
        let mut pixels = Vec::with_capacity((x1 - x0) * (y1 - y0));
        for y in y0..y1 {
            let line = &self.rgba[(y * self.width + x0) * 4..(y * self.width + x1) * 4];
            let colours = line.chunks_exact(4);
            pixels.extend(colours.map(|p| Color32::from_rgba_premultiplied(p[0], p[1], p[2], p[3])));
        }
        ColorImage::new([x1 - x0, y1 - y0], pixels)
    }
}
