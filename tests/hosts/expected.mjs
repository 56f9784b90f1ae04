// Joins what a built site says of its redirects with what its pages are known to answer: `node expected.mjs DIST ANSWERS`.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [dist, answers] = process.argv.slice(2)
const read = file => JSON.parse(readFileSync(file, 'utf8'))
const { except, headers } = read(answers)
const redirects = read(join(dist, 'redirects.json')).map(redirect => ({ ...redirect, except: except[redirect.from] ?? [] }))
console.log(JSON.stringify({ redirects, headers }, null, 2))
