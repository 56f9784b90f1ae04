// A copy of the template, and `cargo dev` in it.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const repository = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

/** Copies the template to a new folder. */
export const copy = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-dev-'))
  const isSource = (path) => !/\/(target|dist)$/.test(path)
  cpSync(join(repository, 'site-template'), folder, { recursive: true, filter: isSource })
  const site = {
    folder,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    write: (name, text) => writeFileSync(join(folder, name), text),
    edit: (name, from, to) => {
      const text = site.read(name)
      if (!text.includes(from)) throw new Error(`${name} does not contain ${from}`)
      site.write(name, text.replace(from, to))
    },
    remove: (name) => rmSync(join(folder, name), { recursive: true }),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
  site.write('Cargo.toml', site.read('Cargo.toml').replaceAll('path = "..', `path = "${repository}`).replaceAll(`${repository}/..`, repository))
  return site
}

/** Starts `cargo dev` in a site, and waits until it answers. */
export const start = async (site, { options = [], target = process.env.CARGO_TARGET_DIR ?? join(repository, 'target') } = {}) => {
  const began = performance.now()
  const child = spawn('cargo', ['dev', '--port', '0', ...options], {
    cwd: site.folder,
    env: { ...process.env, CARGO_TARGET_DIR: target, RUST_BACKTRACE: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const dev = { log: '', process: child, stop: () => new Promise((done) => (child.on('exit', done), child.kill('SIGINT'))) }
  dev.url = await new Promise((done, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        dev.log += data
        const found = dev.log.match(/listening on (http:\S+)/)
        if (found) done(found[1])
      })
    }
    child.on('exit', (code) => failed(new Error(`cargo dev has ended with ${code}:\n${dev.log}`)))
  })
  dev.startTime = performance.now() - began
  return dev
}
