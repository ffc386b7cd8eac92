import type { ArchiveFile } from '../zip/archive.ts'
import type { Slicer } from '../zip/slicer.ts'
import { FleetError } from '../fleet-error.ts'
import type { BundleWarning } from './agent-bundle.ts'

/** The files of the bundle, and warnings about the others. */
export interface SelectedFiles {
  readonly files: readonly ArchiveFile[]
  readonly warnings: readonly BundleWarning[]
}

/** Ignores files of operating systems, unwraps a single folder around an agent, rejects `.git` (rule 20). */
export async function selectFiles(
  archiveFiles: readonly ArchiveFile[],
  directories: readonly string[],
  kind: 'agent' | 'skill',
  slicer: Slicer,
): Promise<SelectedFiles> {
  for (const path of [...directories, ...archiveFiles.map((file) => file.path)]) {
    refuseGit(path)
    if (slicer.isDue(path.length)) await slicer.pause()
  }
  const files: ArchiveFile[] = []
  const warnings: BundleWarning[] = []
  for (const file of archiveFiles) {
    if (isJunk(file.path))
      warnings.push({ code: 'IGNORED_FILE', path: file.path, message: 'ignored: an operating system added it' })
    else files.push(file)
    if (slicer.isDue(file.path.length)) await slicer.pause()
  }
  if (kind === 'skill' || files.some(({ path }) => path === 'AGENTS.md')) return { files, warnings }
  const wrapper = findWrapper(files)
  if (wrapper === undefined) throw new FleetError('AGENTS_MD_MISSING')
  warnings.unshift({
    code: 'UNWRAPPED_FOLDER',
    path: wrapper,
    message: 'unwrapped: everything was inside this folder',
  })
  return { files: files.map(({ path, bytes, crc }) => ({ path: path.slice(wrapper.length), bytes, crc })), warnings }
}

const gitFolder = /(?:^|\/)\.git(?:\/|$)/i

// Git runs programs that this folder configures.
function refuseGit(path: string): void {
  if (gitFolder.test(path)) throw new FleetError('GIT_FOLDER', { path })
}

const junkName = /(?:^|\/)(?:\._[^/]*|\.ds_store|thumbs\.db)$/i

function isJunk(path: string): boolean {
  return path === '__MACOSX' || path.startsWith('__MACOSX/') || junkName.test(path)
}

function findWrapper(files: readonly ArchiveFile[]): string | undefined {
  const path = files.find((file) => file.path.endsWith('/AGENTS.md') && file.path.split('/').length === 2)?.path
  const wrapper = path?.slice(0, -'AGENTS.md'.length)
  return wrapper !== undefined && files.every((file) => file.path.startsWith(wrapper)) ? wrapper : undefined
}
