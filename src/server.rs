//! The site behind HTTP: prerendered pages from the out folder, the others by calling them.
