//! What can go wrong with a source of frames, in sentences for its user.

use std::path::PathBuf;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No camera is connected, or the system shows none.
    #[error("no camera found; connect one, or open a picture instead")]
    None,
    /// There are cameras, but not this one.
    #[error("there is no camera {number}; there {}", found(*.count))]
    Missing {
        /// What was asked for.
        number: u32,
        /// How many there are.
        count: usize,
    },
    /// This program was built without cameras.
    #[error(
        "this program was built without camera support (it needs libclang while it is compiled); open pictures instead"
    )]
    NotBuilt,
    /// The system does not let this program see the camera.
    #[error("the system does not allow the use of the camera; allow it in the system's privacy settings")]
    Denied,
    /// Most often another program holds it.
    #[error("{name} does not start ({why}); close other programs that use it and pick it again")]
    Busy {
        /// The camera.
        name: String,
        /// The driver's words.
        why: String,
    },
    /// Opening hangs.
    #[error("{name} did not answer within {seconds} seconds; unplug it, plug it in again and pick it again")]
    Silent {
        /// The camera.
        name: String,
        /// How long it was waited for.
        seconds: f64,
    },
    /// Frames stopped coming.
    #[error("{name} has sent nothing for {seconds} seconds; check its cable and pick it again")]
    Stopped {
        /// The camera.
        name: String,
        /// How long it was waited for.
        seconds: f64,
    },
    /// Reading failed in the middle.
    #[error("{name} was lost ({why}); check its cable and pick it again")]
    Lost {
        /// The camera.
        name: String,
        /// The driver's words.
        why: String,
    },
    /// It sends in no way Bijou understands.
    #[error("{name} sends no format that can be used; Bijou reads MJPEG, YUYV, NV12, RGB, BGR and grey")]
    Format {
        /// The camera.
        name: String,
    },
    /// No picture among the files.
    #[error("no picture found in {0}; name JPEG, PNG, WebP or TIFF files, or a folder with some")]
    Empty(String),
    /// A file that cannot be read.
    #[error("cannot read {path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl PartialEq for Error {
    /// Errors are the same when they say the same.
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

fn found(count: usize) -> String {
    match count {
        1 => "is one, number 0".to_owned(),
        n => format!("are {n}, numbers 0 to {}", n.saturating_sub(1)),
    }
}
