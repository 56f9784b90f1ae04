//! The text of `--help`.

pub(super) const HELP: &str = "\
Builds this site, made with kiln.

Usage: cargo run --release [-- COMMAND [OPTIONS]]

With an alias such as `cargo preview`, options follow with or without another `--`.

Commands:
  build    renders all pages and writes the site (the default)
  merge    merges the shards of a build: merge DIR... --out DIR
  routes   lists the routes in the order in which they are tried
  preview  serves the output of a build as a static host would
  serve    serves it and renders the other pages on request
  check    renders all pages, writes nothing, and reports links that lead nowhere and other mistakes in their HTML

Options of build and merge:
  --out DIR      the folder to write, instead of `out` in kiln.toml (dist)
  --jobs N       the number of threads (the number of cores)
  --report FILE  writes a report as JSON
  --changes FILE writes which files were added, changed and removed, as lines of JSON
  --atomic       always replaces the old site in one step, and fails if that is impossible
  --sync         flushes new files to the disk before they replace old ones, so that a power failure leaves the old
                 site or the new one
  --quiet        prints only errors and warnings
  --strict       fails if there are warnings

Options of build:
  --shard K/N    builds part K of N for `merge`, with K from 1 to N
  --shard auto   reads K and N from the variables of GitLab, Slurm or AWS Batch
  --shard auto/N reads K from these, or from the variable of a Kubernetes Indexed Job

Options of serve and preview (they need the feature `server` of kiln):
  --out DIR      the folder to serve, instead of `out` in kiln.toml (dist)
  --host HOST    the name or address to listen on (127.0.0.1); 0.0.0.0 for all interfaces
  --port N       the port (4321); 0 for any free one
  --quiet        logs only errors and warnings, without a line for each request

  Both switch to the new files when a build of the folder finishes. Ctrl-C or SIGTERM stops them once the requests in
  flight are answered, after half a minute at most. A second signal stops them immediately. The exit status is 0 in
  each case.

Options of routes:
  --json         as JSON, for other programs

Options of check (it needs the feature `check` of kiln):
  --out DIR      the folder for temporary files of very large sites, which are removed (target/kiln)
  --jobs N       the number of threads (the number of cores)
  --json         as JSON, for other programs
  --quiet        prints only findings
  --strict       fails if there are warnings, such as links that are redirected

  --help, --version

Examples:
  cargo run --release                               writes dist/
  cargo run --release -- --out /tmp/preview         writes another folder
  cargo run --release -- --shard 2/8 --out shard-2  writes an eighth of the site
  cargo run --release -- merge shard-*              merges all eighths into dist/
  cargo run --release -- routes                     shows the file of each route
  cargo run --release -- check                      finds broken links

If pages fail, all failures are shown, the folder stays as it is, and the exit status is 1.
";
