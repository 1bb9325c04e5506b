//! Small copies for lists and reports: whole pixels averaged as they are encoded, which is quick.

use super::colour::{Level, Space};
use super::{Photo, Samples};
use rayon::prelude::*;

/// See [`Photo::thumbnail`].
pub(super) fn thumbnail(photo: &Photo, longest: u32) -> Photo {
    let step = photo.width.max(photo.height) / longest.max(1);
    if step < 2 || photo.channels != 3 {
        return photo.resized(longest);
    }
    let (width, height) = (photo.width.div_ceil(step), photo.height.div_ceil(step));
    let mut samples = vec![0_u8; width as usize * height as usize * 3];
    let row = width as usize * 3;
    samples
        .par_chunks_exact_mut(row)
        .enumerate()
        .for_each(|(y, out)| {
            let lines = y as u32 * step..(y as u32 * step + step).min(photo.height);
            let mut sums = vec![0_u32; row];
            let stride = photo.width as usize * 3;
            for line in lines.clone() {
                let span = line as usize * stride..(line as usize + 1) * stride;
                match &photo.samples {
                    Samples::U8(s) => add(&s[span], step, 0, &mut sums),
                    Samples::U16(s) => add(&s[span], step, 8, &mut sums),
                }
            }
            let high = lines.len() as u32;
            for (n, (out, sum)) in out.iter_mut().zip(sums).enumerate() {
                let wide = step.min(photo.width - n as u32 / 3 * step);
                *out = (sum / (wide * high).max(1)) as u8;
            }
        });
    let space = match photo.icc.as_ref().map(|icc| Space::from_icc(icc, 255)) {
        Some(Ok(space)) => space,
        _ => Space::srgb(255),
    };
    let small = Photo {
        width,
        height,
        samples: Samples::U8(samples),
        space,
        ..photo.shell()
    };
    small.resized(longest)
}

/// Adds a row's pixels up, `step` at a time, their samples shortened by `shift` bits.
fn add<L: Level>(row: &[L], step: u32, shift: u32, sums: &mut [u32]) {
    let groups = row.chunks(step as usize * 3);
    for (pixels, sum) in groups.zip(sums.as_chunks_mut::<3>().0) {
        for px in pixels.as_chunks::<3>().0 {
            for (s, v) in sum.iter_mut().zip(px) {
                *s += u32::from((*v).into() >> shift);
            }
        }
    }
}
