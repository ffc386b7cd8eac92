import { readFile } from 'node:fs/promises'
import { readStyle } from '@sallyport/console/style'
import { Hono } from 'hono'

const folder = new URL('../../client/', import.meta.url)

/** Serves style and script of the pages: the console's look, what the sandbox adds to it, and the updates. */
export function createAssets(): Hono {
  const assets = new Hono()
  let style: Promise<string> | undefined
  let script: Promise<string> | undefined

  // Browsers request it for every page and report a missing one.
  assets.get('/favicon.ico', (context) => context.body(null, 204))
  assets.get('/sandbox.css', async (context) => {
    const text = await (style ??= joinStyles())
    return context.body(text, 200, { 'Content-Type': 'text/css; charset=utf-8' })
  })
  assets.get('/live.js', async (context) => {
    const text = await (script ??= readFile(new URL('live.js', folder), 'utf8'))
    return context.body(text, 200, { 'Content-Type': 'text/javascript; charset=utf-8' })
  })
  return assets
}

async function joinStyles(): Promise<string> {
  return (await Promise.all([readStyle(), readFile(new URL('sandbox.css', folder), 'utf8')])).join('\n')
}
