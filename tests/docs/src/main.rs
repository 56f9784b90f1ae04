mod content;
mod layout;

#[cfg(test)]
mod contact_tests;
#[cfg(test)]
mod tests;

#[allow(dead_code, unused)]
mod fragments;

kiln::site!();
