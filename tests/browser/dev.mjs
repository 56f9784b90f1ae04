// What `cargo dev` does in a browser: node tests/browser/dev.mjs
//
// Screenshots go to the folder that SCREENSHOTS names. AXE names the file axe.min.js of the npm package axe-core.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from './chromium.mjs'
import { relay } from './relay.mjs'
import { copy, start } from './site.mjs'

const screenshots = process.env.SCREENSHOTS
const axe = process.env.AXE && readFileSync(process.env.AXE, 'utf8')
const wait = (ms) => new Promise((done) => setTimeout(done, ms))

const site = copy()
site.write('src/pages/strict.rs', `use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    let policy = [(header::CONTENT_SECURITY_POLICY, "default-src 'self'")];
    (policy, Html("<!DOCTYPE html><html lang=en><title>strict</title><h1>strict one</h1>"))
}
`)
site.write('src/pages/fails.rs', `use kiln::prelude::*;

pub fn get() -> Result<&'static str> {
    Err(anyhow!("content/posts/what-markdown-can-do/index.md:3: <img src=x onerror=window.hacked=1>").context("cannot read the posts"))
}
`)
site.write('src/pages/panics.rs', `pub fn get() -> &'static str {
    None.expect("</script><img src=x onerror=window.hacked=1>")
}
`)
site.remove('src/pages/404.rs')
let dev = await start(site)
const browser = await launch()
const page = await browser.page()
let checks = 0

const check = async (name, test) => {
  await test().catch((error) => {
    error.message = `${name}: ${error.message}\n\n${dev.log}`
    throw error
  })
  checks += 1
  console.log(`ok: ${name}`)
}
// A document that was loaded again has lost it.
const mark = () => page.run('window.marked = true')
const isReloaded = () => page.until('!window.marked')
const overlay = "document.querySelector('kiln-overlay')?.shadowRoot"
const isShown = `${overlay}?.querySelector('dialog')?.open`
const look = async (name) => {
  if (screenshots) {
    for (const width of [1280, 390]) {
      await page.resize(width, 800)
      for (const scheme of ['light', 'dark']) {
        await page.dark(scheme == 'dark')
        await page.screenshot(join(screenshots, `${name}-${width}-${scheme}.png`))
      }
    }
    await page.resize(1000, 800)
  }
  if (!axe) return
  const before = page.complaints.length
  for (const isDark of [false, true]) {
    await page.dark(isDark)
    await page.send('Runtime.evaluate', { expression: axe })
    const found = await page.run("axe.run(document.querySelector('kiln-overlay') ?? document).then((it) => it.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' ')))")
    assert.deepEqual(found, [], `axe-core in ${isDark ? 'dark' : 'light'}`)
  }
  await page.dark(false)
  // Those of axe-core itself, which a policy of the page does not allow.
  page.complaints.length = before
}

try {
  const post = 'content/posts/what-markdown-can-do/index.md'
  await check('a changed text reloads the page, which keeps its scroll position', async () => {
    await page.go(`${dev.url}/posts/what-markdown-can-do/`)
    await page.run('scrollTo(0, 700)')
    await mark()
    site.write(post, site.read(post) + '\nA line that was added.\n')
    await isReloaded()
    await page.until("document.body.textContent.includes('A line that was added.')")
    await page.until('scrollY == 700')
  })

  await check('a changed style is taken without a reload', async () => {
    await mark()
    site.write('assets/style.css', site.read('assets/style.css') + '\nbody { outline: 7px solid red }\n')
    await page.until("getComputedStyle(document.body).outlineWidth == '7px'")
    assert.equal(await page.run('window.marked'), true)
    await page.until("document.querySelectorAll('link[rel=stylesheet]').length == 2")
  })

  await check('a changed picture is taken without a reload', async () => {
    const before = await page.run("document.querySelector('.brand img').src")
    site.write('assets/favicon.svg', site.read('assets/favicon.svg') + '<!-- changed -->')
    await page.until(`document.querySelector('.brand img').src != ${JSON.stringify(before)}`)
    await page.until("document.querySelector('.brand img').complete && document.querySelector('.brand img').naturalWidth > 0")
    assert.equal(await page.run('window.marked'), true)
  })

  await check('a page that allows only its own origin reloads', async () => {
    await page.go(`${dev.url}/strict/`)
    await mark()
    site.edit('src/pages/strict.rs', 'strict one', 'strict two')
    await isReloaded()
    await page.until("document.body.textContent.includes('strict two')")
  })

  await check('an error of rustc is shown over the page, until it is fixed', async () => {
    await page.go(`${dev.url}/strict/`)
    await mark()
    site.edit('src/pages/strict.rs', 'Html("<!DOCTYPE', 'Htlm("<!DOCTYPE')
    site.edit('src/pages/about.rs', 'pub fn get', 'pub fn gett')
    // Both mistakes at once: one that rustc finds, and one that kiln finds.
    await page.until(`${isShown} && ${overlay}.querySelector('dialog').textContent.includes('src/pages/about.rs')`)
    const text = await page.run(`${overlay}.querySelector('dialog').textContent`)
    assert.ok(!text.includes(site.folder), 'paths are relative to the site')
    assert.match(text, /src\/pages\/strict\.rs:5:/)
    assert.match(text, /cannot find function|cannot find/)
    assert.match(text, /Htlm/)
    assert.equal(await page.run('window.marked'), true, 'the page has stayed')
    await look('overlay')
  })

  await check('a link opens the place in the editor, by its number', async () => {
    const link = `${overlay}.querySelector('a[data-entry]')`
    await page.run(`window.asked = new Promise((done) => { window.fetch = async (url, options) => (done([url, options.method, options.body]), new Response('{}')) }); 0`)
    await page.run(`${link}.click()`)
    const [url, method, body] = await page.run('window.asked')
    assert.equal(`${method} ${url}`, 'POST /_kiln/open')
    const { entry, token } = JSON.parse(body)
    assert.equal(typeof entry, 'number')
    const answer = await fetch(`${dev.url}/_kiln/open`, { method: 'POST', headers: { origin: dev.url }, body })
    assert.match((await answer.json()).url, /^vscode:\/\/file\/.*\/src\/pages\/.*\.rs:\d+:\d+$/)
    const open = (headers, body) => fetch(`${dev.url}/_kiln/open`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal((await open({}, { entry, token })).status, 403, 'without an origin')
    assert.equal((await open({ origin: 'https://evil.example' }, { entry, token })).status, 403)
    assert.equal((await open({ origin: dev.url }, { entry, token: 'guessed' })).status, 403)
    assert.equal((await open({ origin: dev.url }, { entry: 10 ** 6, token })).status, 404)
  })

  await check('the keyboard and a screen reader reach the errors', async () => {
    const focused = `${overlay}.activeElement`
    assert.equal(await page.run(`${focused}.id`), 'title')
    const { nodes } = await page.send('Accessibility.getFullAXTree')
    const dialog = nodes.find((it) => it.role?.value == 'dialog')
    assert.match(dialog.name.value, /does not compile/)
    assert.equal(dialog.properties.find((it) => it.name == 'modal')?.value.value, true)
    const links = nodes.filter((it) => it.role?.value == 'link' && it.name).map((it) => it.name.value)
    assert.ok(links.some((it) => it.includes('src/pages/strict.rs:5:')), links.join(', '))
    await page.run(`window.asked = new Promise((done) => { window.fetch = async (url) => (done(url), new Response('{}')) }); 0`)
    for (let tabs = 0; !(await page.run(`${focused}?.matches('a[data-entry]')`)); tabs++) {
      assert.ok(tabs < 10, 'Tab comes to a place')
      await page.key('Tab')
    }
    await page.key('Enter')
    assert.equal(await page.run('window.asked'), '/_kiln/open')
  })

  await check('Esc hides the errors, and the keyboard reaches the page again', async () => {
    await page.key('Escape')
    await page.until(`!${overlay}`)
    assert.equal(await page.run('window.marked'), true)
  })

  await check('the errors come back with the next change, and end with the last', async () => {
    site.edit('src/pages/strict.rs', 'Htlm("<!DOCTYPE', 'Html("<!DOCTYPE')
    await page.until(isShown)
    await page.until(`${overlay}.querySelector('dialog').textContent.includes('about.rs')`)
    await mark()
    site.edit('src/pages/about.rs', 'pub fn gett', 'pub fn get')
    await isReloaded()
    await page.until("document.readyState == 'complete'")
    assert.equal(await page.run(`!!${overlay}`), false)
  })

  await check('a page that fails is shown in its place', async () => {
    await page.go(`${dev.url}/fails/`)
    const text = await page.run('document.body.textContent')
    for (const part of ['cannot read the posts', 'onerror', 'src/pages/fails.rs', 'what-markdown-can-do/index.md:3']) assert.ok(text.includes(part), part)
    assert.equal(await page.run('window.hacked'), undefined)
    await look('failed')
  })

  await check('a panic has its source line, and is fixed by a change', async () => {
    await page.go(`${dev.url}/panics/`)
    const text = await page.run('document.body.textContent')
    assert.ok(text.includes('src/pages/panics.rs:2:') && text.includes('None.expect('), text)
    assert.equal(await page.run('window.hacked'), undefined)
    await look('panicked')
    site.write('src/pages/panics.rs', 'pub fn get() -> &\'static str {\n    "calm"\n}\n')
    await page.until("document.body.textContent.includes('calm')")
  })

  await check('a path without a page shows the nearest routes', async () => {
    await page.go(`${dev.url}/abuot/%3Cimg%20src=x%20onerror=window.hacked=1%3E`)
    assert.equal(await page.run('window.hacked'), undefined)
    await page.go(`${dev.url}/abuot`)
    const links = await page.run("[...document.querySelectorAll('.kiln-routes a')].map((it) => it.getAttribute('href'))")
    assert.equal(links[0], '/about/')
    for (const link of ['/', '/feed.xml', '/strict/', '/fails/']) assert.ok(links.includes(link), `${link}: ${links}`)
    await look('not-found')
  })

  await check('the stream of events comes back', async () => {
    await page.go(`${dev.url}/about/`)
    await page.send('Network.enable')
    await page.send('Network.emulateNetworkConditions', { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
    await mark()
    site.write(post, site.read(post) + '\nAnother line.\n')
    await wait(1000)
    await page.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
    await isReloaded()
  })

  await check('a page that slept notices that its connection is gone', async () => {
    const network = await relay(dev.url)
    const sleeper = await browser.page()
    // The page waits for 30 seconds before it connects again.
    await sleeper.before('const wait = setTimeout; window.setTimeout = (call, ms) => wait(call, ms == 3e4 ? 1000 : ms)')
    await sleeper.go(`${network.url}/about/`)
    await sleeper.until('document.scripts.length > 0')
    await wait(300)
    await sleeper.run('window.marked = true')
    network.sleep()
    site.write(post, site.read(post) + '\nA line that was added meanwhile.\n')
    await sleeper.until('!window.marked')
    await sleeper.close()
    network.close()
  })

  await check('a site that never compiled is explained, and shown once it does', async () => {
    await dev.stop()
    site.edit('src/pages/about.rs', 'pub fn get', 'pub fn gett')
    dev = await start(site)
    const answer = await fetch(`${dev.url}/about/`)
    assert.equal(answer.status, 503)
    await page.go(`${dev.url}/about/`)
    assert.match(await page.run('document.body.textContent'), /src\/pages\/about\.rs/)
    await look('unavailable')
    site.edit('src/pages/about.rs', 'pub fn gett', 'pub fn get')
    await page.until("document.querySelector('h1')?.textContent.includes('About')")
  })

  assert.deepEqual(page.complaints, [])
  console.log(`${checks} checks passed`)
} finally {
  await browser.close()
  await dev.stop()
  site.clear()
}
