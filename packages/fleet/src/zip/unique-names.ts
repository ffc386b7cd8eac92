import { FleetError } from '../fleet-error.ts'
import { foldName } from './entry-name.ts'

/** Notices when two entries, or the directories they imply, would meet in one place on some file system (rule 14). */
export interface NameRegister {
  /** @throws FleetError `DUPLICATE_NAME`, `FILE_AND_DIRECTORY` or `TOO_MANY_ENTRIES` */
  add(path: string, isDirectory: boolean): void
}

interface Taken {
  readonly path: string
  readonly isDirectory: boolean
  isExplicit: boolean
}

/**
 * Makes an empty register.
 *
 * @param maxPaths most paths in all, implied directories included: ten thousand deep names would imply a third of a million
 */
export function createNameRegister(maxPaths: number): NameRegister {
  const taken = new Map<string, Taken>()
  const knownParents = new Set<string>()

  function claim(path: string, isDirectory: boolean, isExplicit: boolean): void {
    const folded = foldName(path)
    const other = taken.get(folded)
    if (other === undefined) {
      if (taken.size >= maxPaths) throw new FleetError('TOO_MANY_ENTRIES', { detail: 'implied directories included' })
      taken.set(folded, { path, isDirectory, isExplicit })
      return
    }
    if (other.isDirectory !== isDirectory) throw new FleetError('FILE_AND_DIRECTORY', { path })
    if (other.path !== path || (other.isExplicit && isExplicit)) throw new FleetError('DUPLICATE_NAME', { path })
    other.isExplicit ||= isExplicit
  }

  function claimParents(path: string): void {
    const slash = path.lastIndexOf('/')
    if (slash < 0) return
    const parent = path.slice(0, slash)
    if (knownParents.has(parent)) return
    knownParents.add(parent)
    claim(parent, true, false)
    claimParents(parent)
  }

  return {
    add(path, isDirectory) {
      claimParents(path)
      claim(path, isDirectory, true)
    },
  }
}
