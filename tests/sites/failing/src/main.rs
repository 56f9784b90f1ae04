mod posts;

kiln::site!();
