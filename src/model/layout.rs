//! What kind of generator a network is, told from its inputs and outputs.

use super::{Error, Model, Port};

/// How a generator takes its pictures and what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Bijou's own: `condition` [1, 8, H, W] (photo RGB and composite RGB in [-1, 1], product coverage and
    /// occlusion in [0, 1]) gives `image`, `shadow`, `coverage` and `residual`.
    Corrections,
    /// Any Pix2Pix or CGAN: one input of `channels` planes in [-1, 1], first output RGB in [-1, 1].
    /// 3: composite; 6: photo, composite; 7: also coverage; 8: also occlusion.
    ImageToImage {
        /// Planes of the input: 3, 6, 7 or 8.
        channels: usize,
    },
}

/// Deduces the layout of a network that no manifest describes.
///
/// # Errors
/// [`Error::Layout`] says what the network looks like and what would be usable.
pub fn describe(model: &Model) -> Result<Layout, Error> {
    from_ports(model.inputs(), model.outputs()).map_err(|why| Error::Layout {
        path: model.path().to_owned(),
        why,
    })
}

fn from_ports(inputs: &[Port], outputs: &[Port]) -> Result<Layout, String> {
    const USABLE: &str =
        "usable is one input [1, 3, 6, 7 or 8, H, W] and a first output [1, 3, H, W] of the same size";
    let [input] = inputs else {
        return Err(format!("it has {} inputs; {USABLE}", inputs.len()));
    };
    let &[1, channels, height, width] = input.shape.as_slice() else {
        return Err(format!("its input has shape {:?}; {USABLE}", input.shape));
    };
    let gives = |name: &str, planes: usize| {
        outputs
            .iter()
            .any(|port| port.name == name && port.shape == [1, planes, height, width])
    };
    let corrections = [("image", 3), ("shadow", 1), ("coverage", 1), ("residual", 3)];
    if channels == 8 && corrections.iter().all(|&(name, planes)| gives(name, planes)) {
        return Ok(Layout::Corrections);
    }
    if !matches!(channels, 3 | 6 | 7 | 8) {
        return Err(format!("its input has {channels} channels; {USABLE}"));
    }
    match outputs.first() {
        Some(port) if port.shape == [1, 3, height, width] => Ok(Layout::ImageToImage { channels }),
        Some(port) => Err(format!(
            "its input has shape {:?} and its first output {:?}; {USABLE}",
            input.shape, port.shape
        )),
        None => Err(format!("it has no outputs; {USABLE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, shape: &[usize]) -> Port {
        Port {
            name: name.to_owned(),
            shape: shape.to_vec(),
        }
    }

    #[test]
    fn every_usable_number_of_channels_is_an_image_to_image_network() {
        for channels in [3, 6, 7, 8] {
            let layout = from_ports(
                &[port("x", &[1, channels, 64, 48])],
                &[port("y", &[1, 3, 64, 48])],
            );
            assert_eq!(layout, Ok(Layout::ImageToImage { channels }));
        }
    }

    #[test]
    fn unusable_shapes_say_what_would_be_usable() {
        let picture = port("y", &[1, 3, 64, 64]);
        let unusable = [
            (vec![port("x", &[1, 4, 64, 64])], vec![picture.clone()]),
            (vec![port("x", &[1, 3, 64, 64])], vec![port("y", &[1, 3, 32, 32])]),
            (vec![port("x", &[1, 3, 64, 64])], vec![port("y", &[1, 1, 64, 64])]),
            (
                vec![port("x", &[1, 3, 64, 64]), port("z", &[1, 3, 64, 64])],
                vec![picture],
            ),
        ];
        for (inputs, outputs) in unusable {
            assert!(
                from_ports(&inputs, &outputs)
                    .unwrap_err()
                    .contains("usable is one input")
            );
        }
    }
}
