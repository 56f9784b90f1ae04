// Reloads the page after each change of the site.
(() => {
  const page = document.currentScript
  const { dataset } = page
  let source, beat, rest

  const run = (name, ...given) => import(`/_kiln/${name}.js`).then((it) => it.default(...given))
  const reload = () => {
    try { sessionStorage.kiln = JSON.stringify([location.href, scrollX, scrollY]) } catch {}
    location.reload()
  }
  const receive = ({ type, files, build, problem, token }) => {
    if (build) dataset.build = build
    if (type == 'reload') reload()
    if (type == 'swap') run('swap', files, reload)
    if (type == 'problem' || type == 'solved') run('overlay', problem, token)
  }
  const close = () => (source?.close(), (source = 0))
  const connect = () => {
    close()
    source = new EventSource(`/_kiln/events?build=${dataset.build}`)
    source.onmessage = (event) => (alive(), receive(JSON.parse(event.data)))
    alive()
  }
  // A connection that sleeps does not notice its end.
  const alive = () => (clearTimeout(beat), (beat = setTimeout(() => source && connect(), 3e4)))

  // A browser opens six connections to a server: tabs in the background leave them to others.
  document.addEventListener('visibilitychange', () => {
    clearTimeout(rest)
    if (document.hidden) rest = setTimeout(close, 1e4)
    else if (source?.readyState != 1) connect()
  })
  addEventListener('pagehide', close)
  addEventListener('pageshow', (event) => event.persisted && connect())

  try {
    const [href, left, top] = JSON.parse(sessionStorage.kiln)
    delete sessionStorage.kiln
    const scroll = () => scrollTo({ left, top, behavior: 'instant' })
    if (href == location.href) document.readyState == 'complete' ? scroll() : addEventListener('load', scroll)
  } catch {}
  connect()
})()
