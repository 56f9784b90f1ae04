// Replays `staticwebapp.config.json` by the rules that Azure's documentation states.
//
// Azure's emulator has a matcher too, but comes with 376 packages of 183 MB and looks for no `about.html`: what is checked here is
// what is documented. Of the routes the first that matches counts; that of an `index.html` is one of its folder, and not the
// other way round; a `*` stands at the end, and `/a/*` is neither for `/a` nor for `/a/index.html`.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { file, read, replay } from './site.mjs'

const site = read('azure')
const text = readFileSync(join(site.dist, 'staticwebapp.config.json'), 'utf8')
assert(Buffer.byteLength(text) <= 20 * 1024, 'the file is too long')
const { routes = [], globalHeaders = {}, mimeTypes = {}, responseOverrides = {}, trailingSlash, ...others } = JSON.parse(text)
assert.deepEqual(others, {})
assert(['always', 'never'].includes(trailingSlash))
for (const { rewrite } of Object.values(responseOverrides)) assert(file(site.dist, rewrite), `${rewrite} is not a file`)
for (const { route, redirect, rewrite, statusCode, headers, ...others } of routes) {
  assert.deepEqual(others, {}, route)
  assert.match(route, /^\/[^*]*\*?$/)
  assert(redirect === undefined || [301, 302].includes(statusCode), route)
  assert(rewrite === undefined || file(site.dist, rewrite), `${rewrite} is not a file`)
  assert(Object.values(headers ?? {}).every(value => value !== ''), `${route} takes a header away`)
}

function matches(route, path) {
  if (route.endsWith('*')) {
    const folder = route.slice(0, -1)
    return path.length > folder.length && path.startsWith(folder) && path !== `${folder}index.html`
  }
  return route === path || (route.endsWith('/index.html') && [route.slice(0, -10), route.slice(0, -11)].includes(path))
}

function find(path) {
  const page = path.replace(/\/$/, '')
  const found = [path, `${page}/index.html`, `${page}.html`].map(path => file(site.dist, path)).find(Boolean)
  const isPage = found?.endsWith('.html') && !path.endsWith('.html') && path !== '/'
  if (isPage && path.endsWith('/') !== (trailingSlash === 'always')) {
    return { status: 301, to: path.endsWith('/') ? page : `${path}/` }
  }
  if (found !== undefined) return { status: 200, file: found }
  return { status: 404, file: responseOverrides[404]?.rewrite.slice(1) }
}

function ask(path) {
  const route = routes.find(({ route }) => matches(route, path)) ?? {}
  if (route.redirect !== undefined) return { status: route.statusCode, to: route.redirect, headers: {} }
  const answer = route.rewrite === undefined ? find(path) : { status: 200, file: file(site.dist, route.rewrite) }
  const type = mimeTypes[extname(answer.file ?? '')]
  const headers = { ...(type && { 'content-type': type }), ...globalHeaders, ...route.headers }
  return { ...answer, headers }
}

const nearest = status => ([301, 308].includes(status) ? 301 : 302)
console.log(`azure: ${await replay(site, ask, nearest)} answers are as they should be`)
