// Replays the samples: host files that kiln's unit tests write and compare, and files for them to stand for.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
let failed = 0
for (const sample of readdirSync(join(here, 'samples'))) {
  const dist = mkdtempSync(join(tmpdir(), 'kiln-hosts-'))
  try {
    cpSync(join(here, 'samples', sample), dist, { recursive: true })
    const { redirects, headers } = JSON.parse(readFileSync(join(dist, 'expected.json'), 'utf8'))
    const pages = redirects.map(({ file }) => file).filter(Boolean)
    for (const name of [...pages, ...headers.map(({ file }) => file)]) {
      mkdirSync(dirname(join(dist, name)), { recursive: true })
      writeFileSync(join(dist, name), `this is ${name}\n`)
    }
    for (const host of ['vercel', 'firebase', 'azure']) {
      console.log(`${sample}:`)
      const run = spawnSync(process.execPath, [join(here, `${host}.mjs`), dist, join(dist, 'expected.json')], { stdio: 'inherit' })
      failed += run.status === 0 ? 0 : 1
    }
  } finally {
    rmSync(dist, { recursive: true })
  }
}
process.exit(failed === 0 ? 0 : 1)
