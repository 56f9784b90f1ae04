//! Builds in parts: `merge` joins all shards to what one build makes.

mod parts;

mod auto;
mod collision;
mod folder;
mod refused;
mod same;
