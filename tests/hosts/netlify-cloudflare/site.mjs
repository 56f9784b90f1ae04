// Makes a site of a description, for the replays: each file holds its name.
//
//     node site.mjs EXPECTED DIST [FILE…]
//
// The files at the end of the line are copied into it.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expectations } from "./replay.mjs";

const [expected, dist, ...copied] = process.argv.slice(2);
const { redirects, headers } = expectations(expected);
for (const { file } of [...redirects, ...headers]) {
  if (!file) continue;
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  writeFileSync(join(dist, file), `${file}\n`);
}
for (const file of copied) copyFileSync(file, join(dist, basename(file)));
