//! File handles, of which a process may have a limited number.

/// Raises the limit of this process, and of those that it starts, as far as the system allows. Returns the limit.
#[cfg(target_os = "linux")]
pub fn raise_limit() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // Without a maximum, what is set already is enough, or can be raised by `ulimit -n`.
    let raised = maximum
        .filter(|_| setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok());
    raised.or(current).unwrap_or(u64::MAX)
}

/// The benchmarks need Linux; elsewhere they only have to compile.
#[cfg(not(target_os = "linux"))]
pub fn raise_limit() -> u64 {
    u64::MAX
}
