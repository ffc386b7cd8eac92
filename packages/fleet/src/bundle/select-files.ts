import type { ArchiveFile } from '../zip/archive.ts'
import { FleetError } from '../fleet-error.ts'
import type { BundleWarning } from './agent-bundle.ts'

/** The files that make up the bundle, and what was done to the others. */
export interface SelectedFiles {
  readonly files: readonly ArchiveFile[]
  readonly warnings: readonly BundleWarning[]
}

/** Leaves out what operating systems add, unwraps a single folder around everything, and refuses `.git` (rule 20). */
export function selectFiles(archiveFiles: readonly ArchiveFile[], directories: readonly string[]): SelectedFiles {
  for (const path of [...directories, ...archiveFiles.map((file) => file.path)]) refuseGit(path)
  const files: ArchiveFile[] = []
  const warnings: BundleWarning[] = []
  for (const file of archiveFiles) {
    const segments = file.path.split('/')
    if (isJunk(segments))
      warnings.push({ code: 'IGNORED_FILE', path: file.path, message: 'added by an operating system; ignored' })
    else files.push(file)
  }
  if (files.some(({ path }) => path === 'AGENTS.md')) return { files, warnings }
  const wrapper = findWrapper(files)
  if (wrapper === undefined) throw new FleetError('AGENTS_MD_MISSING')
  warnings.unshift({
    code: 'UNWRAPPED_FOLDER',
    path: wrapper,
    message: 'everything was inside this folder; it was taken off',
  })
  return { files: files.map(({ path, bytes }) => ({ path: path.slice(wrapper.length), bytes })), warnings }
}

// Git runs what its folder configures.
function refuseGit(path: string): void {
  if (path.split('/').some((segment) => segment.toLowerCase() === '.git')) throw new FleetError('GIT_FOLDER', { path })
}

const junkNames = new Set(['.ds_store', 'thumbs.db'])

function isJunk(segments: readonly string[]): boolean {
  const name = segments.at(-1)!
  return segments[0] === '__MACOSX' || name.startsWith('._') || junkNames.has(name.toLowerCase())
}

function findWrapper(files: readonly ArchiveFile[]): string | undefined {
  const path = files.find((file) => file.path.endsWith('/AGENTS.md') && file.path.split('/').length === 2)?.path
  const wrapper = path?.slice(0, -'AGENTS.md'.length)
  return wrapper !== undefined && files.every((file) => file.path.startsWith(wrapper)) ? wrapper : undefined
}
