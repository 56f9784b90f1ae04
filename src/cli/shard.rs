//! Chooses the shard of a process: as typed, or from the variables of the engine that started it in an array of jobs.

use anyhow::{Result, bail};

use crate::build::Shard;

/// Looks up an environment variable.
pub(super) type Variable<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// An engine that starts arrays of jobs, and the variables with the number of a job.
struct Engine {
    name: &'static str,
    /// Only set in jobs of an array.
    index: &'static str,
    first: First,
    /// The distance between the numbers of two jobs; 1 if it is not set.
    step: Option<&'static str>,
    /// The number of jobs.
    count: Option<&'static str>,
    /// The number of the last job.
    last: Option<&'static str>,
}

/// The number of the first job.
enum First {
    Is(u32),
    /// The value of this variable.
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

const WRITE_SHARD: &str = "write `--shard K/N`, for example `--shard 2/8`";

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
            "`--shard {text}` is not a valid shard\n  hint: write `K/N` with K from 1 to N, for example `--shard 2/8`; or `auto`, or `auto/N`, in a job of an array"
        ),
    }
}

/// The shard according to the environment, and to the count if that was typed.
fn auto(count: Option<u32>, variable: &Variable<'_>) -> Result<Shard> {
    let mut found: Option<(&Engine, Shard)> = None;
    for engine in ENGINES.iter().filter(|engine| is_set(variable, engine.index)) {
        let shard = engine.shard(count, variable)?;
        match found {
            Some((other, that)) if that != shard => bail!(
                "this is job {that} of {}, and job {shard} of {}\n  hint: {WRITE_SHARD}",
                other.name,
                engine.name
            ),
            _ => found = Some((engine, shard)),
        }
    }
    match found {
        Some((_, shard)) => Ok(shard),
        None if is_set(variable, "GITHUB_ACTIONS") => bail!(
            "`--shard auto` cannot distinguish the jobs of a matrix: GitHub Actions sets no variable for them\n  hint: write `--shard ${{{{ matrix.shard }}}}/{}`, with `shard: [{}]` under `matrix`",
            count.unwrap_or(4),
            numbers(count.unwrap_or(4))
        ),
        None => bail!(
            "`--shard auto` finds no variable with the number of this job\n  hint: it knows `parallel` of GitLab, and the arrays of Slurm and AWS Batch; `--shard auto/N` also knows Indexed Jobs of Kubernetes; elsewhere, {WRITE_SHARD}"
        ),
    }
}

/// The numbers from 1 to the last, as a list.
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
        // The numbers of this array are irregular, so the position of a job is unknown.
        let is_regular = last.is_none_or(|last| place(last) == Some(count));
        let shard = place(index).and_then(|place| Shard::new(place, count));
        match shard.filter(|_| is_regular) {
            Some(shard) => Ok(shard),
            None => bail!(
                "`{}` is {index}, which is not one of {count} consecutive jobs of {}\n  hint: {WRITE_SHARD}, or start the array with evenly spaced numbers",
                self.index,
                self.name
            ),
        }
    }

    /// The number of jobs.
    fn count(&self, typed: Option<u32>, variable: &Variable<'_>) -> Result<u32> {
        let name = self.count.unwrap_or_default();
        match (self.optional(self.count, variable)?, typed) {
            (Some(set), Some(typed)) if set != typed => bail!(
                "`--shard auto/{typed}` and `{name}`, which is {set}, disagree\n  hint: if only some jobs of an array run again, {WRITE_SHARD}"
            ),
            (Some(count), _) | (None, Some(count)) => Ok(count),
            (None, None) if self.count.is_some() => self.required(name, variable),
            (None, None) => bail!(
                "`{}` is the number of this job of {}, but no variable contains the number of jobs\n  hint: write `--shard auto/N`, where N is `completions` of the job",
                self.index,
                self.name
            ),
        }
    }

    fn required(&self, name: &str, variable: &Variable<'_>) -> Result<u32> {
        match self.optional(Some(name), variable)? {
            Some(number) => Ok(number),
            None => bail!(
                "`{}` is set, as in an array of {}, but `{name}` is not\n  hint: {WRITE_SHARD}",
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
                "`{name}` of {} is {text:?}, which is not a number of jobs\n  hint: {WRITE_SHARD}",
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

    /// Parses an option, with `NAME=value` as the variables.
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
    fn every_engine_determines_the_shard() {
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
            // A job of GitLab without `parallel`, which has started an array itself.
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
            ("0/4", "`--shard 0/4` is not a valid shard", "K from 1 to N"),
            ("5/4", "`--shard 5/4` is not a valid shard", "`--shard 2/8`"),
            ("automatic", "`--shard automatic` is not a valid shard", "`auto`"),
            ("auto/0", "`--shard auto/0` is not a valid shard", "`auto/N`"),
            ("auto", "`--shard auto` finds no variable", "`parallel` of GitLab"),
            ("auto CI_NODE_TOTAL=1", "`--shard auto` finds no variable", "AWS Batch"),
            ("auto CI_NODE_INDEX=", "`--shard auto` finds no variable", "Kubernetes"),
            (
                "auto GITHUB_ACTIONS=true",
                "`--shard auto` cannot distinguish the jobs of a matrix: GitHub Actions",
                "write `--shard ${{ matrix.shard }}/4`, with `shard: [1, 2, 3, 4]` under `matrix`",
            ),
            (
                "auto/9 GITHUB_ACTIONS=true",
                "`--shard auto` cannot distinguish",
                "write `--shard ${{ matrix.shard }}/9`, with `shard: [1, 2, ..., 9]`",
            ),
        ] {
            check_mistake(line, parsed(line), message, hint);
        }
    }

    #[test]
    fn variables_have_to_agree() {
        for (line, message, hint) in [
            ("auto CI_NODE_INDEX=x CI_NODE_TOTAL=4", "`CI_NODE_INDEX` of GitLab is \"x\"", "K/N"),
            ("auto CI_NODE_INDEX=1 CI_NODE_TOTAL=-4", "`CI_NODE_TOTAL` of GitLab is", "K/N"),
            ("auto CI_NODE_INDEX=1", "`CI_NODE_INDEX` is set, as in an array of GitLab", "K/N"),
            (
                "auto CI_NODE_INDEX=0 CI_NODE_TOTAL=4",
                "`CI_NODE_INDEX` is 0, which is not one",
                "K/N",
            ),
            (
                "auto CI_NODE_INDEX=5 CI_NODE_TOTAL=4",
                "`CI_NODE_INDEX` is 5, which is not one",
                "K/N",
            ),
            (
                "auto/8 CI_NODE_INDEX=1 CI_NODE_TOTAL=4",
                "`--shard auto/8` and `CI_NODE_TOTAL`, which is 4, disagree",
                "K/N",
            ),
            (
                "auto JOB_COMPLETION_INDEX=1",
                "`JOB_COMPLETION_INDEX` is the number of this job of Kubernetes",
                "write `--shard auto/N`, where N is `completions`",
            ),
            (
                "auto/2 JOB_COMPLETION_INDEX=2",
                "`JOB_COMPLETION_INDEX` is 2, which is not one",
                "K/N",
            ),
            (
                "auto AWS_BATCH_JOB_ARRAY_INDEX=8 AWS_BATCH_JOB_ARRAY_SIZE=8",
                "`AWS_BATCH_JOB_ARRAY_INDEX` is 8, which is not one of 8",
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
    fn irregular_numbers_of_slurm_are_refused() {
        let none = "`SLURM_ARRAY_TASK_ID` is ";
        for (line, message, hint) in [
            ("auto ID=1 COUNT=2", "`SLURM_ARRAY_TASK_ID` is set, as in an array of Slurm", "K/N"),
            ("auto ID=1 MIN=1", "`SLURM_ARRAY_TASK_ID` is set, as in an array of Slurm", "K/N"),
            // `--array=1,3`, and `--array=3` to run one job again.
            ("auto ID=1 MIN=1 MAX=3 COUNT=2", none, "evenly spaced"),
            ("auto/8 ID=3 MIN=3 MAX=3 COUNT=1", "`--shard auto/8` and", "run again"),
            ("auto ID=3 MIN=0 STEP=2 COUNT=2", none, "evenly spaced"),
            ("auto ID=3 MIN=3 STEP=0 COUNT=2", none, "evenly spaced"),
            ("auto ID=2 MIN=3 COUNT=2", none, "evenly spaced"),
        ] {
            check_mistake(line, in_slurm(line), message, hint);
        }
    }
}
