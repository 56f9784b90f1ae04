#!/usr/bin/env python3
"""Lists the objects of R2 that wrangler keeps on this host: the key, the type and the cache control of each, with tabs in between.

Usage: r2.py STATE FILE
"""

import json
import sqlite3
import sys
from pathlib import Path

state, file = sys.argv[1:]
lines = []
for path in Path(state).glob("**/r2/miniflare-R2BucketObject/*.sqlite"):
    database = sqlite3.connect(path)
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = '_mf_objects'").fetchone():
        for key, metadata in database.execute("SELECT key, http_metadata FROM _mf_objects"):
            metadata = json.loads(metadata)
            lines.append("\t".join([key, metadata["contentType"], metadata["cacheControl"]]))
Path(file).write_text("".join(f"{line}\n" for line in sorted(lines)))
