//! The last stage: a photo gets its look. The graphics device and the network that draws surfaces are started at the
//! first look that asks for them, and stay warm.

use super::{Engine, Error, load};
use crate::gpu::Gpu;
use crate::photo::Photo;
use crate::style::{self, Style, Styler};

impl Engine {
    /// Name of the GPU in use, once there is one.
    pub(super) fn adapter(&self) -> Option<String> {
        self.styler.as_ref().map(|styler| styler.gpu().name().to_owned())
    }

    /// Gives the worn photo its style. A device that was lost is given up, so that the next look opens another.
    pub(super) fn stylise(
        &mut self,
        style: &Style,
        worn: &mut Photo,
        wear: &style::Wear,
    ) -> Result<(), Error> {
        let done = self.styler(style)?.apply_to(style, worn, Some(wear));
        if matches!(done, Err(style::Error::Gpu(_))) {
            self.styler = None;
        }
        Ok(done?)
    }

    /// The GPU, started at the first look; with the network that draws surfaces from the first look that asks for it.
    fn styler(&mut self, style: &Style) -> Result<&mut Styler, Error> {
        let mut styler = match self.styler.take() {
            Some(styler) => styler,
            None => Styler::new(Gpu::headless()?)?,
        };
        if let Some(entry) = &self.texture
            && style.draws()
            && styler.painter().is_none()
        {
            styler = styler.with_painter(load(&self.runtime, entry)?)?;
        }
        Ok(self.styler.insert(styler))
    }
}
