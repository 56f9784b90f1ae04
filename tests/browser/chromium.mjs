// Drives a headless Chromium through the DevTools protocol, without a library.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

/** Starts a browser. */
export const launch = async () => {
  const profile = mkdtempSync(join(tmpdir(), 'kiln-chromium-'))
  const options = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run', '--disable-extensions']
  const command = process.env.CHROMIUM ?? 'chromium'
  // The protocol runs over two pipes: messages that end with a zero byte.
  const child = spawn(command, [...options, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const connection = connect(child.stdio[3], child.stdio[4])
  return {
    page: (size) => open(connection, size),
    close: async () => {
      const ended = new Promise((done) => child.on('exit', done))
      await connection.send('Browser.close').catch(() => child.kill('SIGKILL'))
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

const connect = (output, input) => {
  const waiting = new Map()
  const listeners = new Set()
  let [last, rest] = [0, '']
  input.setEncoding('utf8').on('data', (data) => {
    const messages = (rest + data).split('\0')
    rest = messages.pop()
    messages.forEach((text) => received(JSON.parse(text)))
  })
  const received = (message) => {
    if (!message.id) return listeners.forEach((listener) => listener(message))
    const { done, failed } = waiting.get(message.id)
    waiting.delete(message.id)
    message.error ? failed(new Error(message.error.message)) : done(message.result)
  }
  const send = (method, params = {}, sessionId) =>
    new Promise((done, failed) => {
      waiting.set(++last, { done, failed })
      output.write(JSON.stringify({ id: last, method, params, sessionId }) + '\0')
    })
  return { send, listeners }
}

const open = async (connection, { width = 1000, height = 800 } = {}) => {
  const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true })
  const send = (method, params) => connection.send(method, params, sessionId)
  await Promise.all([send('Page.enable'), send('Runtime.enable'), send('Log.enable'), send('Network.enable')])
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
  const complaints = []
  // The websockets and streams of events that are open, by which a development server tells the page of changes.
  const streams = new Set()
  connection.listeners.add((message) => {
    if (message.sessionId != sessionId) return
    const { requestId } = message.params ?? {}
    if (message.method == 'Page.frameNavigated' && !message.params.frame.parentId) streams.clear()
    if (message.method == 'Network.webSocketHandshakeResponseReceived') streams.add(requestId)
    if (message.method == 'Network.responseReceived' && message.params.type == 'EventSource') streams.add(requestId)
    if (['Network.webSocketClosed', 'Network.loadingFinished', 'Network.loadingFailed'].includes(message.method)) streams.delete(requestId)
    if (message.method == 'Runtime.exceptionThrown') complaints.push(message.params.exceptionDetails.text)
    if (message.method == 'Log.entryAdded' && message.params.entry.source == 'security') complaints.push(message.params.entry.text)
  })

  const run = async (expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  // While a page loads, there is nowhere to run an expression.
  const until = async (expression, ms = 120_000) => {
    const end = Date.now() + ms
    for (;;) {
      const value = await run(expression).catch(() => undefined)
      if (value) return value
      if (Date.now() > end) throw new Error(`not true after ${ms} ms: ${expression}`)
      await sleep(5)
    }
  }
  return {
    send, run, until, complaints,
    // Waits until the page is loaded and would hear of a change.
    listens: async (ms = 30_000) => {
      await until("document.readyState == 'complete'", ms)
      const end = Date.now() + ms
      while (!streams.size) {
        if (Date.now() > end) throw new Error(`no websocket and no stream of events is open after ${ms} ms`)
        await sleep(5)
      }
    },
    go: async (url) => {
      await send('Page.navigate', { url })
      await until(`location.href.startsWith(${JSON.stringify(url)}) && document.readyState == 'complete'`)
    },
    key: async (key, code = key, modifiers = 0) => {
      for (const type of ['keyDown', 'keyUp']) {
        const virtual = { Escape: 27, Tab: 9, Enter: 13 }[key]
        await send('Input.dispatchKeyEvent', { type, key, code, modifiers, windowsVirtualKeyCode: virtual, text: type == 'keyDown' && key == 'Enter' ? '\r' : undefined })
      }
    },
    resize: (width, height) => send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }),
    before: (source) => send('Page.addScriptToEvaluateOnNewDocument', { source }),
    /** Chooses a scheme, and waits until the colors have changed. */
    dark: async (isDark) => {
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }] })
      // A tab behind another one draws nothing.
      await until("document.hidden || !document.getAnimations().some((it) => it instanceof CSSTransition && it.playState == 'running')")
    },
    screenshot: async (file) => {
      const { data } = await send('Page.captureScreenshot', { format: 'png' })
      writeFileSync(file, Buffer.from(data, 'base64'))
    },
    // All of the page, below the window too.
    whole: async (file) => {
      const { cssContentSize } = await send('Page.getLayoutMetrics')
      const clip = { x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height, scale: 1 }
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip })
      writeFileSync(file, Buffer.from(data, 'base64'))
    },
    close: () => connection.send('Target.closeTarget', { targetId }),
  }
}
