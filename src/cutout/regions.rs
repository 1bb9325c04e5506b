//! Which of the parts found belong to the piece.

use super::raster;
use crate::product::Category;

/// Parts smaller than this part of the largest one are specks.
const SPECK: f32 = 0.002;
/// Of a pair photographed side by side, the smaller one has at least this part of the larger one's area.
const PAIR: f32 = 0.5;

/// Clears specks and, for earrings and nose studs photographed as a pair, all but the larger of the two.
pub(super) fn keep_piece(alpha: &mut [f32], width: usize, category: Category) {
    let visible: Vec<bool> = alpha.iter().map(|&a| a > 0.0).collect();
    let parts = raster::components(&visible, width);
    let area = |part: &[usize]| part.iter().map(|&i| alpha[i]).sum::<f32>();
    let mut parts: Vec<(f32, Vec<usize>)> = parts.into_iter().map(|p| (area(&p), p)).collect();
    let largest = parts.iter().map(|p| p.0).fold(0.0, f32::max);
    parts.retain(|(area, part)| *area >= (SPECK * largest).max(9.0) && part.iter().any(|&i| alpha[i] > 0.5));
    if matches!(category, Category::Earring | Category::NoseStud) {
        parts = one_of_a_pair(parts, width);
    }
    let mut keep = vec![false; alpha.len()];
    parts
        .iter()
        .flat_map(|(_, part)| part)
        .for_each(|&i| keep[i] = true);
    alpha
        .iter_mut()
        .zip(keep)
        .filter(|(_, k)| !k)
        .for_each(|(a, _)| *a = 0.0);
}

/// Groups parts that share columns; when two groups are about as large, the larger one stays.
fn one_of_a_pair(mut parts: Vec<(f32, Vec<usize>)>, width: usize) -> Vec<(f32, Vec<usize>)> {
    struct Group {
        area: f32,
        right: usize,
        parts: Vec<(f32, Vec<usize>)>,
    }
    let columns = |part: &[usize]| {
        part.iter()
            .fold((usize::MAX, 0), |(l, r), &i| (l.min(i % width), r.max(i % width)))
    };
    parts.sort_by_key(|(_, part)| columns(part).0);
    let mut groups: Vec<Group> = Vec::new();
    for (area, part) in parts {
        let (left, right) = columns(&part);
        match groups.last_mut() {
            Some(group) if left <= group.right + 1 => {
                group.area += area;
                group.right = group.right.max(right);
                group.parts.push((area, part));
            }
            _ => groups.push(Group {
                area,
                right,
                parts: vec![(area, part)],
            }),
        }
    }
    groups.sort_by(|a, b| b.area.total_cmp(&a.area));
    if let [first, second, ..] = groups.as_slice()
        && second.area >= PAIR * first.area
    {
        groups.truncate(1);
    }
    groups.into_iter().flat_map(|g| g.parts).collect()
}
