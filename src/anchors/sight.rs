//! One run of the anchors network: what it answers for a window of the photo.
//!
//! Takes the network and a raster of the window; gives points in the photo's pixels, pose and parts.

use super::look::output;
use super::{Error, Name, PartMap, Point, Pose, SIZE};
use crate::geometry::{Square, Window};
use crate::model::{Model, Tensor};
use glam::DVec2;

/// One run's answer, in the photo's pixels.
pub(super) struct Sight {
    pub points: Vec<Point>,
    pub pose: Pose,
    /// Probability 0..1 that this is a head.
    pub face: f32,
    pub window: Window,
    pub parts: Vec<f32>,
    /// Their columns and rows.
    pub parts_size: [usize; 2],
}

impl Sight {
    /// Its parts over its window.
    pub fn part_map(&self) -> PartMap {
        let [width, height] = self.parts_size;
        PartMap::new(width, height, self.parts.clone(), self.window)
    }
}

/// Runs the network on a `[3, SIZE, SIZE]` raster (sRGB 0..1) of a window of the photo.
pub(super) fn look(model: &mut Model, window: Window, raster: &[f32]) -> Result<Sight, Error> {
    let data = raster.iter().map(|v| v * 2.0 - 1.0).collect();
    let names: Vec<String> = model.outputs().iter().map(|p| p.name.clone()).collect();
    let path = model.path().to_owned();
    let outputs = model.run(&[Tensor {
        shape: vec![1, 3, SIZE, SIZE],
        data,
    }])?;
    let output = |name: &str, length: usize| output(&path, &names, &outputs, name, length);
    let count = Name::ALL.len();
    let (xy, sigma, visible) = (
        output("points", 2 * count)?,
        output("sigma", count)?,
        output("visible", count)?,
    );
    let (pose, face, parts) = (output("pose", 3)?, output("face", 1)?, output("parts", 4)?);
    let points = Name::ALL
        .iter()
        .enumerate()
        .map(|(i, &name)| Point {
            name,
            position: window.place(DVec2::new(
                f64::from(xy.data[2 * i]),
                f64::from(xy.data[2 * i + 1]),
            )),
            sigma: f64::from(sigma.data[i]) * window.square.side,
            visible: f64::from(visible.data[i]),
        })
        .collect();
    let [.., h, w] = parts.shape[..] else {
        return Err(Error::Shape {
            path,
            wanted: "parts [1, 4, h, w]".into(),
            found: format!("{:?}", parts.shape),
        });
    };
    let angle = |i: usize| f64::from(pose.data[i]);
    Ok(Sight {
        points,
        pose: Pose {
            yaw: angle(0),
            pitch: angle(1),
            roll: angle(2) + window.turn.to_degrees(),
        },
        face: face.data[0],
        window,
        parts: parts.data.clone(),
        parts_size: [w, h],
    })
}

/// The raster with the head's square painted over in mid grey.
pub(super) fn blank(raster: &[f32], whole: Square, head: Square) -> Vec<f32> {
    let mut out = raster.to_vec();
    let scale = SIZE as f64 / whole.side;
    let low = ((head.min() - whole.min()) * scale).floor();
    let high = ((head.min() + head.side - whole.min()) * scale).ceil();
    let clip = |v: f64| v.clamp(0.0, SIZE as f64) as usize;
    for plane in out.chunks_mut(SIZE * SIZE) {
        for row in plane.chunks_mut(SIZE).take(clip(high.y)).skip(clip(low.y)) {
            row[clip(low.x)..clip(high.x)].fill(0.5);
        }
    }
    out
}
