import { statSync } from 'node:fs'

/** Tells a database and its log from others at the same path. */
export function identifyFiles(path: string, logPath: string): string {
  return [path, logPath].map(identifyFile).join(' ')
}

function identifyFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`
}
