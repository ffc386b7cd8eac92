import type { AgentBundle, BundleFile } from '../../bundle/agent-bundle.ts'
import { modelsOf } from '../bundle-parts/models-of.ts'
import type { PolicyCheck } from './check-policy.ts'
import { quote } from './finding.ts'
import { matchesWildcard } from './patterns.ts'

// Readers differ in what they skip before it and in what ends it: for some, front matter that is empty here goes on.
const beginsAsFrontMatter = /^[\s\p{C}]*---/u
// So much that is skipped is suspicious by itself.
const mostSkipped = 4 * 1024
const skipped = /^[\s\p{C}\ufffd]*$/u

/** Models that are not allowed, and bundles that leave the choice to the runtime. */
export async function checkModels(bundle: AgentBundle, checking: PolicyCheck): Promise<void> {
  const { models: allowed } = checking.policy
  if (!allowed) return
  let isNamed = false
  for (const { model, path, subagent } of await modelsOf(bundle, checking)) {
    isNamed ||= subagent === undefined
    if (!allowed.some((pattern) => matchesWildcard(pattern, model)))
      report(path, () => `the model ${quote(model)} is not allowed`)
    if (checking.isLate()) await checking.pause()
  }
  const files = new Map(bundle.files.map((file) => [file.path, file]))
  for (const { name, frontMatter } of bundle.subagents) {
    const path = `subagents/${name}/AGENTS.md`
    const file = files.get(path)
    if (file && Object.keys(frontMatter).length === 0 && mayHaveFrontMatter(file))
      report(path, () => 'it begins like front matter but has none; another reader could find a model in it')
    if (checking.isLate()) await checking.pause()
  }
  if (!isNamed) {
    const message = 'the bundle names no model, so the runtime chooses one'
    checking.findings.add({ severity: 'warning', rule: 'model-missing', path: 'config.json' }, () => message)
  }

  function report(path: string, message: () => string): void {
    checking.findings.add({ severity: 'error', rule: 'model-not-allowed', path }, message)
  }
}

function mayHaveFrontMatter({ bytes }: BundleFile): boolean {
  const head = Buffer.from(bytes.subarray(0, mostSkipped)).toString('utf8')
  return beginsAsFrontMatter.test(head) || (bytes.length > mostSkipped && skipped.test(head))
}
