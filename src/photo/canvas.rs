//! Pictures joined to one, before and after side by side; and pictures in another depth.

use super::colour::Space;
use super::{Photo, Rect, Samples};

/// See [`Photo::side_by_side`].
pub(super) fn side_by_side(before: &Photo, after: &Photo) -> Photo {
    let gap = (f64::from(before.width) * 0.02).round().max(1.0) as u32;
    let (width, height) = (before.width + gap + after.width, before.height.max(after.height));
    let count = width as usize * height as usize * before.channels;
    let samples = match before.samples {
        Samples::U8(_) => Samples::U8(vec![u8::MAX; count]),
        Samples::U16(_) => Samples::U16(vec![u16::MAX; count]),
    };
    let mut canvas = Photo {
        width,
        height,
        samples,
        ..before.shell()
    };
    canvas.paste(before, 0);
    canvas.paste(after, before.width + gap);
    canvas
}

impl Photo {
    /// The same in 16 bits, for work in several steps; a picture of 16 bits as it is.
    pub fn deepened(&self) -> Self {
        let Samples::U8(samples) = &self.samples else {
            return self.clone();
        };
        let samples = Samples::U16(samples.iter().map(|v| u16::from(*v) * 257).collect());
        self.with(samples)
    }

    /// The same in the depth of another picture, which it was made from; rounded.
    #[must_use]
    pub fn in_depth_of(self, other: &Self) -> Self {
        match (&self.samples, &other.samples) {
            (Samples::U16(samples), Samples::U8(_)) => {
                let round = |v: &u16| ((u32::from(*v) + 128) / 257) as u8;
                let samples = Samples::U8(samples.iter().map(round).collect());
                self.with(samples)
            }
            _ => self,
        }
    }

    /// The same with samples of another depth.
    fn with(&self, samples: Samples) -> Self {
        let max = samples.max();
        let own = self.icc.as_deref().map(|icc| Space::from_icc(icc, max));
        // The profile was good when the file was read.
        let space = own.and_then(Result::ok).unwrap_or_else(|| Space::srgb(max));
        Self {
            samples,
            space,
            ..self.shell()
        }
    }

    /// Everything but the samples.
    pub(super) fn shell(&self) -> Self {
        Self {
            samples: Samples::U8(vec![]),
            icc: self.icc.clone(),
            sha256: self.sha256.clone(),
            space: self.space.clone(),
            exif: self.exif.clone(),
            notes: self.notes.clone(),
            ..*self
        }
    }

    /// Copies a picture to column `x`, row 0; bit for bit where depth and profile agree.
    fn paste(&mut self, photo: &Self, x: u32) {
        let same = self.icc == photo.icc && self.samples.max() == photo.samples.max();
        let (from, to) = (f64::from(photo.samples.max()), f64::from(self.samples.max()));
        for y in 0..photo.height {
            let rect = Rect {
                x: 0,
                y,
                width: photo.width,
                height: 1,
            };
            let start = (y * photo.width) as usize;
            let own = |i: usize, c: usize| photo.level((start + i) * photo.channels + c);
            let levels = if same {
                (0..photo.width as usize)
                    .map(|i| [0, 1, 2].map(|c| own(i, c)))
                    .collect()
            } else {
                self.space.encode_row(&photo.linear(rect).pixels)
            };
            let begin = (y as usize * self.width as usize + x as usize) * self.channels;
            for (i, [r, g, b]) in levels.into_iter().enumerate() {
                let a = if photo.channels == 4 {
                    f64::from(own(i, 3)) / from * to
                } else {
                    to
                };
                for (c, v) in [r, g, b, a.round() as u16]
                    .into_iter()
                    .take(self.channels)
                    .enumerate()
                {
                    self.set_level(begin + i * self.channels + c, v);
                }
            }
        }
    }

    fn set_level(&mut self, index: usize, level: u16) {
        match &mut self.samples {
            Samples::U8(s) => s[index] = level as u8,
            Samples::U16(s) => s[index] = level,
        }
    }
}
