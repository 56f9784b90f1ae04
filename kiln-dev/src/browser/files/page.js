// The links of a page that shows an error.
import open from './editor.js'

const token = document.querySelector('meta[name=kiln-token]').content
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-entry]')
  if (!link) return
  event.preventDefault()
  open(+link.dataset.entry, token)
})
