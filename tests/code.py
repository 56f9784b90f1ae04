#!/usr/bin/env python3
"""Writes blocks of code of a page of docs/content as files: those whose fence has a title, `title="…"`, which is their name.

Usage: code.py PAGE FOLDER
"""

import re
import sys
from pathlib import Path

page, folder = sys.argv[1:]
text = (Path(__file__).parent.parent / "docs/content" / f"{page}.md").read_text()
for title, code in re.findall(r'(?ms)^```\w* title="([^"]+)"\n(.*?)^```$', text):
    path = Path(folder) / title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    path.chmod(0o755)
