import type { AgentBundle, BundleFile } from '../bundle/agent-bundle.ts'
import { endOfString } from '../json/json-tokens.ts'
import type { Checking } from './read-as-python.ts'
import { runtimes } from './runtime-report.ts'

const settings = /^(?:config\.json|(?:subagents\/[^/]+\/)?tools\.json)$/
// Python 3.11 gives up near 990 levels; the frames of its caller count too.
const mostLevels = 900
const mostDigits = 4_300
const tokens = /["[{\]}]|\d+/g

/** What keeps Python's `json.loads` from reading files that are valid JSON here. */
export async function checkJson({ files }: AgentBundle, checking: Checking): Promise<void> {
  for (const file of files) {
    if (!settings.test(file.path)) continue
    await checkFile(file, checking)
    if (checking.isLate()) await checking.pause()
  }
}

async function checkFile({ path, bytes }: BundleFile, checking: Checking): Promise<void> {
  const { findings } = checking
  const readers = path === 'config.json' ? (['fleet-deepagents-export'] as const) : runtimes
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (text.startsWith('\ufeff'))
    findings.add(
      'JSON_BYTE_ORDER_MARK',
      readers,
      path,
      'Python rejects a byte order mark; save the file without one',
      1,
    )
  let level = 0
  let deepest = 0
  let digits = 0
  let steps = 0
  tokens.lastIndex = 0
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match
    const at = tokens.lastIndex
    if (token === '[' || token === '{') deepest = Math.max(deepest, (level += 1))
    else if (token === ']' || token === '}') level -= 1
    else if (token !== '"') digits = Math.max(digits, token.length)
    if (checking.isOver(++steps)) await checking.pause()
    tokens.lastIndex = token === '"' ? endOfString(text, at - 1) : at
  }
  if (deepest > mostLevels) {
    const message = `it is ${deepest} levels deep, and Python 3.11 reads fewer than 1,000; nest it less`
    findings.add('JSON_TOO_DEEP', readers, path, message)
  }
  if (digits > mostDigits) {
    const message = `a number has ${digits} digits, and Python reads at most 4,300; write it as text`
    findings.add('JSON_NUMBER_TOO_LONG', readers, path, message)
  }
}
