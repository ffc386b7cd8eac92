import { createHash } from 'node:crypto'
import { readClientFiles } from './client-files.ts'
import type { ClientPaths } from './shell.ts'

/** What the pages load. */
export interface Assets {
  readonly paths: ClientPaths
  /** The answer for a path below the base path; `undefined` for one that is not an asset. */
  find(path: string): Response | undefined
}

// A door, as in the name.
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#3b6ef5"/><path d="M4.5 13V6a3.5 3.5 0 0 1 7 0v7z" fill="#fff"/><circle cx="9.7" cy="9" r=".9" fill="#3b6ef5"/></svg>`

let reading: Promise<Assets> | undefined

/** Reads script and style once per process; their names hold a digest, so browsers may keep them. */
export function readAssets(): Promise<Assets> {
  return (reading ??= read())
}

async function read(): Promise<Assets> {
  const { script, style } = await readClientFiles()
  const paths = { script: `assets/${digest(script)}-console.js`, style: `assets/${digest(style)}-console.css` }
  const kept = 'private, max-age=31536000, immutable'
  const files = new Map([
    [paths.script, { text: script, type: 'text/javascript; charset=utf-8', keep: kept }],
    [paths.style, { text: style, type: 'text/css; charset=utf-8', keep: kept }],
    ['assets/icon.svg', { text: icon, type: 'image/svg+xml', keep: 'private, max-age=86400' }],
  ])
  return {
    paths,
    find(path) {
      const file = files.get(path)
      if (file === undefined) return undefined
      return new Response(file.text, { headers: { 'content-type': file.type, 'cache-control': file.keep } })
    },
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
