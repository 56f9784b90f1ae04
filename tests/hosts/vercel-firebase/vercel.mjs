// Replays `vercel.json` with Vercel's own translation of it into routes.
//
// The routes are regular expressions; what is done with them is little: in order, `$1` replaced, then the files, then rewrites.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getTransformedRoutes } from '@vercel/routing-utils'
import { file, read, replay } from './site.mjs'

const site = read('vercel')
const settings = join(site.dist, 'vercel.json')
const config = existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {}
const { routes, error } = getTransformedRoutes(structuredClone(config))
assert.equal(error, null)
const split = (routes ?? []).findIndex(route => route.handle === 'filesystem')
const before = split < 0 ? (routes ?? []) : routes.slice(0, split)
const after = split < 0 ? [] : routes.slice(split + 1)

function filled(text, match) {
  return text.replace(/\$([1-9a-zA-Z]+)/g, (_, number) => match[parseInt(number, 10)] ?? '')
}

function find(path) {
  const candidates = [path, `${path.replace(/\/$/, '')}/index.html`]
  if (config.cleanUrls) candidates.push(`${path.replace(/\/$/, '')}.html`)
  return candidates.map(candidate => file(site.dist, candidate)).find(Boolean)
}

function ask(path) {
  const headers = {}
  for (const route of before) {
    const match = new RegExp(route.src).exec(path)
    if (match === null) continue
    for (const [name, value] of Object.entries(route.headers ?? {})) {
      headers[name.toLowerCase()] = filled(value, match)
    }
    if (route.status !== undefined) return { status: route.status, to: headers.location, headers }
    if (!route.continue) break
  }
  for (const route of [undefined, ...after]) {
    const match = route && new RegExp(route.src).exec(path)
    if (match === null) continue
    const found = find(match ? filled(route.dest, match) : path)
    if (found !== undefined) return { status: 200, file: found, headers }
  }
  return { status: 404, file: file(site.dist, '/404.html'), headers }
}

console.log(`vercel: ${await replay(site, ask)} answers are as they should be`)
