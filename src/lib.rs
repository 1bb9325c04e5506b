//! Bijou puts jewellery on people in photographs.
//!
//! The stages run in one direction, each in a file of its own name; only
//! [`pipeline`] knows their order:
//! `anchors → placement → clear → composite → generator → restore → style`.
//! [`app`] is the window over them, [`job`] the threads behind it.
//! Foundations ([`photo`], [`geometry`], [`product`], [`model`], [`gpu`], [`resources`], [`publish`])
//! import nothing of the crate but each other's plainest.

#![deny(clippy::print_stdout)]

pub mod anchors;
pub mod app;
pub mod batch;
pub mod camera;
pub mod clear;
pub mod compare;
pub mod composite;
pub mod cutout;
pub mod generator;
pub mod geometry;
pub mod gpu;
pub mod job;
pub mod live;
pub mod model;
pub mod photo;
pub mod pipeline;
pub mod placement;
pub mod product;
pub mod publish;
pub mod resources;
pub mod restore;
pub mod sheet;
pub mod style;
