//! `--shard auto`, and mistakes on the command line.

use std::process::Command;

use crate::support::{self, Run, TempFolder, binary, scratch, tree};

#[test]
fn the_variables_of_a_ci_system_choose_the_shard() {
    let (found, typed) = (TempFolder::new("found"), TempFolder::new("typed"));
    let mut command = Command::new(binary("basics"));
    command.args(["--quiet", "--shard", "auto", "--out"]).arg(&*found).current_dir(scratch());
    command.env_remove("GITHUB_ACTIONS").env_remove("SLURM_ARRAY_TASK_ID");
    command.env_remove("JOB_COMPLETION_INDEX").env_remove("AWS_BATCH_JOB_ARRAY_INDEX");
    Run::of(command.env("CI_NODE_INDEX", "2").env("CI_NODE_TOTAL", "3")).succeeds();
    support::run("basics", &["--quiet", "--shard", "2/3"], &typed).succeeds();
    assert_eq!(tree(&found), tree(&typed));
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    for (arguments, words) in [
        (vec!["--shard", "3/2"], "`--shard 3/2` is not a valid shard"),
        (vec!["--shard", "half"], "`--shard half` is not a valid shard"),
        (vec!["merge", "--out", "x"], "`merge` needs the folders of the shards"),
        (vec!["routes", "--shard", "1/2"], "`--shard` is an option of `build`"),
    ] {
        let Run { status, stderr, .. } = support::run_bare("props", &arguments);
        assert_eq!(status, 2, "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    }
}
