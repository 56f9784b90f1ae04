//! A build in parts: what all shards made, joined by `merge`, is what one build makes.

mod parts;

mod auto;
mod collision;
mod folder;
mod refused;
mod same;
