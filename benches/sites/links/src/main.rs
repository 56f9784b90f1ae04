kiln::site!();
