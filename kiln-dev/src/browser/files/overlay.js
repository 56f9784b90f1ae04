// Shows the errors of the site over the page. Every text is a text, never HTML.
import open from './editor.js'

let host, dialog, before

const element = (name, attributes, ...children) => {
  const it = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value)
  it.append(...children)
  return it
}

const place = ({ shown, entry }, token) => {
  const link = element('a', { href: '/_kiln/open', 'data-entry': entry }, shown)
  link.onclick = (event) => (event.preventDefault(), open(entry, token))
  return element('li', {}, link)
}

const mistake = ({ message, places, causes, details, hint }, token) => {
  const it = element('article', {}, element('h2', {}, message))
  if (places.length) it.append(element('ul', { class: 'kiln-places' }, ...places.map((one) => place(one, token))))
  if (details) it.append(element('pre', { tabindex: 0 }, details))
  if (causes.length) {
    it.append(element('p', { class: 'kiln-label' }, 'Caused by'))
    it.append(element('ol', { class: 'kiln-causes' }, ...causes.map((cause) => element('li', {}, cause))))
  }
  if (hint) {
    const more = element('a', { href: hint.more, target: '_blank', rel: 'noreferrer' }, 'hint:')
    it.append(element('p', { class: 'kiln-hint' }, more, ` ${hint.text}`))
  }
  return it
}

const hide = () => {
  host?.remove()
  host = dialog = null
  before?.focus?.()
}

const show = (problem, token) => {
  before = document.activeElement
  host = element('kiln-overlay', {})
  const root = host.attachShadow({ mode: 'open' })
  const close = element('button', { type: 'button', class: 'kiln-close' }, 'Hide', element('kbd', {}, 'Esc'))
  dialog = element('dialog', { class: 'kiln', 'aria-labelledby': 'title' },
    element('header', {}, element('h1', { id: 'title', tabindex: -1 }, problem.title), close),
    ...problem.mistakes.map((one) => mistake(one, token)),
    element('p', { class: 'kiln-note' }, 'The page below is from the last site that compiled.'))
  close.onclick = hide
  dialog.oncancel = hide
  const style = element('link', { rel: 'stylesheet', href: '/_kiln/kiln.css' })
  root.append(style, dialog)
  document.documentElement.append(host)
  // Without its style, the dialog would flash.
  const open = () => {
    if (!dialog?.isConnected || dialog.open) return
    dialog.showModal()
    root.getElementById('title').focus()
  }
  style.onload = style.onerror = open
}

export default (problem, token) => {
  const { activeElement } = document
  hide()
  if (problem) show(problem, token)
  else activeElement?.focus?.()
}
