import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const mostLinks = 40

/**
 * Where a path leads, through links to folders and files, so that all names of one file have one lock. The file need not be
 * there. Of a path that leads nowhere, what opens it reports better what is wrong.
 *
 * @example
 * toRealPath('/etc/app/secrets.json') // '/data/app/secrets.json'
 */
export function toRealPath(path: string, links = mostLinks): string {
  const place = join(tryTo(() => realpathSync(dirname(path))) ?? dirname(path), basename(path))
  const target = tryTo(() => readlinkSync(place))
  return target === undefined || links === 0 ? place : toRealPath(resolve(dirname(place), target), links - 1)
}

function tryTo(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
