//! A build in parts: what all shards made, joined by `merge`, is what one build makes.

#[expect(dead_code, reason = "it has what the other tests need, too")]
mod support;

#[path = "shards/parts.rs"]
mod parts;

#[path = "shards/auto.rs"]
mod auto;
#[path = "shards/collision.rs"]
mod collision;
#[path = "shards/folder.rs"]
mod folder;
#[path = "shards/refused.rs"]
mod refused;
#[path = "shards/same.rs"]
mod same;
