//! The state that the loop of changes and the proxy share.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::browser::editor::Editor;
use crate::change::Swapped;
use crate::problem::Problem;
use crate::proxy::hosts::Hosts;
use crate::secret::secret;
use crate::site::SiteProcess;

/// How long a request waits for a site that starts. After that, the site before answers.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The current state of the site.
#[derive(Debug, Clone, Default)]
pub(crate) struct Now {
    /// `None` before the first site has compiled.
    pub(crate) site: Option<Arc<SiteProcess>>,
    /// Why the newest site does not compile or start.
    pub(crate) problem: Option<Arc<Problem>>,
    /// The number of updates for open pages so far. Pages hear of an update when its site starts.
    pub(crate) build: u64,
    /// The last of these updates that has a site.
    pub(crate) answered: u64,
    /// How pages apply the last update.
    pub(crate) update: Update,
}

impl Now {
    /// Whether a site starts that open pages already ask for.
    pub(crate) fn is_starting(&self) -> bool {
        self.answered != self.build
    }

    fn is_settled(&self) -> bool {
        self.site.is_some() || self.problem.is_some()
    }
}

/// How open pages apply a new build.
#[derive(Debug, Clone, Default)]
pub(crate) enum Update {
    #[default]
    Reload,
    Swap(Vec<Swapped>),
}

/// The values that all tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) now: watch::Sender<Now>,
    pub(crate) hosts: Hosts,
    pub(crate) editor: Editor,
    /// Tells builds of this process from those of another.
    pub(crate) session: String,
}

impl Shared {
    pub(crate) fn new(hosts: Hosts, editor: Editor) -> anyhow::Result<Self> {
        let (now, _) = watch::channel(Now::default());
        Ok(Shared { now, hosts, editor, session: secret()? })
    }

    /// The name of a build, which open pages send.
    pub(crate) fn build_name(&self, build: u64) -> String {
        format!("{}-{build}", &self.session[..8])
    }

    /// The number of a build by its name; `None` for a build of another process.
    pub(crate) fn build_number(&self, name: &str) -> Option<u64> {
        name.strip_prefix(&self.session[..8])?.strip_prefix('-')?.parse().ok()
    }

    /// Tells open pages of a site that starts, so that they ask for it meanwhile. Their requests wait.
    pub(crate) fn announce(&self, update: Update) {
        self.now.send_modify(|now| {
            now.build += 1;
            now.update = update;
        });
    }

    /// Lets requests that wait have the site before: the one that was announced does not start.
    pub(crate) fn keep_site(&self) {
        self.now.send_modify(|now| now.answered = now.build);
    }

    /// Replaces the site. Returns the one before, which has to be retired. If the site is compiled from the newest sources, the
    /// problem is solved.
    pub(crate) fn set_site(
        &self,
        site: Arc<SiteProcess>,
        is_newest: bool,
    ) -> Option<Arc<SiteProcess>> {
        let mut before = None;
        self.hosts.allow(&site.ready.allowed_hosts);
        self.now.send_modify(|now| {
            before = now.site.replace(site);
            now.answered = now.build;
            if is_newest {
                now.problem = None;
            }
        });
        before
    }

    /// Shows a problem on open pages, which have no other content if there is no site.
    pub(crate) fn set_problem(&self, mut problem: Problem) {
        self.editor.add(problem.places_mut());
        self.now.send_modify(|now| {
            now.problem = Some(Arc::new(problem));
            if now.site.is_none() {
                now.build += 1;
                now.update = Update::Reload;
            }
            now.answered = now.build;
        });
    }

    /// Waits until there is a site or a problem. If a site starts, waits for it, too, but not for long.
    pub(crate) fn settled(&self) -> impl Future<Output = Now> + Send + use<> {
        let mut now = self.now.subscribe();
        async move {
            let started = now.wait_for(|now| now.is_settled() && !now.is_starting());
            let started = timeout(LONGEST_WAIT, async { started.await.map(|now| now.clone()) });
            if let Ok(Ok(now)) = started.await {
                return now;
            }
            let settled = now.wait_for(Now::is_settled).await;
            settled.map(|now| now.clone()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::layout::Layout;

    #[test]
    fn a_request_waits_for_a_site_that_starts_but_not_for_long() {
        let layout = Layout { site: "/site".into(), package: "/site".into(), target: None };
        let editor = Editor::new(layout).expect("an editor");
        let shared = Shared::new(Hosts::of(None), editor).expect("random numbers");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(async {
            shared.set_problem(Problem::of("a", "b", ""));
            assert_eq!(shared.settled().await.answered, 1, "nothing starts");
            shared.announce(Update::Reload);
            let begun = Instant::now();
            let waiting = timeout(LONGEST_WAIT / 20, shared.settled()).await;
            // A busy machine may have let this thread sleep for all that time.
            assert!(waiting.is_err() || begun.elapsed() >= LONGEST_WAIT, "a site starts");
            let now = shared.settled().await;
            assert!(now.is_starting(), "it takes too long");
            assert_eq!((now.answered, now.build), (1, 2), "so the page is of the site before");
            shared.keep_site();
            assert_eq!(shared.settled().await.answered, 2);
        });
    }
}
