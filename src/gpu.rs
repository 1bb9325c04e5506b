//! The graphics device: opens one without a window, or adopts the app's.
//!
//! Takes nothing; gives a [`Gpu`] whose faults come back as [`Error`]s: a lost device, a
//! refused command or exhausted memory never ends the program.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// How long one submission may take; software drivers need seconds where hardware needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// What can go wrong with a graphics device. Every message names the adapter and a way out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No driver offers an adapter.
    #[error(
        "no graphics adapter was found; install a graphics driver (without a graphics card, on Debian or \
         Ubuntu: apt install mesa-vulkan-drivers)"
    )]
    NoAdapter(#[source] wgpu::RequestAdapterError),
    /// The adapter exists but gives no device.
    #[error(
        "the graphics adapter {adapter} could not be opened; update its driver or close other programs that use it"
    )]
    Refused {
        /// Name of the adapter.
        adapter: String,
        /// What the driver said.
        #[source]
        source: wgpu::RequestDeviceError,
    },
    /// The device went away (driver reset, unplugged, destroyed); open a new one.
    #[error(
        "the graphics adapter {adapter} was lost ({reason}); try again, and update its driver if this repeats"
    )]
    Lost {
        /// Name of the adapter.
        adapter: String,
        /// What the driver said.
        reason: String,
    },
    /// The device's memory is exhausted.
    #[error(
        "the graphics adapter {adapter} ran out of memory while {doing}; close other programs that use it"
    )]
    OutOfMemory {
        /// Name of the adapter.
        adapter: String,
        /// What was being done.
        doing: String,
    },
    /// The driver rejected a command: a defect of Bijou or of the driver.
    #[error("the graphics adapter {adapter} failed while {doing}: {message}; please report this")]
    Fault {
        /// Name of the adapter.
        adapter: String,
        /// What was being done.
        doing: String,
        /// The driver's words.
        message: String,
    },
    /// The device did not finish in time.
    #[error("the graphics adapter {adapter} did not finish {doing} within {} s; update its driver or use a smaller picture", PATIENCE.as_secs())]
    Timeout {
        /// Name of the adapter.
        adapter: String,
        /// What was being done.
        doing: String,
    },
}

/// What the device's callbacks noticed outside any error scope.
#[derive(Debug, Default)]
struct Noticed {
    lost: Option<String>,
    fault: Option<wgpu::Error>,
}

/// An open graphics device and its queue. Clones share the device.
#[derive(Clone, Debug)]
pub struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    adapter: String,
    software: bool,
    noticed: Arc<Mutex<Noticed>>,
}

impl Gpu {
    /// Opens the best adapter without a window; a software driver (llvmpipe, WARP) serves where there is no other.
    ///
    /// # Errors
    /// [`Error::NoAdapter`] when no driver offers an adapter, [`Error::Refused`] when it gives no device.
    pub fn headless() -> Result<Self, Error> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let wanted = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = pollster::block_on(instance.request_adapter(&wanted)).map_err(Error::NoAdapter)?;
        let description = wgpu::DeviceDescriptor {
            label: Some("bijou"),
            required_limits: adapter.limits(),
            ..Default::default()
        };
        let (device, queue) =
            pollster::block_on(adapter.request_device(&description)).map_err(|source| Error::Refused {
                adapter: adapter.get_info().name,
                source,
            })?;
        Ok(Self::adopt(device, queue))
    }

    /// Takes over a device that is already open, the app window's for example. Its handlers for
    /// uncaptured errors and for device loss are replaced by ones that only take notice.
    pub fn adopt(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let info = device.adapter_info();
        let noticed = Arc::new(Mutex::new(Noticed::default()));
        let at_fault = Arc::clone(&noticed);
        device.on_uncaptured_error(Arc::new(move |error| {
            let mut noticed = at_fault.lock().unwrap_or_else(PoisonError::into_inner);
            noticed.fault.get_or_insert(error);
        }));
        let at_loss = Arc::clone(&noticed);
        device.set_device_lost_callback(move |reason, message| {
            let mut noticed = at_loss.lock().unwrap_or_else(PoisonError::into_inner);
            let reason = if message.is_empty() {
                format!("{reason:?}")
            } else {
                message
            };
            noticed.lost.get_or_insert(reason);
        });
        let software = info.device_type == wgpu::DeviceType::Cpu;
        Self {
            device,
            queue,
            adapter: info.name,
            software,
            noticed,
        }
    }

    /// The adapter's name, for people: `llvmpipe (LLVM 19.1.7, 256 bits)`.
    pub fn name(&self) -> &str {
        &self.adapter
    }

    /// True when the adapter is a program on the processor, not a graphics card.
    pub fn is_software(&self) -> bool {
        self.software
    }

    /// The device, to create resources on.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// The queue, to submit work to.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// Lets the device tell what it has not told yet, its loss for example; never waits.
    pub fn listen(&self) {
        // What goes wrong here is noticed like every other fault.
        let poll = || self.device.poll(wgpu::PollType::Poll);
        drop(catch_unwind(AssertUnwindSafe(poll)));
    }

    /// The first fault that no [`Gpu::guarded`] caught, if any; a loss is reported for ever, a fault once.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::OutOfMemory`] or [`Error::Fault`].
    pub fn check(&self, doing: &str) -> Result<(), Error> {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = noticed.lost.clone() {
            return Err(Error::Lost {
                adapter: self.adapter.clone(),
                reason,
            });
        }
        noticed
            .fault
            .take()
            .map_or(Ok(()), |error| Err(self.fault(error, doing)))
    }

    /// Does graphics work with every fault of this thread captured; `doing` completes "while …".
    ///
    /// # Errors
    /// The fault that happened first in rank (loss, fault, then the work's own error).
    pub fn guarded<T>(&self, doing: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let [memory, internal, validation] =
            [OutOfMemory, Internal, Validation].map(|kind| self.device.push_error_scope(kind));
        let result = work();
        let faults = [validation, internal, memory].map(|scope| pollster::block_on(scope.pop()));
        self.check(doing)?;
        match faults.into_iter().flatten().next() {
            Some(error) => Err(self.fault(error, doing)),
            None => result,
        }
    }

    /// Waits for all submitted work, then lends the bytes of a `MAP_READ` buffer to `read`.
    ///
    /// # Errors
    /// [`Error::Timeout`] after two minutes, [`Error::Lost`] or [`Error::Fault`] when the bytes cannot be had.
    pub fn read<T>(
        &self,
        buffer: &wgpu::Buffer,
        doing: &str,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Error> {
        self.map(buffer, wgpu::MapMode::Read, doing)?;
        let view = buffer
            .get_mapped_range(..)
            .map_err(|error| self.broken(doing, error.to_string()))?;
        let value = read(&view);
        drop(view);
        buffer.unmap();
        Ok(value)
    }

    /// Lends the bytes of a `MAP_WRITE` buffer to `write`, before work that reads them is submitted.
    ///
    /// # Errors
    /// As [`Gpu::read`].
    pub fn write(
        &self,
        buffer: &wgpu::Buffer,
        doing: &str,
        write: impl FnOnce(&mut wgpu::BufferViewMut),
    ) -> Result<(), Error> {
        self.map(buffer, wgpu::MapMode::Write, doing)?;
        let mut view = buffer
            .get_mapped_range_mut(..)
            .map_err(|error| self.broken(doing, error.to_string()))?;
        write(&mut view);
        drop(view);
        buffer.unmap();
        Ok(())
    }

    /// Maps a buffer, after all submitted work.
    fn map(&self, buffer: &wgpu::Buffer, mode: wgpu::MapMode, doing: &str) -> Result<(), Error> {
        let (mapped, waiting) = mpsc::channel();
        buffer.map_async(mode, .., move |result| drop(mapped.send(result)));
        self.wait(doing)?;
        match waiting.try_recv() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(doing, error.to_string())),
            Err(_) => Err(self.broken(doing, "the result never arrived".to_owned())),
        }
    }

    fn broken(&self, doing: &str, message: String) -> Error {
        Error::Fault {
            adapter: self.adapter.clone(),
            doing: doing.to_owned(),
            message,
        }
    }

    /// Blocks until all submitted work is done. wgpu 30 panics in `poll` when the device is lost
    /// meanwhile; that panic ends here as [`Error::Lost`].
    fn wait(&self, doing: &str) -> Result<(), Error> {
        let wait = wgpu::PollType::Wait {
            submission_index: None,
            timeout: Some(PATIENCE),
        };
        match catch_unwind(AssertUnwindSafe(|| self.device.poll(wait))) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(Error::Timeout {
                adapter: self.adapter.clone(),
                doing: doing.to_owned(),
            }),
            Err(_) => Err(Error::Lost {
                adapter: self.adapter.clone(),
                reason: format!("while {doing}"),
            }),
        }
    }

    fn fault(&self, error: wgpu::Error, doing: &str) -> Error {
        let (adapter, doing) = (self.adapter.clone(), doing.to_owned());
        match error {
            wgpu::Error::OutOfMemory { .. } => Error::OutOfMemory { adapter, doing },
            other => Error::Fault {
                adapter,
                doing,
                message: other.to_string(),
            },
        }
    }
}
