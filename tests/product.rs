//! Products through the public face: what a folder must hold, the catalogue, and photographs cut out.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "product/cutout.rs"]
mod cutout;
#[path = "product/folders.rs"]
mod folders;
#[path = "product/imports.rs"]
mod imports;
#[path = "product/studio.rs"]
mod studio;
