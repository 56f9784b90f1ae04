// What the scripts of all hosts share: what is expected of a site, and what is said of it at the end.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Reads the arguments `DIST EXPECTED` of a script. */
export function read(host) {
  const [dist, expected] = process.argv.slice(2)
  if (expected === undefined) {
    console.error(`usage: node ${host}.mjs DIST EXPECTED`)
    process.exit(2)
  }
  const { redirects = [], headers = [], none = [] } = JSON.parse(readFileSync(expected, 'utf8'))
  // What a host cannot be told is said by the build; the site says which that is.
  const can = ({ except = [] }) => !except.includes(host)
  const sent = page => {
    const missing = page.missing?.[host] ?? []
    const headers = Object.entries(page.headers).filter(([name]) => !missing.includes(name))
    return { ...page, headers: Object.fromEntries(headers) }
  }
  return { dist, redirects: redirects.filter(can), headers: headers.filter(can).map(sent), none }
}

/** The file of a URL path in the out folder; undefined where there is none. */
export function file(dist, path) {
  const name = path.split('/').filter(Boolean).map(decodeURIComponent).join('/')
  const found = join(dist, name)
  return !path.endsWith('/') && existsSync(found) && statSync(found).isFile() ? name : undefined
}

/** A URL in one spelling: hosts may percent-encode characters that RFC 3986 lets stand as they are. */
export function spelled(url) {
  return url.replace(/%[0-9a-f]{2}/gi, escape => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16))
    return /[\w.~!$&'()*+,;=:@-]/.test(character) ? character : escape.toUpperCase()
  })
}

/** The other form of a path, with or without a slash; undefined for those of data and for the root. */
export function otherForm(path) {
  if (path === "/" || /\.[a-z0-9]+$/.test(path)) return undefined
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`
}

/** Asks for each URL as a browser does, and compares the answers. */
export async function replay({ redirects, headers, none }, ask, nearest = status => status) {
  let count = 0
  const follow = async (path, hops = 3) => {
    const answer = await ask(path)
    const isSlash = answer.to !== undefined && spelled(answer.to).replace(/\/$/, '') === spelled(path).replace(/\.html$|\/$/g, '')
    return isSlash && hops > 0 ? follow(answer.to, hops - 1) : answer
  }
  for (const { from, to, status } of redirects) {
    for (const path of [from, otherForm(from)].filter(path => path !== undefined)) {
      const answer = await follow(path)
      assert.equal(answer.status, nearest(status), `the status of ${path}: ${JSON.stringify(answer)}`)
      assert.equal(spelled(answer.to), spelled(to), `where ${path} leads`)
      count += 1
    }
  }
  for (const { path, file, headers: expected } of headers) {
    // At the canonical URL there is no redirect, unless the host takes `.html` off.
    const answer = await (path.endsWith('.html') ? follow : ask)(path)
    assert.equal(answer.file, file, `the file at ${path}: ${JSON.stringify(answer)}`)
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(answer.headers[name], value, `\`${name}\` of ${path}`)
      count += 1
    }
  }
  for (const path of none) {
    const answer = await follow(path)
    assert.equal(answer.to, undefined, `${path} leads nowhere`)
    count += 1
  }
  return count
}
