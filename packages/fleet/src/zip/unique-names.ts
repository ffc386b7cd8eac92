import { FleetError } from '../fleet-error.ts'
import { foldName } from './entry-name.ts'

/** Detects entries, or directories they imply, that would be the same path on some file system (rule 14). */
export interface NameRegister {
  /** @throws FleetError `DUPLICATE_NAME`, `FILE_AND_DIRECTORY` or `TOO_MANY_ENTRIES` */
  add(path: string, isDirectory: boolean): void
}

interface Taken {
  readonly path: string
  readonly isDirectory: boolean
  isExplicit: boolean
}

interface Names {
  /** By folded path. */
  readonly taken: Map<string, Taken>
  /** Taken directories and all above them, as written, to save the folding. */
  readonly parents: Set<string>
  readonly maxPaths: number
}

/**
 * Makes an empty register.
 *
 * @param maxPaths limit of paths, implied directories included: ten thousand deep names would imply a third of a million
 */
export function createNameRegister(maxPaths: number): NameRegister {
  const names: Names = { taken: new Map(), parents: new Set(), maxPaths }
  return {
    add(path, isDirectory) {
      claimParents(names, path)
      claim(names, path, isDirectory, true)
    },
  }
}

function claimParents(names: Names, path: string): void {
  const slash = path.lastIndexOf('/')
  if (slash < 0) return
  const parent = path.slice(0, slash)
  if (names.parents.has(parent)) return
  names.parents.add(parent)
  claim(names, parent, true, false)
  claimParents(names, parent)
}

function claim({ taken, maxPaths }: Names, path: string, isDirectory: boolean, isExplicit: boolean): void {
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
