//! Whole collections, in folders that the tests write.

mod asking;
mod case;
mod collections;
mod mistakes;
mod rendering;
mod site;
