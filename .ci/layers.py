#!/usr/bin/env python3
"""Checks that the layers of src/ import in one direction only.

Reads every path of `crate::…` in src/, outside of tests, and fails where a layer names one that stands above it, or beside it.
"""

import re
import sys
from pathlib import Path

# Each layer, and those that it may import: the ones below it.
ALLOWED = {
    "text": [],
    "config": ["text"],
    "routing": ["text", "config"],
    "assets": ["text", "config", "routing"],
    "page": ["text", "config", "routing", "assets"],
    "site_files": ["text", "config", "routing", "assets", "page"],
    "middleware": ["text", "config", "routing", "assets", "page"],
    "site": ["text", "config", "routing", "assets", "page", "middleware"],
    "request": ["text", "config", "routing", "assets", "page", "middleware", "site"],
    "hosts": ["text", "config", "routing", "assets", "page", "middleware", "site", "request"],
    "build": ["text", "config", "routing", "assets", "page", "site_files", "middleware", "site", "request", "hosts"],
    "server": ["text", "config", "routing", "assets", "page", "site_files", "middleware", "site", "request", "hosts", "build"],
    "cli": ["text", "config", "routing", "assets", "page", "site_files", "middleware", "site", "request", "hosts", "build", "server"],
}

# The surface of the crate, and what its tests share, stand above all layers.
ABOVE = {"bin", "lib", "main", "private", "testing", "support"}

ROOT = Path(__file__).resolve().parent.parent / "src"


def without_tests(text: str) -> str:
    """The code of a file up to its inline tests, without what is compiled for tests alone, and without comments."""
    text = re.split(r"(?m)^#\[cfg\(test\)\]\n(?:pub(?:\([^)]*\))? )?mod \w+ \{", text)[0]
    text = re.sub(r"#\[cfg\(test\)\]\s*(?:pub(?:\([^)]*\))? )?(?:use|mod) [^;]+;", "", text)
    return re.sub(r"(?m)//.*$", "", text)


def test_modules(file: Path, text: str) -> set[Path]:
    """The files and folders of modules that are compiled for tests alone."""
    names = re.findall(r"#\[cfg\((?:test|all\(test,[^\]]*)\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))? )?mod (\w+);", text)
    folder = file.parent if file.name in ("mod.rs", "lib.rs") else file.with_suffix("")
    return {path for name in names for path in (folder / f"{name}.rs", folder / name)}


def imported(text: str) -> set[str]:
    """The layers that the paths of a text begin with."""
    found = set(re.findall(r"\bcrate::(\w+)", text))
    for group in re.findall(r"\bcrate::\{([^;]*)\};", text):
        found |= set(re.findall(r"(?:^|,)\s*(\w+)", group))
    return found


def main() -> int:
    files = sorted(ROOT.rglob("*.rs"))
    tests = set().union(*(test_modules(file, file.read_text()) for file in files))
    mistakes = []
    for file in files:
        parts = file.relative_to(ROOT).parts
        layer = parts[0].removesuffix(".rs")
        if layer in ABOVE or any(path in tests for path in (file, *file.parents)):
            continue
        if layer not in ALLOWED:
            mistakes.append(f"src/{'/'.join(parts)}: `{layer}` is no layer; add it to the table in .ci/layers.py")
            continue
        for other in sorted(imported(without_tests(file.read_text()))):
            is_layer = other in ALLOWED or other in ABOVE
            if is_layer and other != layer and other not in ALLOWED[layer]:
                mistakes.append(f"src/{'/'.join(parts)}: `{layer}` imports `{other}`, which is not below it")
    print("\n".join(mistakes) or f"{len(ALLOWED)} layers import in one direction", file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
