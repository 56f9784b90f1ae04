// The template in Chromium, on a phone and on a desk, light and dark: no violations of axe-core, nothing wider than the screen, and a
// theme that is remembered, without a flash of the other one, by keyboard, under a policy that allows only the site's own files.
//
// Usage: AXE=axe.min.js node tests/browser/template.mjs FOLDER, where FOLDER is what a build of the template has written. AXE names the
// file of the npm package axe-core. Screenshots go to the folder that SCREENSHOTS names.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { launch } from './chromium.mjs'

const folder = process.argv[2]
const axe = readFileSync(process.env.AXE, 'utf8')
const screenshots = process.env.SCREENSHOTS
const posts = ['what-markdown-can-do', 'a-night-with-the-kiln', 'iron-gall-ink', 'the-measure', 'how-this-site-works'].map((post) => `posts/${post}/`)
const pages = ['', 'posts/', 'posts/2/', ...posts, 'tags/clay/', 'about/', '404.html']
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

// A host of static files, which allows no inline styles and scripts.
const policy = "default-src 'self'"
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://host').pathname).replace(/\/$/, '/index.html')
  const file = join(folder, path)
  if (!existsSync(file)) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy }).end(readFileSync(file))
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${server.address().port}/`
const browser = await launch()

for (const [name, size] of Object.entries({ phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } })) {
  const tab = await browser.page(size)
  for (const path of pages) {
    await tab.go(base + path)
    assert.deepEqual(tab.complaints, [], `the policy, ${path}`)
    for (const scheme of ['light', 'dark']) {
      const where = `${path || 'the home page'} on a ${name}, ${scheme}`
      await tab.dark(scheme == 'dark')
      if (screenshots) await tab.whole(join(screenshots, `${path.replace(/\W/g, '') || 'home'}-${name}-${scheme}.png`))
      await tab.send('Runtime.evaluate', { expression: axe })
      const found = await tab.run("axe.run().then((it) => it.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' ')))")
      assert.deepEqual(found, [], `axe-core, ${where}`)
      assert.equal(await tab.run('document.documentElement.scrollWidth <= innerWidth'), true, `too wide: ${where}`)
    }
    // Those of axe-core itself, which the policy does not allow.
    tab.complaints.length = 0
  }
  await tab.close()
  console.log(`ok: ${pages.length} pages on a ${name}`)
}

const tab = await browser.page({ width: 1280, height: 900 })
const other = await browser.page({ width: 1280, height: 900 })
const theme = 'document.documentElement.dataset.theme'
const pressed = "document.querySelector('button.theme').ariaPressed"
for (const page of [tab, other]) {
  await page.dark(false)
  await page.go(base)
  assert.equal(await page.run(pressed), 'false')
}
await tab.run("document.querySelector('button.theme').focus()")
await tab.key('Enter')
await tab.until(`${theme} == 'dark' && ${pressed} == 'true'`)
await other.until(`${theme} == 'dark' && ${pressed} == 'true'`)
console.log('ok: the theme is switched by keyboard, in all tabs')

// The theme when the body appears, before anything is painted.
await tab.before(`new MutationObserver((_, observer) => {
  if (!document.body) return
  window.first = ${theme}
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })`)
await tab.go(base + 'about/')
assert.equal(await tab.run('window.first'), 'dark')
assert.equal(await tab.run(pressed), 'true')
assert.equal(await tab.run('getComputedStyle(document.documentElement).colorScheme'), 'dark')
assert.deepEqual(tab.complaints, [], 'exceptions')
console.log('ok: the theme is remembered, and there before the page is')

await browser.close()
server.close()
