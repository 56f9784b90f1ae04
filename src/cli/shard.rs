//! Which shard a process is to build: as it is typed, or as the engine says that started it in an array of jobs.

use anyhow::{Result, bail};

use crate::build::Shard;

/// Looks up a variable of the environment.
pub(super) type Variable<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// An engine that starts jobs in arrays, and the variables by which each of them knows its number.
struct Engine {
    name: &'static str,
    /// Set in jobs of an array only.
    index: &'static str,
    first: First,
    /// How far the numbers of two jobs are apart; 1 where it is not set.
    step: Option<&'static str>,
    /// How many jobs there are.
    count: Option<&'static str>,
    /// The number of the last one.
    last: Option<&'static str>,
}

/// The number of the first job.
enum First {
    Is(u32),
    /// In this variable.
    In(&'static str),
}

const ENGINES: [Engine; 4] = [
    Engine {
        name: "GitLab",
        index: "CI_NODE_INDEX",
        first: First::Is(1),
        step: None,
        count: Some("CI_NODE_TOTAL"),
        last: None,
    },
    Engine {
        name: "Slurm",
        index: "SLURM_ARRAY_TASK_ID",
        first: First::In("SLURM_ARRAY_TASK_MIN"),
        step: Some("SLURM_ARRAY_TASK_STEP"),
        count: Some("SLURM_ARRAY_TASK_COUNT"),
        last: Some("SLURM_ARRAY_TASK_MAX"),
    },
    Engine {
        name: "AWS Batch",
        index: "AWS_BATCH_JOB_ARRAY_INDEX",
        first: First::Is(0),
        step: None,
        count: Some("AWS_BATCH_JOB_ARRAY_SIZE"),
        last: None,
    },
    Engine {
        name: "Kubernetes",
        index: "JOB_COMPLETION_INDEX",
        first: First::Is(0),
        step: None,
        count: None,
        last: None,
    },
];

const TYPE_IT: &str = "write `--shard K/N`, for example `--shard 2/8`";

/// Reads `K/N`, `auto` or `auto/N`.
pub(super) fn parse(text: &str, variable: &Variable<'_>) -> Result<Shard> {
    if let Ok(shard) = text.parse() {
        return Ok(shard);
    }
    let count = text.strip_prefix("auto/").and_then(|count| count.parse().ok());
    match (text, count) {
        ("auto", _) => auto(None, variable),
        (_, Some(1..)) => auto(count, variable),
        _ => bail!(
            "`--shard {text}` is no part of a build\n  hint: write `K/N` with K from 1 to N, for example `--shard 2/8`; or `auto`, or `auto/N`, in a job of an array"
        ),
    }
}

/// The shard that the environment tells, of so many where that was typed.
fn auto(count: Option<u32>, variable: &Variable<'_>) -> Result<Shard> {
    let mut found: Option<(&Engine, Shard)> = None;
    for engine in ENGINES.iter().filter(|engine| is_set(variable, engine.index)) {
        let shard = engine.shard(count, variable)?;
        match found {
            Some((other, that)) if that != shard => bail!(
                "this is job {that} of {}, and job {shard} of {}\n  hint: {TYPE_IT}",
                other.name,
                engine.name
            ),
            _ => found = Some((engine, shard)),
        }
    }
    match found {
        Some((_, shard)) => Ok(shard),
        None if is_set(variable, "GITHUB_ACTIONS") => bail!(
            "`--shard auto` cannot tell the jobs of a matrix apart: GitHub Actions sets no variable for them\n  hint: write `--shard ${{{{ matrix.shard }}}}/{}`, with `shard: [{}]` under `matrix`",
            count.unwrap_or(4),
            numbers(count.unwrap_or(4))
        ),
        None => bail!(
            "`--shard auto` finds no variable that tells which job of an array this is\n  hint: it knows `parallel` of GitLab, and the arrays of Slurm and AWS Batch; `--shard auto/N` knows Indexed Jobs of Kubernetes, too; elsewhere, {TYPE_IT}"
        ),
    }
}

/// The numbers from 1 to a last one, as they are listed.
fn numbers(last: u32) -> String {
    match last {
        1..=4 => (1..=last).map(|number| number.to_string()).collect::<Vec<_>>().join(", "),
        _ => format!("1, 2, ..., {last}"),
    }
}

impl Engine {
    fn shard(&self, typed: Option<u32>, variable: &Variable<'_>) -> Result<Shard> {
        let index = self.required(self.index, variable)?;
        let first = match self.first {
            First::Is(first) => first,
            First::In(name) => self.required(name, variable)?,
        };
        let step = self.optional(self.step, variable)?.unwrap_or(1);
        let count = self.count(typed, variable)?;
        let last = self.optional(self.last, variable)?;
        let place = |number: u32| {
            let from = number.checked_sub(first)?;
            if from.checked_rem(step)? == 0 { (from / step).checked_add(1) } else { None }
        };
        // An array of numbers in no order: which job is the second one, nothing tells.
        let is_in_a_row = last.is_none_or(|last| place(last) == Some(count));
        let shard = place(index).and_then(|place| Shard::new(place, count));
        match shard.filter(|_| is_in_a_row) {
            Some(shard) => Ok(shard),
            None => bail!(
                "`{}` is {index}, which is none of {count} jobs of {} in a row\n  hint: {TYPE_IT}, or start the array with numbers that are evenly apart",
                self.index,
                self.name
            ),
        }
    }

    /// How many jobs there are.
    fn count(&self, typed: Option<u32>, variable: &Variable<'_>) -> Result<u32> {
        let name = self.count.unwrap_or_default();
        match (self.optional(self.count, variable)?, typed) {
            (Some(told), Some(typed)) if told != typed => bail!(
                "`--shard auto/{typed}` and `{name}`, which is {told}, do not agree\n  hint: where only some jobs of an array run again, {TYPE_IT}"
            ),
            (Some(count), _) | (None, Some(count)) => Ok(count),
            (None, None) if self.count.is_some() => self.required(name, variable),
            (None, None) => bail!(
                "`{}` tells which job of {} this is, and no variable tells of how many\n  hint: write `--shard auto/N`, where N is `completions` of the job",
                self.index,
                self.name
            ),
        }
    }

    fn required(&self, name: &str, variable: &Variable<'_>) -> Result<u32> {
        match self.optional(Some(name), variable)? {
            Some(number) => Ok(number),
            None => bail!(
                "`{}` is set, as in an array of {}, and `{name}` is not\n  hint: {TYPE_IT}",
                self.index,
                self.name
            ),
        }
    }

    fn optional(&self, name: Option<&str>, variable: &Variable<'_>) -> Result<Option<u32>> {
        let Some(name) = name else { return Ok(None) };
        let Some(text) = variable(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => bail!(
                "`{name}` of {} is {text:?}, which is no number of jobs\n  hint: {TYPE_IT}",
                self.name
            ),
        }
    }
}

fn is_set(variable: &Variable<'_>, name: &str) -> bool {
    variable(name).is_some_and(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads an option where `NAME=value` are the variables.
    fn parsed(line: &str) -> Result<String> {
        let (text, variables) = line.split_once(' ').unwrap_or((line, ""));
        let variable = |name: &str| {
            let mut pairs = variables.split(' ').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        parse(text, &variable).map(|shard| shard.to_string())
    }

    /// The same with `ID`, `MIN`, `MAX`, `STEP` and `COUNT` for the variables of Slurm.
    fn in_slurm(line: &str) -> Result<String> {
        parsed(&line.replace(' ', " SLURM_ARRAY_TASK_"))
    }

    #[test]
    fn every_engine_tells_the_shard() {
        for (line, expected) in [
            ("2/8", "2/8"),
            ("1/1 CI_NODE_INDEX=9", "1/1"),
            ("auto CI_NODE_INDEX=1 CI_NODE_TOTAL=4", "1/4"),
            ("auto CI_NODE_INDEX=4 CI_NODE_TOTAL=4", "4/4"),
            ("auto/4 CI_NODE_INDEX=4 CI_NODE_TOTAL=4", "4/4"),
            ("auto AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=8", "1/8"),
            ("auto AWS_BATCH_JOB_ARRAY_INDEX=7 AWS_BATCH_JOB_ARRAY_SIZE=8", "8/8"),
            ("auto/3 JOB_COMPLETION_INDEX=0", "1/3"),
            ("auto/3 JOB_COMPLETION_INDEX=2", "3/3"),
            // A job of GitLab that is not one of `parallel`, and has started an array itself.
            ("auto/8 CI_NODE_TOTAL=1 JOB_COMPLETION_INDEX=5", "6/8"),
            ("auto/2 CI_NODE_INDEX=1 CI_NODE_TOTAL=2 JOB_COMPLETION_INDEX=0", "1/2"),
            ("auto/2 CI_NODE_INDEX= JOB_COMPLETION_INDEX=1 GITHUB_ACTIONS=true", "2/2"),
        ] {
            assert_eq!(parsed(line).expect(line), expected, "{line}");
        }
        for (line, expected) in [
            ("auto ID=0 MIN=0 COUNT=8", "1/8"),
            ("auto ID=8 MIN=1 MAX=8 COUNT=8", "8/8"),
            ("auto ID=8 MIN=4 MAX=12 STEP=4 COUNT=3", "2/3"),
            ("auto/3 ID=1 MIN=1", "1/3"),
        ] {
            assert_eq!(in_slurm(line).expect(line), expected, "{line}");
        }
    }

    #[track_caller]
    fn check_mistake(line: &str, parsed: Result<String>, message: &str, hint: &str) {
        let error = parsed.expect_err(line).to_string();
        assert!(error.starts_with(message), "{line}: {error}");
        let (_, hinted) = error.split_once("\n  hint: ").expect(line);
        assert!(hinted.contains(hint), "{line}: {error}");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (line, message, hint) in [
            ("0/4", "`--shard 0/4` is no part of a build", "K from 1 to N"),
            ("5/4", "`--shard 5/4` is no part of a build", "`--shard 2/8`"),
            ("automatic", "`--shard automatic` is no part of a build", "`auto`"),
            ("auto/0", "`--shard auto/0` is no part of a build", "`auto/N`"),
            ("auto", "`--shard auto` finds no variable", "`parallel` of GitLab"),
            ("auto CI_NODE_TOTAL=1", "`--shard auto` finds no variable", "AWS Batch"),
            ("auto CI_NODE_INDEX=", "`--shard auto` finds no variable", "Kubernetes"),
            (
                "auto GITHUB_ACTIONS=true",
                "`--shard auto` cannot tell the jobs of a matrix apart: GitHub Actions",
                "write `--shard ${{ matrix.shard }}/4`, with `shard: [1, 2, 3, 4]` under `matrix`",
            ),
            (
                "auto/9 GITHUB_ACTIONS=true",
                "`--shard auto` cannot tell",
                "write `--shard ${{ matrix.shard }}/9`, with `shard: [1, 2, ..., 9]`",
            ),
            ("auto CI_NODE_INDEX=x CI_NODE_TOTAL=4", "`CI_NODE_INDEX` of GitLab is \"x\"", "K/N"),
            ("auto CI_NODE_INDEX=1 CI_NODE_TOTAL=-4", "`CI_NODE_TOTAL` of GitLab is", "K/N"),
            ("auto CI_NODE_INDEX=1", "`CI_NODE_INDEX` is set, as in an array of GitLab", "K/N"),
            ("auto CI_NODE_INDEX=0 CI_NODE_TOTAL=4", "`CI_NODE_INDEX` is 0, which is none", "K/N"),
            ("auto CI_NODE_INDEX=5 CI_NODE_TOTAL=4", "`CI_NODE_INDEX` is 5, which is none", "K/N"),
            (
                "auto/8 CI_NODE_INDEX=1 CI_NODE_TOTAL=4",
                "`--shard auto/8` and `CI_NODE_TOTAL`, which is 4, do not agree",
                "K/N",
            ),
            (
                "auto JOB_COMPLETION_INDEX=1",
                "`JOB_COMPLETION_INDEX` tells which job of Kubernetes this is",
                "write `--shard auto/N`, where N is `completions`",
            ),
            ("auto/2 JOB_COMPLETION_INDEX=2", "`JOB_COMPLETION_INDEX` is 2, which is none", "K/N"),
            (
                "auto AWS_BATCH_JOB_ARRAY_INDEX=8 AWS_BATCH_JOB_ARRAY_SIZE=8",
                "`AWS_BATCH_JOB_ARRAY_INDEX` is 8, which is none of 8",
                "K/N",
            ),
            (
                "auto/8 CI_NODE_INDEX=3 CI_NODE_TOTAL=8 JOB_COMPLETION_INDEX=5",
                "this is job 3/8 of GitLab, and job 6/8 of Kubernetes",
                "K/N",
            ),
        ] {
            check_mistake(line, parsed(line), message, hint);
        }
    }

    #[test]
    fn numbers_of_slurm_that_are_not_in_a_row_are_refused() {
        let none = "`SLURM_ARRAY_TASK_ID` is ";
        for (line, message, hint) in [
            ("auto ID=1 COUNT=2", "`SLURM_ARRAY_TASK_ID` is set, as in an array of Slurm", "K/N"),
            ("auto ID=1 MIN=1", "`SLURM_ARRAY_TASK_ID` is set, as in an array of Slurm", "K/N"),
            // `--array=1,3`, and `--array=3` to do one job again.
            ("auto ID=1 MIN=1 MAX=3 COUNT=2", none, "evenly apart"),
            ("auto/8 ID=3 MIN=3 MAX=3 COUNT=1", "`--shard auto/8` and", "run again"),
            ("auto ID=3 MIN=0 STEP=2 COUNT=2", none, "evenly apart"),
            ("auto ID=3 MIN=3 STEP=0 COUNT=2", none, "evenly apart"),
            ("auto ID=2 MIN=3 COUNT=2", none, "evenly apart"),
        ] {
            check_mistake(line, in_slurm(line), message, hint);
        }
    }
}
