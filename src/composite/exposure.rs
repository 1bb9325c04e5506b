//! Exposure: the light that a picture of polished things stands for.
//!
//! Highlights are brighter than white; a picture rolls them off. Where an artwork is shrunk they have to be averaged as the
//! light they are, or gold turns dull: a camera adds light up before it rolls it off. So what is near white is made as
//! bright as it may have been, averaged, and rolled off again; what is shrunk by less than a half stays as it is.

/// Linear light from which on pictures are rolled off; the shop's are, by the same curve (training/bijou_training/artwork.py).
const KNEE: f32 = 0.8;
/// White is this bright: a softbox that gold mirrors in the shop's pictures has a luminance of 2 to 2.6.
const MOST: f32 = 2.2;

/// The factor on the light of a pixel whose brightest channel is `most`, 0..1, that undoes the rolling off.
pub fn undone(most: f32) -> f32 {
    if most <= KNEE {
        return 1.0;
    }
    let left = 1.0 - (most - KNEE) / (1.0 - KNEE);
    (KNEE - (1.0 - KNEE) * left.max(1e-9).ln()).min(MOST) / most
}

/// The factor that rolls a pixel off whose brightest channel is `most`.
pub fn rolled_off(most: f32) -> f32 {
    if most <= KNEE {
        return 1.0;
    }
    (1.0 - (1.0 - KNEE) * ((KNEE - most) / (1.0 - KNEE)).exp()) / most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_undoes_the_other() {
        for i in 0..=255 {
            let most = crate::photo::to_linear(i as f32 / 255.0);
            let light = most * undone(most);
            assert!((light * rolled_off(light) - most).abs() < 1e-3, "{i}");
            assert!(light >= most && light <= MOST);
        }
    }
}
