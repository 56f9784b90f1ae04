//! The site behind HTTP: prerendered pages from the out folder, the others by calling them.

mod conditional;
mod encoding;
#[cfg_attr(not(test), expect(dead_code, reason = "what routes requests is not there yet"))]
mod file;
mod file_body;
#[cfg_attr(not(test), expect(dead_code, reason = "what routes requests is not there yet"))]
mod files;
mod lines;
mod range;
mod reply;
mod validators;

#[cfg(test)]
mod sample;
