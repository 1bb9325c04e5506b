//! Artworks: those of the products that are worn now, prepared once.

use super::Item;
use crate::composite::ArtPyramid;
use crate::product::Product;

/// Prepared artworks by their products' hashes.
#[derive(Default)]
pub(super) struct Artworks(Vec<(String, ArtPyramid)>);

impl Artworks {
    /// Forgets all but those of some items.
    pub fn keep<'a>(&mut self, items: impl Iterator<Item = &'a Item> + Clone) {
        self.0
            .retain(|(hash, _)| items.clone().any(|i| i.product.sha256 == *hash));
    }

    /// Prepares a product's, if it is not.
    pub fn prepare(&mut self, product: &Product) {
        if self.of(product).is_none() {
            self.0.push((product.sha256.clone(), ArtPyramid::new(product)));
        }
    }

    /// A product's, where it is prepared.
    pub fn of(&self, product: &Product) -> Option<&ArtPyramid> {
        let mut all = self.0.iter();
        all.find(|(hash, _)| *hash == product.sha256).map(|(_, art)| art)
    }
}
