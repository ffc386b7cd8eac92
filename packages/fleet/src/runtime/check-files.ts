import type { AgentBundle } from '../bundle/agent-bundle.ts'
import type { Checking } from './read-as-python.ts'
import { runtimes } from './runtime-report.ts'

const isRead = /^(?:(?:config|tools)\.json|subagents\/[^/]+\/(?:AGENTS\.md|tools\.json))\//
// `fleet_import.py` of 2026-07-06.
const mostFiles = 10_000
const mostBytes = 256 * 1024 * 1024

/** Names, numbers and sizes of files that the runtimes treat in their own way. */
export async function checkFiles({ files, warnings }: AgentBundle, checking: Checking): Promise<void> {
  const { findings } = checking
  const wrapper = warnings.find(({ code }) => code === 'UNWRAPPED_FOLDER')
  if (wrapper) {
    const message = 'the archive itself does not load; deploy or pack the bundle, which removes the folder'
    findings.add('ARCHIVE_WRAPPED', runtimes, wrapper.path, message)
  }
  if (files.length > mostFiles)
    findings.add('TOO_MANY_FILES', ['deepagents-talon'], '', `${files.length} files; it imports at most 10,000`)
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (total > mostBytes)
    findings.add('TOTAL_TOO_LARGE', ['deepagents-talon'], '', `${total} bytes in all; it imports at most 256 MiB`)
  for (const { path, bytes } of files) {
    if (path === '.env') {
      const message = 'it sets environment variables, even the hosts that API keys are sent to; remove it'
      findings.add('ENVIRONMENT_FILE', ['fleet-deepagents-export'], path, message)
    } else if (path === 'AGENTS.md' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      findings.add(
        'TEXT_BYTE_ORDER_MARK',
        runtimes,
        path,
        'the mark becomes part of the prompt; save the file without it',
        1,
      )
    }
    const [folder] = isRead.exec(path) ?? []
    if (folder !== undefined) {
      const message = 'does not load, because a folder has the name of this file; rename the folder'
      findings.add('FILE_IS_FOLDER', ['fleet-deepagents-export'], folder.slice(0, -1), message)
    }
    if (checking.isLate()) await checking.pause()
  }
}
