// Asks superstatic, the server that Firebase's emulator consists of, for each URL of a site.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { read, replay } from './site.mjs'

const require = createRequire(import.meta.url)
const superstatic = require('superstatic').default
const minimatch = require('minimatch')

const site = read('firebase')
const { hosting } = JSON.parse(readFileSync(join(site.dist, 'firebase.json'), 'utf8'))

const isIgnored = name => hosting.ignore.some(glob => minimatch(name, glob, { dot: true }))
for (const name of ['firebase.json', '.kiln.json', '.kiln-shard/list', '.kiln-shard/a/b']) {
  assert(isIgnored(name), `${name} is uploaded`)
}
for (const name of ['.well-known/security.txt', 'index.html', 'a/.b']) {
  assert(!isIgnored(name), `${name} is not uploaded`)
}

// Which file it is superstatic does not say; its bytes do.
const files = new Map()
for (const header of site.headers) {
  files.set(readFileSync(join(site.dist, header.file), 'utf8'), header.file)
}

const handle = superstatic({ cwd: site.dist, config: hosting, fallthrough: false })
const server = http.createServer((request, response) => {
  handle(request, response, error => response.writeHead(error ? 500 : 404).end(String(error ?? '')))
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))

function ask(path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ port: server.address().port, host: '127.0.0.1', path }, response => {
      const { statusCode: status, headers } = response
      let body = ''
      response.setEncoding('utf8').on('data', text => (body += text)).on('end', () => {
        // It ends each query with `&`, for that of the request.
        const to = headers.location?.replace(/(\?.*)&$/, '$1')
        resolve({ status, headers, to, file: files.get(body) })
      })
    })
    request.on('error', reject)
  })
}

try {
  const count = await replay(site, ask)
  console.log(`firebase: ${count} answers are as they should be`)
} finally {
  server.close()
}
