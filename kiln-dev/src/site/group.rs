//! Groups of processes, so that what a process has started ends with it.

use tokio::process::{Child, Command};

/// The group of a process, which is stopped on drop.
#[derive(Debug)]
pub(crate) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    /// Makes the process of a command the leader of a group, which Ctrl-C at the terminal does not reach.
    pub(crate) fn start(command: &mut Command) {
        command.kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
    }

    /// The group of a process that was started as its leader.
    pub(crate) fn of(child: &Child) -> Self {
        #[cfg(unix)]
        {
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            Group { leader: id.and_then(rustix::process::Pid::from_raw) }
        }
        #[cfg(not(unix))]
        {
            let _ = child;
            Group {}
        }
    }
}

impl Group {
    /// Stops all processes of the group.
    pub(crate) fn stop(&self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            use rustix::process::{Signal, kill_process_group};
            // It may have ended already.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop();
    }
}
