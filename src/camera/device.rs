//! Cameras: which there are, what they send, and one of them as a source. The only file that names the camera
//! library; built without the `camera` feature it says so.

use super::{Error, PATIENCE, Source, Wake};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How a camera codes its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Coding {
    Mjpeg,
    Yuyv,
    Nv12,
    Rgb,
    Bgr,
    Grey,
}

/// One way a camera can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Format {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Frames a second.
    pub rate: u32,
    /// How pixels are coded.
    pub coding: Coding,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let coding = match self.coding {
            Coding::Mjpeg => "MJPEG",
            Coding::Yuyv => "YUYV",
            Coding::Nv12 => "NV12",
            Coding::Rgb => "RGB",
            Coding::Bgr => "BGR",
            Coding::Grey => "grey",
        };
        let Self {
            width, height, rate, ..
        } = self;
        write!(f, "{width} × {height}, {rate}/s, {coding}")
    }
}

/// A camera.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Device {
    /// What [`Origin::Camera`](super::Origin::Camera) calls it.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// What it can send; empty when it is busy.
    pub formats: Vec<Format>,
}

/// The best format of a camera: for live pictures 30 a second at 480 lines uncoded or else 720 lines MJPEG, for
/// a `still` the most pixels.
pub fn choose(formats: &[Format], still: bool) -> Option<Format> {
    let score = |f: &Format| {
        let pixels = i64::from(f.width) * i64::from(f.height);
        let colour = i64::from(f.coding != Coding::Grey);
        if still {
            // Fewer than five frames a second are no preview.
            return [colour, i64::from(f.rate >= 5), pixels, i64::from(f.rate)];
        }
        // Raw video above 480 lines fills the cable, coded video below it only costs time.
        let fitting = (f.coding == Coding::Mjpeg) == (f.height >= 720);
        let away = (pixels - 640 * 480).abs().min((pixels - 1280 * 720).abs() + 1);
        [
            colour,
            i64::from(f.rate.min(30)),
            i64::from(fitting) * 2_000_000 - away,
            -i64::from(f.rate),
        ]
    };
    formats.iter().max_by_key(|f| score(f)).copied()
}

/// A look for cameras on a thread of its own; drivers may hang.
pub struct Search {
    answer: Receiver<Result<Vec<Device>, Error>>,
    since: Instant,
    found: Mutex<Option<Result<Vec<Device>, std::sync::Arc<Error>>>>,
}

impl Search {
    /// Begins to look; returns at once. `wake` is called when there is an answer.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: Wake) -> std::io::Result<Self> {
        let (sender, answer) = channel();
        std::thread::Builder::new()
            .name("bijou-cameras".into())
            .spawn(move || {
                // Nobody listening any more is no failure.
                let _ = sender.send(library::devices());
                wake();
            })?;
        Ok(Self {
            answer,
            since: Instant::now(),
            found: Mutex::new(None),
        })
    }

    /// The cameras, once they are known; no camera at all is [`Error::None`]. An answer that does not come within
    /// [`PATIENCE`] is an error too.
    pub fn result(&self) -> Option<Result<Vec<Device>, std::sync::Arc<Error>>> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.is_none() {
            *found = match self.answer.try_recv() {
                Ok(answer) => Some(answer.map_err(std::sync::Arc::new)),
                Err(_) if self.since.elapsed() > PATIENCE => Some(Err(std::sync::Arc::new(Error::Silent {
                    name: "the camera driver".to_owned(),
                    seconds: PATIENCE.as_secs_f64(),
                }))),
                Err(_) => None,
            };
        }
        found.clone()
    }
}

/// Opens a camera on the calling thread.
pub(super) fn open(number: u32, format: Option<Format>) -> Result<Box<dyn Source>, Error> {
    library::open(number, format)
}

#[cfg(not(feature = "camera"))]
mod library {
    use super::{Device, Error, Format, Source};

    pub fn devices() -> Result<Vec<Device>, Error> {
        Err(Error::NotBuilt)
    }

    pub fn open(_: u32, _: Option<Format>) -> Result<Box<dyn Source>, Error> {
        Err(Error::NotBuilt)
    }
}

#[cfg(feature = "camera")]
mod library {
    use super::super::{Error, Source};
    use super::{Coding, Device, Format, choose};
    use crate::photo::Photo;
    use nokhwa::utils::{
        ApiBackend, CameraFormat, CameraIndex, CameraInfo, FrameFormat, RequestedFormat, RequestedFormatType,
        Resolution, nv12_to_rgb, yuyv422_to_rgb,
    };
    use nokhwa::{Camera, NokhwaError};

    const FORMATS: [FrameFormat; 6] = [
        FrameFormat::MJPEG,
        FrameFormat::YUYV,
        FrameFormat::NV12,
        FrameFormat::RAWRGB,
        FrameFormat::RAWBGR,
        FrameFormat::GRAY,
    ];

    /// Asks for the permission some systems want, once.
    fn allowed() -> bool {
        if cfg!(target_os = "macos") && !nokhwa::nokhwa_check() {
            let (sender, answer) = std::sync::mpsc::channel();
            let sender = std::sync::Mutex::new(sender);
            nokhwa::nokhwa_initialize(move |granted| {
                if let Ok(sender) = sender.lock() {
                    let _ = sender.send(granted);
                }
            });
            return answer.recv().unwrap_or(false);
        }
        true
    }

    fn listed() -> Result<Vec<CameraInfo>, Error> {
        if !allowed() {
            return Err(Error::Denied);
        }
        let mut found = nokhwa::query(ApiBackend::Auto).map_err(|e| Error::Busy {
            name: "the camera driver".to_owned(),
            why: e.to_string(),
        })?;
        found.sort_by_key(|c| c.index().as_index().unwrap_or(u32::MAX));
        if found.is_empty() {
            return Err(Error::None);
        }
        Ok(found)
    }

    fn request(kind: RequestedFormatType) -> RequestedFormat<'static> {
        RequestedFormat::with_formats(kind, &FORMATS)
    }

    /// All cameras and what they send.
    pub fn devices() -> Result<Vec<Device>, Error> {
        let listed = listed()?;
        let devices: Vec<Device> = listed
            .iter()
            .filter_map(|info| {
                let number = info.index().as_index().ok()?;
                let formats = Camera::new(info.index().clone(), request(RequestedFormatType::None))
                    .and_then(|mut camera| camera.compatible_camera_formats());
                let formats: Vec<Format> = match formats {
                    Ok(formats) => formats.iter().map(format_of).collect(),
                    // A node without any format carries a camera's metadata, not its pictures.
                    Err(NokhwaError::GetPropertyError { property, .. }) if property == "CameraFormat" => {
                        return None;
                    }
                    // Busy now; it may be free later.
                    Err(_) => Vec::new(),
                };
                Some(Device {
                    number,
                    name: info.human_name(),
                    formats,
                })
            })
            .collect();
        if devices.is_empty() {
            return Err(Error::None);
        }
        Ok(devices)
    }

    fn format_of(format: &CameraFormat) -> Format {
        Format {
            width: format.width(),
            height: format.height(),
            rate: format.frame_rate(),
            coding: match format.format() {
                FrameFormat::MJPEG => Coding::Mjpeg,
                FrameFormat::YUYV => Coding::Yuyv,
                FrameFormat::NV12 => Coding::Nv12,
                FrameFormat::RAWRGB => Coding::Rgb,
                FrameFormat::RAWBGR => Coding::Bgr,
                FrameFormat::GRAY => Coding::Grey,
            },
        }
    }

    fn to_library(format: Format) -> CameraFormat {
        let coding = match format.coding {
            Coding::Mjpeg => FrameFormat::MJPEG,
            Coding::Yuyv => FrameFormat::YUYV,
            Coding::Nv12 => FrameFormat::NV12,
            Coding::Rgb => FrameFormat::RAWRGB,
            Coding::Bgr => FrameFormat::RAWBGR,
            Coding::Grey => FrameFormat::GRAY,
        };
        CameraFormat::new(Resolution::new(format.width, format.height), coding, format.rate)
    }

    pub fn open(number: u32, format: Option<Format>) -> Result<Box<dyn Source>, Error> {
        let listed = listed()?;
        let is_it = |info: &&CameraInfo| info.index().as_index().is_ok_and(|i| i == number);
        let info = listed.iter().find(is_it).ok_or(Error::Missing {
            number,
            count: listed.len(),
        })?;
        let name = info.human_name();
        let busy = |e: NokhwaError| Error::Busy {
            name: name.clone(),
            why: e.to_string(),
        };
        let index = CameraIndex::Index(number);
        let format = match format {
            Some(format) => format,
            None => {
                let mut camera =
                    Camera::new(index.clone(), request(RequestedFormatType::None)).map_err(busy)?;
                let formats = camera.compatible_camera_formats().map_err(busy)?;
                let formats: Vec<Format> = formats.iter().map(format_of).collect();
                choose(&formats, false).ok_or_else(|| Error::Format { name: name.clone() })?
            }
        };
        // "Closest" fails where the very size is missing; what was listed is asked for exactly.
        let wanted = request(RequestedFormatType::Exact(to_library(format)));
        let mut camera = Camera::new(index, wanted).map_err(busy)?;
        camera.open_stream().map_err(busy)?;
        Ok(Box::new(Webcam {
            camera,
            name,
            spoilt: 0,
        }))
    }

    /// A camera that sends.
    struct Webcam {
        camera: Camera,
        name: String,
        /// Frames in a row that could not be decoded.
        spoilt: u32,
    }

    /// Cables spoil a frame now and then; so many in a row mean that the format is not what it says.
    const SPOILT: u32 = 30;

    impl Source for Webcam {
        fn next(&mut self) -> Result<(Photo, usize), Error> {
            loop {
                let lost = |why: String| Error::Lost {
                    name: self.name.clone(),
                    why,
                };
                let buffer = self.camera.frame().map_err(|e| lost(e.to_string()))?;
                let (width, height) = (buffer.resolution().width(), buffer.resolution().height());
                let rgb = rgb(buffer.buffer(), buffer.source_frame_format(), width, height);
                match rgb {
                    Some((width, height, rgb)) => {
                        self.spoilt = 0;
                        return Ok((Photo::from_rgb8(width, height, rgb), 0));
                    }
                    None if self.spoilt < SPOILT => self.spoilt += 1,
                    None => return Err(lost("its frames cannot be decoded".to_owned())),
                }
            }
        }

        fn has_clock(&self) -> bool {
            true
        }
    }

    /// A buffer as sRGB bytes; `None` when it is damaged.
    fn rgb(data: &[u8], coding: FrameFormat, width: u32, height: u32) -> Option<(u32, u32, Vec<u8>)> {
        let pixels = width as usize * height as usize;
        let bytes = match coding {
            FrameFormat::MJPEG => {
                let decode = || image::load_from_memory_with_format(data, image::ImageFormat::Jpeg);
                let picture = std::panic::catch_unwind(decode).ok()?.ok()?.into_rgb8();
                return Some((picture.width(), picture.height(), picture.into_raw()));
            }
            FrameFormat::YUYV => yuyv422_to_rgb(data.get(..2 * pixels)?, false).ok()?,
            FrameFormat::NV12 => {
                let resolution = Resolution::new(width, height);
                nv12_to_rgb(resolution, data.get(..pixels * 3 / 2)?, false).ok()?
            }
            FrameFormat::RAWRGB => data.get(..3 * pixels)?.to_vec(),
            FrameFormat::RAWBGR => {
                let swapped = data.get(..3 * pixels)?.chunks_exact(3);
                swapped.flat_map(|p| [p[2], p[1], p[0]]).collect()
            }
            FrameFormat::GRAY => data.get(..pixels)?.iter().flat_map(|&v| [v; 3]).collect(),
        };
        Some((width, height, bytes))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn every_coding_is_read_and_a_torn_frame_is_not() {
            let jpeg = {
                let mut out = std::io::Cursor::new(Vec::new());
                let grey = image::RgbImage::from_pixel(16, 8, image::Rgb([90, 90, 90]));
                grey.write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
                out.into_inner()
            };
            let cases = [
                (FrameFormat::MJPEG, jpeg),
                (FrameFormat::YUYV, [93, 128].repeat(128)),
                (FrameFormat::NV12, [vec![93; 128], vec![128; 64]].concat()),
                (FrameFormat::RAWRGB, vec![90; 384]),
                (FrameFormat::RAWBGR, vec![90; 384]),
                (FrameFormat::GRAY, vec![90; 128]),
            ];
            for (coding, data) in cases {
                let (width, height, pixels) = rgb(&data, coding, 16, 8).unwrap();
                assert_eq!((width, height, pixels.len()), (16, 8, 384), "{coding}");
                // Video levels or full ones: within a few levels of the same grey.
                assert!(pixels.iter().all(|v| v.abs_diff(90) <= 6), "{coding}: {pixels:?}");
                assert!(rgb(&data[..data.len() / 3], coding, 16, 8).is_none(), "{coding}");
            }
        }
    }
}
