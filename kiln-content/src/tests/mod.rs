//! Whole collections, in folders that the tests write.

mod case;
mod collections;
mod mistakes;
mod rendering;
mod site;
