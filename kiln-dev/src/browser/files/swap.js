// Takes changed styles and pictures into the page without reloading it.
const own = (url) => url && new URL(url, location).origin == location.origin
const path = (url) => decodeURI(new URL(url, location).pathname)
const fresh = (url) => {
  const it = new URL(url, location)
  it.searchParams.set('kiln', Date.now())
  return it.href
}

const links = (root) => [...root.querySelectorAll('link[rel~=stylesheet]')].filter((it) => own(it.getAttribute('href')))
const pictures = (root) => [...root.querySelectorAll('img[src], source[srcset]')]

// The old style stays until the new one is there, so that the page is never without.
const swapLink = (link, href) => {
  const next = link.cloneNode()
  next.href = href
  next.onload = next.onerror = () => link.remove()
  link.after(next)
}

const swapPicture = (picture, change) => {
  for (const name of ['src', 'srcset']) {
    const value = picture.getAttribute(name)
    if (value) picture.setAttribute(name, change(value))
  }
}

// Files that have a hash in their name have another one now: the page as it would be loaded knows it.
const swapRenamed = async (reload) => {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const pairs = [links, pictures].map((list) => [list(document), list(next)])
  if (!answer.ok || pairs.some(([now, then]) => now.length != then.length)) return reload()
  const differs = (a, b) => path(a) != path(b)
  pairs[0][0].forEach((link, at) => {
    const href = pairs[0][1][at].getAttribute('href')
    if (differs(link.href, href)) swapLink(link, href)
  })
  pairs[1][0].forEach((picture, at) => {
    for (const name of ['src', 'srcset']) {
      const value = pairs[1][1][at].getAttribute(name)
      if (value && value != picture.getAttribute(name)?.replace(/[?&]kiln=\d+/g, '')) picture.setAttribute(name, value)
    }
  })
}

export default (files, reload) => {
  const styles = links(document)
  const isStyle = files.some((it) => it.kind == 'style')
  if (isStyle && !styles.length) return reload()
  if (files.some((it) => !it.path)) return swapRenamed(reload)
  // A style may import another one, or show a picture.
  for (const link of styles) swapLink(link, fresh(link.href))
  const changed = files.filter((it) => it.kind == 'image').map((it) => it.path)
  const isChanged = (url) => own(url) && changed.some((it) => path(url).endsWith(it))
  for (const picture of pictures(document)) {
    swapPicture(picture, (value) =>
      value.split(', ').map((part) => {
        const [url, ...rest] = part.trim().split(' ')
        return isChanged(url) ? [fresh(url), ...rest].join(' ') : part
      }).join(', '))
  }
}
