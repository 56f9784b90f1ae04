// The documentation in Chromium, on a phone and on a desk, light and dark: no violations of axe-core, nothing wider than the
// screen, a scheme that is remembered, and the search if Pagefind has written an index.
//
// Usage: AXE=axe.min.js node tests/browser/docs.mjs FOLDER, where FOLDER is what a build of docs/ has written. AXE names the file of
// the npm package axe-core. Screenshots go to the folder that SCREENSHOTS names.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { launch } from './chromium.mjs'

const folder = process.argv[2]
const axe = readFileSync(process.env.AXE, 'utf8')
const screenshots = process.env.SCREENSHOTS
const folders = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.html'))).sort()
const all = ['', ...folders.map((name) => `${name}/`), '404.html']
// On a phone and in the dark, pages of each kind.
const some = ['', 'get-started/', 'tutorial/', 'comparison/', 'content/', 'messages/', 'routing/', 'settings/', '404.html']
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

// A host of static files, below the base of the site.
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://host').pathname).replace(/^\/kiln/, '').replace(/\/$/, '/index.html')
  const file = join(folder, path)
  if (!existsSync(file)) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${server.address().port}/kiln/`
const browser = await launch()

for (const [name, size] of Object.entries({ phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } })) {
  const tab = await browser.page(size)
  const pages = name == 'desk' ? all : some
  for (const path of pages) {
    await tab.go(base + path)
    for (const scheme of some.includes(path) ? ['light', 'dark'] : ['light']) {
      const where = `${path || 'the home page'} on a ${name}, ${scheme}`
      await tab.dark(scheme == 'dark')
      await tab.send('Runtime.evaluate', { expression: axe })
      const found = await tab.run("axe.run().then((it) => it.violations.map((one) => one.id + ': ' + one.nodes[0].html))")
      assert.deepEqual(found, [], `axe-core, ${where}`)
      assert.equal(await tab.run('document.documentElement.scrollWidth <= innerWidth'), true, `too wide: ${where}`)
      if (screenshots) await tab.screenshot(join(screenshots, `${path.replace(/\W/g, '') || 'home'}-${name}-${scheme}.png`))
    }
  }
  assert.deepEqual(tab.complaints, [], 'exceptions')
  await tab.close()
  console.log(`ok: ${pages.length} pages on a ${name}`)
}

const tab = await browser.page({ width: 1280, height: 900 })
await tab.dark(false)
await tab.go(base + 'routing/')
await tab.run("document.querySelector('.scheme').click()")
await tab.go(base + 'links/')
assert.equal(await tab.run('document.documentElement.dataset.theme'), 'dark')
console.log('ok: the scheme is remembered')

await tab.go(base + 'messages/#build')
await tab.until("document.querySelector('.toc [aria-current]')?.hash == '#build'")
await tab.until("document.querySelector('.toc [aria-current]').getBoundingClientRect().bottom < innerHeight")
console.log('ok: a long table of contents follows the text')

if (existsSync(join(folder, 'pagefind'))) {
  await tab.key('/', 'Slash')
  await tab.until("document.querySelector('#_search').open")
  await tab.run("{ const input = document.querySelector('#_search input'); input.value = 'middleware'; input.dispatchEvent(new Event('input')) }")
  await tab.until("document.querySelector('#_results a')")
  const shown = await tab.run("[...document.querySelectorAll('#_results a')].map((link) => [...link.children].map((part) => part.textContent))")
  const rewrites = shown.find(([title]) => title == 'Middleware: Rewrites')
  assert.ok(rewrites && !rewrites[1].startsWith('Rewrites'), `a heading is shown twice: ${rewrites}`)
  await tab.key('Enter')
  await tab.until("location.pathname.startsWith('/kiln/') && !location.pathname.startsWith('/kiln/links/')")
  console.log('ok: the search finds a page, by keyboard')
}

await browser.close()
server.close()
