#!/usr/bin/env python3
"""Runs what the pods of two Jobs would run: each pod of an Indexed Job with its number, and a volume as a folder.

Usage: pods.py SHARDS MERGE FOLDER
"""

import os
import subprocess
import sys
from pathlib import Path

import yaml

folder = Path(sys.argv[3])
for file in sys.argv[1:3]:
    spec = yaml.safe_load(Path(file).read_text())["spec"]
    is_indexed = spec.get("completionMode") == "Indexed"
    (container,) = spec["template"]["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    for index in range(spec.get("completions", 1)):
        number = str(index) if is_indexed else ""

        def here(word):
            word = word.replace("$(JOB_COMPLETION_INDEX)", number).replace(container["workingDir"] + "/", f"{folder}/")
            return word.replace(mount["mountPath"] + "/", f"{folder}/shards/")

        command = [here(word) for word in container["command"]]
        environment = {**os.environ, **({"JOB_COMPLETION_INDEX": number} if is_indexed else {})}
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
