//! What follows the hand at once: the artwork laid flat on the portrait where the pieces will be, while the
//! networks have not seen the change yet.

use super::desk::Desk;
use super::picture::Picture;
use super::view::Sight;
use crate::job::Subject;
use crate::placement::{self, Placement};
use eframe::egui::{Color32, Mesh, Painter, Shape, pos2};
use glam::DVec2;

/// Cells of the bent artwork along each side.
const CELLS: usize = 24;

/// One piece of one worn product, where the document has it now.
pub struct Seat {
    /// Product id.
    pub id: String,
    /// Millimetres of its artwork.
    pub size_mm: DVec2,
    /// Where.
    pub placement: Placement,
}

/// All pieces, as the document has them now; nothing before the first result on a portrait.
pub fn seats(desk: &Desk) -> Vec<Seat> {
    let (Some(anchors), Some(portrait)) = (desk.anchors(), desk.current_portrait()) else {
        return Vec::new();
    };
    let document = desk.document();
    let size = DVec2::new(portrait.photo.width().into(), portrait.photo.height().into());
    let mut seats = Vec::new();
    for worn in &document.worn {
        let Some(product) = desk.loaded(&worn.id) else {
            continue;
        };
        let adjustments = document.adjustments(&portrait.path, &worn.id);
        let placements = placement::place(&anchors, product, &adjustments, size);
        seats.extend(placements.into_iter().map(|placement| Seat {
            id: worn.id.clone(),
            size_mm: product.size_mm,
            placement,
        }));
    }
    seats
}

/// Has the document moved pieces that the shown result still has elsewhere, and nothing else? With a look, where something
/// was taken off and in black and white only once portrait and artwork were made like that: nothing must come back under
/// the hand.
pub fn is_ahead(desk: &Desk) -> bool {
    let (Some(shown), Some(wish)) = (&desk.shown, desk.wish(false)) else {
        return false;
    };
    let folders = |wish: &super::desk::Wish| wish.items.iter().map(|(f, _)| f.clone()).collect::<Vec<_>>();
    let moved = shown.items != wish.items || shown.points != wish.points;
    moved
        && shown.portrait == wish.portrait
        && wish.look == shown.look
        && (desk.is_plain() || desk.current_bare().is_some())
        && folders(shown) == folders(&wish)
}

/// The portrait, in its look where one is chosen, and on it the artwork of all visible pieces.
pub fn paint(painter: &Painter, desk: &Desk, before: &Picture, seats: &[Seat], sight: &Sight) {
    let bare = desk.current_bare();
    bare.map_or(before, |b| &b.picture).paint(painter, sight.picture);
    for seat in seats.iter().filter(|s| s.placement.hidden.is_none()) {
        let plain = || desk.pictures.get(&Subject::Product(seat.id.clone()));
        let Some(picture) = bare.and_then(|b| b.art.get(&seat.id)).or_else(plain) else {
            continue;
        };
        let longest = seat.size_mm.max_element() * seat.placement.px_per_mm * f64::from(sight.scale);
        let pixels = longest as f32 * painter.pixels_per_point();
        let Some(texture) = picture.texture(painter.ctx(), pixels) else {
            continue;
        };
        let mut mesh = Mesh::with_texture(texture.id());
        for y in 0..=CELLS {
            for x in 0..=CELLS {
                let part = DVec2::new(x as f64, y as f64) / CELLS as f64;
                let mm = part * seat.size_mm;
                let place = sight.to_screen(seat.placement.warp.apply(mm));
                let front = seat.placement.wrap.map_or(1.0, |wrap| wrap.front(mm));
                mesh.vertices.push(eframe::egui::epaint::Vertex {
                    pos: place,
                    uv: pos2(part.x as f32, part.y as f32),
                    color: Color32::WHITE.gamma_multiply(front as f32),
                });
            }
        }
        let row = CELLS as u32 + 1;
        for y in 0..CELLS as u32 {
            for x in 0..CELLS as u32 {
                let corner = y * row + x;
                mesh.add_triangle(corner, corner + 1, corner + row);
                mesh.add_triangle(corner + 1, corner + row, corner + row + 1);
            }
        }
        painter.add(Shape::mesh(mesh));
    }
}
