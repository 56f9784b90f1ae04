//! Matches paths against patterns: the inverse of [`RoutePath::new`].

use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::pattern::{Part, Pattern};

/// Matches a path against a pattern and returns the params; `None` if it does not match.
///
/// Each value is as short as possible, from left to right: `[a]-[b]` matches `x-y-z` with `x` and `y-z`. A rest param
/// that is a whole segment matches at least one segment if it can; otherwise it matches nothing and is absent. Values
/// that a build refuses do not match.
pub(crate) fn params(pattern: &Pattern, path: &RoutePath) -> Option<RawParams> {
    // Literal segments at the start need no search. Most routes have no others.
    let literal = |segment: &&&[Part]| matches!(segment, [Part::Text(_)]);
    let head = pattern.segments.iter().take_while(literal).count();
    let mut rest = path.as_str();
    let mut slash = "";
    for segment in &pattern.segments[..head] {
        let [Part::Text(text)] = segment else { break };
        rest = rest.strip_prefix(slash)?.strip_prefix(text)?;
        slash = "/";
    }
    let tail = &pattern.segments[head..];
    if tail.is_empty() {
        return rest.is_empty().then(RawParams::new);
    }
    if tail.iter().all(|segment| matches!(segment, [Part::Text(_) | Part::Param(_)])) {
        let below = if head == 0 { rest } else { rest.strip_prefix('/')? };
        return whole_segments(tail, below);
    }
    let steps = steps(tail);
    // Each step begins with its slash, which the first segment of a path does not have.
    match head {
        0 if rest.is_empty() => Search::new(&steps, "").run(),
        0 => Search::new(&steps, &format!("/{rest}")).run(),
        _ => Search::new(&steps, rest).run(),
    }
}

/// Matches segments that are each one text or one param, as nearly all are. There is one way to do so, and no search.
fn whole_segments(segments: &[&'static [Part]], path: &str) -> Option<RawParams> {
    let mut params = RawParams::new();
    let mut values = path.split('/');
    for segment in segments {
        let value = values.next()?;
        match segment {
            [Part::Text(text)] if value == *text => {}
            [Part::Param(name)] if !matches!(value, "" | "." | "..") => {
                params.push(*name, value.to_owned());
            }
            _ => return None,
        }
    }
    values.next().is_none().then_some(params)
}

/// A step of the search: matches one part of a pattern.
#[derive(Debug, Clone, Copy)]
enum Step {
    Text(&'static str),
    /// The slash before a rest param that is a whole segment; without it the param is omitted.
    SlashOrSkip,
    Value {
        name: &'static str,
        crosses_slashes: bool,
    },
}

fn steps(segments: &[&'static [Part]]) -> Vec<Step> {
    let mut steps = Vec::new();
    for segment in segments {
        steps.push(match segment {
            [Part::Rest(_)] => Step::SlashOrSkip,
            _ => Step::Text("/"),
        });
        steps.extend(segment.iter().map(|part| match *part {
            Part::Text(text) => Step::Text(text),
            Part::Param(name) => Step::Value { name, crosses_slashes: false },
            Part::Rest(name) => Step::Value { name, crosses_slashes: true },
        }));
    }
    steps
}

/// The current segment of a value so far, as far as it decides whether a build would refuse the value.
///
/// A request path contains nothing else that a build refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Empty,
    Dot,
    DotDot,
    Fine,
    /// A rest param that matches nothing.
    Omitted,
}

const READS: usize = 5;

/// A state of the search.
#[derive(Debug, Clone, Copy)]
struct State {
    step: usize,
    at: usize,
    read: Read,
}

/// A backtracking search that visits no state twice, because whether the rest of a path matches the rest of a pattern
/// does not depend on earlier steps. Its time is therefore proportional to the product of their lengths.
struct Search<'a> {
    steps: &'a [Step],
    path: &'a str,
    /// The start of the value of each step, and its end unless the value is omitted.
    values: Vec<(usize, Option<usize>)>,
    /// The states to try when the current one fails, the last one first.
    alternatives: Vec<State>,
    /// A bit for each state that was visited.
    seen: Vec<u64>,
    #[cfg(test)]
    turns: usize,
}

impl<'a> Search<'a> {
    fn new(steps: &'a [Step], path: &'a str) -> Self {
        let states = steps.len() * (path.len() + 1) * READS;
        Search {
            steps,
            path,
            values: vec![(0, None); steps.len()],
            alternatives: Vec::new(),
            seen: vec![0; states.div_ceil(64)],
            #[cfg(test)]
            turns: 0,
        }
    }

    fn run(mut self) -> Option<RawParams> {
        self.fits().then(|| {
            let mut params = RawParams::new();
            for (step, &(start, end)) in self.steps.iter().zip(&self.values) {
                if let (Step::Value { name, .. }, Some(end)) = (step, end) {
                    params.push(*name, self.path[start..end].to_owned());
                }
            }
            params
        })
    }

    fn fits(&mut self) -> bool {
        let mut next = Some(self.enter(0, 0));
        while let Some(state) = next.or_else(|| self.alternatives.pop()) {
            #[cfg(test)]
            {
                self.turns += 1;
            }
            if state.step == self.steps.len() && state.at == self.path.len() {
                return true;
            }
            let is_open = state.step < self.steps.len() && self.is_new(state);
            next = if is_open { self.step(state) } else { None };
        }
        false
    }

    /// The next state; `None` if this one fails.
    fn step(&mut self, state: State) -> Option<State> {
        let State { step, at, read } = state;
        let rest = &self.path[at..];
        match self.steps[step] {
            Step::Text(text) => {
                rest.starts_with(text).then(|| self.enter(step + 1, at + text.len()))
            }
            Step::SlashOrSkip => {
                let omitted = State { step: step + 1, at, read: Read::Omitted };
                if !rest.starts_with('/') {
                    return Some(omitted);
                }
                self.alternatives.push(omitted);
                Some(self.enter(step + 1, at + 1))
            }
            Step::Value { .. } if read == Read::Omitted => {
                self.values[step].1 = None;
                Some(self.enter(step + 1, at))
            }
            Step::Value { crosses_slashes, .. } => {
                let longer = self.longer(state, crosses_slashes);
                if read != Read::Fine {
                    return longer;
                }
                self.alternatives.extend(longer);
                self.values[step].1 = Some(at);
                Some(self.enter(step + 1, at))
            }
        }
    }

    fn enter(&mut self, step: usize, at: usize) -> State {
        if let Some((start, _)) = self.values.get_mut(step) {
            *start = at;
        }
        State { step, at, read: Read::Empty }
    }

    /// Extends the current value by one character.
    fn longer(&self, state: State, crosses_slashes: bool) -> Option<State> {
        let next = self.path[state.at..].chars().next()?;
        let read = match (next, state.read) {
            ('/', Read::Fine) if crosses_slashes => Read::Empty,
            ('/', _) => return None,
            ('.', Read::Empty) => Read::Dot,
            ('.', Read::Dot) => Read::DotDot,
            _ => Read::Fine,
        };
        Some(State { at: state.at + next.len_utf8(), read, ..state })
    }

    /// Marks a state as visited. Returns true if and only if it had not been visited before.
    fn is_new(&mut self, state: State) -> bool {
        let place = state.step * (self.path.len() + 1) + state.at;
        let bit = place * READS + state.read as usize;
        let (word, mask) = (bit / 64, 1 << (bit % 64));
        let is_new = self.seen[word] & mask == 0;
        self.seen[word] |= mask;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::request_path::RequestPath;
    use crate::support;

    #[track_caller]
    fn check(pattern: &str, path: &str, expected: Option<&[(&str, &str)]>) {
        let path = RequestPath::parse(path).unwrap().route_path().unwrap().clone();
        let found = params(&support::pattern(pattern), &path);
        let found: Option<Vec<_>> = found.as_ref().map(|found| found.iter().collect());
        assert_eq!(found.as_deref(), expected, "{pattern} on {}", path.display());
    }

    #[test]
    fn literal_patterns_match_themselves() {
        check("/", "/", Some(&[]));
        check("/", "/a", None);
        check("/about", "/about", Some(&[]));
        check("/about", "/About", None);
        check("/about", "/abou", None);
        check("/about", "/aboutx", None);
        check("/about", "/about/x", None);
        check("/about", "/", None);
        check("/a/b", "/a/b", Some(&[]));
        check("/a/b", "/ab", None);
        check("/caf\u{e9}", "/cafe%CC%81", Some(&[]));
        check("/a.b", "/axb", None);
    }

    #[test]
    fn a_param_matches_text_within_one_segment() {
        check("/[a]", "/x", Some(&[("a", "x")]));
        check("/[a]", "/", None);
        check("/[a]", "/x/y", None);
        check("/[a]/[b]", "/x/y", Some(&[("a", "x"), ("b", "y")]));
        check("/posts/[a]", "/posts", None);
        check("/posts/[a]", "/postsx", None);
        check("/posts/[a]", "/posts/x%2520y", Some(&[("a", "x%20y")]));
        check("/[a]/edit", "/x/edit", Some(&[("a", "x")]));
        check("/[a].json", "/.json", None);
        check("/[a].json", "/x.json", Some(&[("a", "x")]));
        check("/[a]", "/...", Some(&[("a", "...")]));
    }

    #[test]
    fn params_are_as_short_as_possible_from_left_to_right() {
        check("/[a]-[b]", "/x-y-z", Some(&[("a", "x"), ("b", "y-z")]));
        check("/[file].[ext]", "/a.b.c", Some(&[("file", "a"), ("ext", "b.c")]));
        check("/[a]-[b]", "/x-", None);
        check("/[a]-[b]", "/-x-y", Some(&[("a", "-x"), ("b", "y")]));
        check("/[a]-[b]", "/--x", Some(&[("a", "-"), ("b", "x")]));
        check("/v[a].[b]/x", "/v1.2/x", Some(&[("a", "1"), ("b", "2")]));
        check("/[a]x[b]y[c]", "/1x2x3y4y5", Some(&[("a", "1"), ("b", "2x3"), ("c", "4y5")]));
        check("/[a]\u{e9}[b]", "/%C3%A8%C3%A9x", Some(&[("a", "\u{e8}"), ("b", "x")]));
    }

    #[test]
    fn a_rest_param_that_is_a_segment_may_match_nothing() {
        check("/[...r]", "/", Some(&[]));
        check("/[...r]", "/a", Some(&[("r", "a")]));
        check("/[...r]", "/a/b/c", Some(&[("r", "a/b/c")]));
        check("/docs/[...r]", "/docs", Some(&[]));
        check("/docs/[...r]", "/docs/a/b", Some(&[("r", "a/b")]));
        check("/docs/[...r]", "/docsx", None);
        check("/[...r]/edit", "/edit", Some(&[]));
        check("/[...r]/edit", "/a/b/edit", Some(&[("r", "a/b")]));
        check("/[...r]/edit", "/edit/edit", Some(&[("r", "edit")]));
        check("/[...r]/edit", "/aedit", None);
        check("/[a]/[...r]/[b]", "/1", None);
        check("/[a]/[...r]/[b]", "/1/2", Some(&[("a", "1"), ("b", "2")]));
        check("/[a]/[...r]/[b]", "/1/2/3", Some(&[("a", "1"), ("r", "2"), ("b", "3")]));
        check("/[a]/[...r]/[b]", "/1/2/3/4", Some(&[("a", "1"), ("r", "2/3"), ("b", "4")]));
    }

    #[test]
    fn a_rest_param_beside_text_is_not_empty() {
        check("/[...r].json", "/.json", None);
        check("/[...r].json", "/a.json", Some(&[("r", "a")]));
        check("/[...r].json", "/a/b.json", Some(&[("r", "a/b")]));
        check("/[...r].json", "/a/.json", None);
        check("/d/[...r].json", "/d/a.json.json", Some(&[("r", "a.json")]));
        check("/a-[...r]/x", "/a-1/2/x", Some(&[("r", "1/2")]));
        check("/a-[...r]/x", "/a-/2/x", None);
        check("/[a]-[...r]", "/1/2-3", None);
        check("/[a]-[...r]", "/1-2/3-4", Some(&[("a", "1"), ("r", "2/3-4")]));
    }

    #[test]
    fn values_that_a_build_refuses_do_not_match() {
        check("/x[a]", "/x.", None);
        check("/x[a]", "/x..", None);
        check("/x[a]", "/x...", Some(&[("a", "...")]));
        check("/[a]-[b]", "/..-x-y", Some(&[("a", "..-x"), ("b", "y")]));
        check("/[a]-[b]", "/x-.", None);
        check("/x[...r]", "/x../a", None);
        check("/x[...r]y", "/xa/..y", None);
        check("/x[...r]y", "/xa/...y", Some(&[("r", "a/...")]));
    }

    #[test]
    fn a_hostile_path_visits_each_state_once() {
        let steps = steps(support::pattern("/[a]-[b]-[c]-[...d]!").segments);
        for path in
            ["-".repeat(8191), "a-".repeat(4095), ".-".repeat(4095), "-------/".repeat(1023)]
        {
            let path = format!("/{path}");
            let mut search = Search::new(&steps, &path);
            assert!(!search.fits(), "{}", &path[..9]);
            // Each new state adds at most one alternative.
            let states = steps.len() * (path.len() + 1) * READS;
            assert!(search.turns <= 2 * states + 1, "{} turns", search.turns);
            assert!(search.turns > path.len(), "{}: {} turns", &path[..9], search.turns);
        }
    }

    /// The rule without bookkeeping: each value is as short as possible, and longer if that fails.
    fn naive(steps: &[Step], path: &str) -> Option<Vec<(&'static str, String)>> {
        let Some((step, later)) = steps.split_first() else {
            return path.is_empty().then(Vec::new);
        };
        match *step {
            Step::Text(text) => naive(later, path.strip_prefix(text)?),
            Step::SlashOrSkip => {
                let with = path.strip_prefix('/').and_then(|path| naive(later, path));
                with.or_else(|| naive(&later[1..], path))
            }
            Step::Value { name, crosses_slashes } => (1..=path.len()).find_map(|end| {
                let (value, path) = path.split_at(end);
                let is_fine = |segment: &str| !matches!(segment, "" | "." | "..");
                if !value.split('/').all(is_fine) || (value.contains('/') && !crosses_slashes) {
                    return None;
                }
                let mut found = naive(later, path)?;
                found.insert(0, (name, value.to_owned()));
                Some(found)
            }),
        }
    }

    #[test]
    fn the_search_agrees_with_the_naive_rule() {
        let mut paths = vec![String::from("/")];
        for _ in 0..6 {
            let longer =
                paths.iter().flat_map(|path| ["a", "-", ".", "/"].map(|c| format!("{path}{c}")));
            paths = longer.chain(["/".into()]).collect();
        }
        let mut matches = 0;
        for pattern in [
            "/[a]-[b]",
            "/[a]-[b]-[c]",
            "/[a].[b]",
            "/-[a]-[...r]",
            "/[...r]-[a]/a",
            "/a[...r]/[b]-",
            "/[a]/[...r]/[b]",
            "/[...r]/-",
            "/[...r]/[...s]",
            "/[...r].[...s]-[a]",
        ] {
            let steps = steps(support::pattern(pattern).segments);
            for path in &paths {
                let found = Search::new(&steps, path).run();
                let expected = naive(&steps, path).map(RawParams::from);
                assert_eq!(found, expected, "{pattern} on {path}");
                matches += usize::from(found.is_some());
            }
        }
        assert!(matches > 1000, "only {matches} paths match");
    }
}
