mod layout;

kiln::site!();
