import { readFile } from 'node:fs/promises'

const folder = new URL('../client/style/', import.meta.url)

/**
 * Reads the style sheet of the console's pages as one text; the pages of `@sallyport/sandbox` look the same. It needs no other
 * file, and a strict `Content-Security-Policy` allows it (`style-src 'self'`).
 *
 * @example
 * app.get('/style.css', async (context) => context.body(await readStyle(), 200, { 'Content-Type': 'text/css; charset=utf-8' }))
 */
export async function readStyle(): Promise<string> {
  const index = await readFile(new URL('index.css', folder), 'utf8')
  const parts = [...index.matchAll(/^@import '\.\/([\w-]+\.css)';$/gm)].map(([, name]) => name!)
  const texts = await Promise.all(parts.map((name) => readFile(new URL(name, folder), 'utf8')))
  return texts.join('\n')
}
