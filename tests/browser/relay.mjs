// A network between a browser and a server: connections of before a sleep are silent after it, and neither side is told.
import { connect, createServer } from 'node:net'

/** Listens on a port of its own, and passes connections on to the server at a URL. */
export const relay = async (url) => {
  const { hostname, port } = new URL(url)
  const open = new Set()
  const server = createServer((browser) => {
    const site = connect(port, hostname)
    browser.pipe(site).pipe(browser)
    for (const socket of [browser, site]) socket.on('error', () => {})
    open.add([browser, site])
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    sleep: () => {
      for (const [browser, site] of open) {
        browser.unpipe(site)
        site.unpipe(browser)
      }
    },
    close: () => {
      for (const sockets of open) sockets.forEach((socket) => socket.destroy())
      server.close()
    },
  }
}
