import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { readText } from '../../bundle/read-text.ts'
import { modelsOf } from '../bundle-parts/models-of.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import { quote, type PolicyFinding } from './finding.ts'
import { matchesWildcard } from './patterns.ts'

// Readers differ in what they skip before it and in what ends it: for some, front matter that is empty here goes on.
const beginsAsFrontMatter = /^[\s\p{C}]*---/u

/** Models that are not allowed, and bundles that leave the choice to the runtime. */
export function checkModels(bundle: AgentBundle, { models: allowed }: BundlePolicy): PolicyFinding[] {
  if (!allowed) return []
  const named = modelsOf(bundle)
  const findings = named
    .filter(({ model }) => !allowed.some((pattern) => matchesWildcard(pattern, model)))
    .map(({ model, path }): PolicyFinding => {
      return { severity: 'error', rule: 'model-not-allowed', path, message: `the model ${quote(model)} is not allowed` }
    })
  const files = new Map(bundle.files.map((file) => [file.path, file]))
  for (const { name, frontMatter } of bundle.subagents) {
    const path = `subagents/${name}/AGENTS.md`
    const file = files.get(path)
    if (Object.keys(frontMatter).length > 0 || !file || !beginsAsFrontMatter.test(readText(file))) continue
    const message = 'it begins like front matter but has none; another reader could find a model in it'
    findings.push({ severity: 'error', rule: 'model-not-allowed', path, message })
  }
  if (named.every(({ subagent }) => subagent !== undefined)) {
    const message = 'the bundle names no model, so the runtime chooses one'
    findings.unshift({ severity: 'warning', rule: 'model-missing', path: 'config.json', message })
  }
  return findings
}
