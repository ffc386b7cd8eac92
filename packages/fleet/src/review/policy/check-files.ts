import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { isEnvFile } from '../bundle-parts/is-env-file.ts'
import type { PolicyCheck } from './check-policy.ts'
import type { PolicyRule } from './finding.ts'

const isRead = /^(?:(?:config|tools)\.json|subagents\/[^/]+\/(?:AGENTS\.md|tools\.json)|skills\/(?:[^/]+\/)+SKILL\.md)$/
const isReadSomewhere = new RegExp(isRead, 'i')

const loaded = 'the runtime loads this file into its environment, where it can change how everything runs'
const kept = 'this file sets variables; keep them in the environment of the deployment, not in the bundle'

/** Sizes, numbers, and files that change how the runtime runs. */
export async function checkFiles({ files }: AgentBundle, checking: PolicyCheck): Promise<void> {
  const { maxFileBytes = Infinity, maxTotalBytes = Infinity, maxFiles = Infinity, envFiles = false } = checking.policy
  const report = (rule: PolicyRule, path: string, message: string): void =>
    checking.findings.add({ severity: 'error', rule, path }, () => message)
  if (files.length > maxFiles) report('too-many-files', '', `${files.length} files, ${maxFiles} are allowed`)
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (total > maxTotalBytes) report('bundle-too-large', '', `${total} bytes in all, ${maxTotalBytes} are allowed`)
  for (const { path, bytes } of files) {
    if (bytes.length > maxFileBytes)
      report('file-too-large', path, `${bytes.length} bytes, ${maxFileBytes} are allowed`)
    // On macOS and Windows the runtime finds this file under its own name, but the other rules did not.
    if (isReadSomewhere.test(path) && !isRead.test(path))
      report(
        'name-case',
        path,
        'on some file systems this is the name of a file that the runtime reads; write it as documented',
      )
    if (!envFiles && isEnvFile(path)) report('env-file', path, path.toLowerCase() === '.env' ? loaded : kept)
    if (checking.isLate()) await checking.pause()
  }
}
