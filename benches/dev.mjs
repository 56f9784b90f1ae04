// From a saved file to the new text on the page, under `cargo dev`: node benches/dev.mjs [EDITS]
//
// Medians over 20 edits of a copy of the template, in headless Chromium; then the same for Markdown with 10,000 posts.
import { launch } from '../tests/browser/chromium.mjs'
import { copy, start } from '../tests/browser/site.mjs'
import { loadavg } from 'node:os'

const edits = Number(process.argv[2] ?? 20)
const POST = 'content/posts/what-markdown-can-do/index.md'
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** The median time from writing a file to `expected(number)` being true on the page, which the page itself notices. */
const measure = async (name, page, write, expected) => {
  const times = []
  for (let number = 1; number <= edits; number++) {
    await pause(400)
    const began = performance.now()
    write(number)
    await page.until(expected(number))
    times.push(performance.now() - began)
  }
  const slowest = times.indexOf(Math.max(...times)) + 1
  times.sort((a, b) => a - b)
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0)
  console.log(`${name}: median ${at(0.5)} ms, fastest ${at(0)} ms, slowest ${at(1)} ms (edit ${slowest}), load ${loadavg()[0].toFixed(1)}`)
}

const markdown = async (name, page, site, dev) => {
  await page.go(`${dev.url}/posts/what-markdown-can-do/`)
  const [text] = site.read(POST).split('\nThe edit number')
  const write = (number) => site.write(POST, `${text}\nThe edit number ${number}.\n`)
  await measure(name, page, write, (number) => `document.body.textContent.includes('The edit number ${number}.')`)
}

const browser = await launch()
const site = copy()
try {
  let dev = await start(site)
  console.log(`first start: ${(dev.startTime / 1000).toFixed(2)} s`)
  await dev.stop()
  dev = await start(site)
  console.log(`start with a warm target: ${(dev.startTime / 1000).toFixed(2)} s`)
  const page = await browser.page()
  await markdown('Markdown', page, site, dev)

  const style = site.read('assets/style.css')
  const write = (number) => site.write('assets/style.css', `${style}\nbody { outline: ${number}px solid }\n`)
  await measure('stylesheet', page, write, (number) => `getComputedStyle(document.body).outlineWidth == '${number}px'`)

  await page.go(`${dev.url}/about/`)
  const rust = site.read('src/pages/about.rs')
  const heading = (number) => site.write('src/pages/about.rs', rust.replace(/"About[^"]*"/, `"About, edit ${number}."`))
  await measure('Rust page', page, heading, (number) => `document.documentElement.textContent.includes('About, edit ${number}.')`)
  await dev.stop()

  const post = site.read(POST)
  for (let number = 0; number < 10_000; number++) site.write(`content/posts/post-${number}.md`, post)
  dev = await start(site)
  await markdown('Markdown, with 10,000 posts', page, site, dev)
  await dev.stop()
} finally {
  await browser.close()
  site.clear()
}
