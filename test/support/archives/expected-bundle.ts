import type { FileSums } from './libraries.ts'

/** The files a bundle must have of an archive: without junk and without a single wrapping folder. */
export function expectedBundle(files: FileSums): Map<string, string> {
  const kept = [...files].filter(([path]) => !isJunk(path))
  const tops = new Set(kept.map(([path]) => path.split('/')[0]))
  const [top] = tops
  const isWrapped = tops.size === 1 && !files.has('AGENTS.md') && files.has(`${top}/AGENTS.md`)
  return new Map(isWrapped ? kept.map(([path, sum]) => [path.slice(path.indexOf('/') + 1), sum]) : kept)
}

function isJunk(path: string): boolean {
  const segments = path.split('/')
  const name = segments.at(-1)!
  return segments.includes('__MACOSX') || name === '.DS_Store' || name === 'Thumbs.db' || name.startsWith('._')
}
