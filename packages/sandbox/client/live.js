// Runs in the browser, as it is. Updates the parts of a page that change (`data-live`) by asking for the page again, and shows
// times in the reader's zone. The rest of the page stays, so nothing that is being typed is lost.

const everyMs = 2000
const state = document.querySelector('#live')
const button = document.querySelector('#pause')
const news = document.querySelector('#news')
let isPaused = false
let seen = ''

// The page comes from the sandbox, which escapes what it shows; its scripts would not run in a parsed document.
const policy = globalThis.trustedTypes?.createPolicy('sandbox', { createHTML: (text) => text })

function parse(text) {
  return new DOMParser().parseFromString(policy === undefined ? text : policy.createHTML(text), 'text/html')
}

function show(kind, text) {
  state.className = `live ${kind}`
  state.textContent = text
}

/** Whether the reader is using a part of the page: it has the focus, or selected text. */
function isUsed(region) {
  const selection = document.getSelection()
  const isSelected = selection !== null && !selection.isCollapsed && region.contains(selection.anchorNode)
  return isSelected || region.contains(document.activeElement)
}

function replace(region, fresh) {
  const known = new Set([...region.querySelectorAll('[data-attempt]')].map((row) => row.dataset.attempt))
  const rows = [...fresh.querySelectorAll('[data-attempt]')].filter((row) => !known.has(row.dataset.attempt))
  for (const row of rows) row.classList.add('arrived')
  region.replaceChildren(...document.adoptNode(fresh).childNodes)
  showTimes(region)
  if (rows.length === 0) return
  const [latest] = rows
  const count = rows.length === 1 ? 'New delivery attempt' : `${rows.length} new delivery attempts, the latest`
  news.textContent = `${count}: ${latest.dataset.news}`
}

async function update() {
  if (isPaused || document.hidden) return
  try {
    const address = new URL(location.href)
    address.searchParams.delete('notice')
    const response = await fetch(address, { cache: 'no-store' })
    if (!response.ok) throw new Error(String(response.status))
    const text = await response.text()
    if (isPaused) return
    show('', 'Live')
    if (text === seen) return
    const page = parse(text)
    let isWhole = true
    for (const region of document.querySelectorAll('[data-live]')) {
      const fresh = page.getElementById(region.id)
      if (fresh === null) continue
      if (isUsed(region)) isWhole = false
      else replace(region, fresh)
    }
    if (isWhole) seen = text
  } catch {
    show('lost', 'No connection to the sandbox')
  }
}

function showTimes(root) {
  const today = new Date().toDateString()
  for (const time of root.querySelectorAll('time')) {
    const date = new Date(time.dateTime)
    const form = { timeStyle: 'medium', ...(date.toDateString() === today ? {} : { dateStyle: 'medium' }) }
    time.textContent = new Intl.DateTimeFormat(undefined, form).format(date)
  }
}

button.addEventListener('click', () => {
  isPaused = !isPaused
  button.textContent = isPaused ? 'Resume' : 'Pause'
  show(isPaused ? 'paused' : '', isPaused ? 'Paused' : 'Live')
  void update()
})
document.addEventListener('visibilitychange', () => void update())
showTimes(document)
if (document.querySelector('[data-live]') !== null) {
  state.hidden = false
  button.hidden = false
  setInterval(() => void update(), everyMs)
}
