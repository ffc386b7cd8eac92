import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { judgeVariable, steers, type VariableRules } from '../../variables/judge-variable.ts'
import type { Slicer } from '../../zip/slicer.ts'
import { isEnvFile } from '../bundle-parts/is-env-file.ts'
import { mostEnvFileBytes, variablesOf } from '../bundle-parts/variables-of.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import { quote, type PolicyFinding } from './finding.ts'

const mostPerFile = 20

/** Variables that the bundle itself sets, and that steer a process or are not allowed. */
export async function checkVariables(
  bundle: AgentBundle,
  { variables }: BundlePolicy,
  slicer: Slicer,
): Promise<PolicyFinding[]> {
  const findings: PolicyFinding[] = []
  const counts = new Map<string, number>()
  const report = (path: string, message: string, line?: number): void => {
    findings.push({ severity: 'error', rule: 'variable-not-allowed', path, line, message })
  }
  let steps = 0
  for (const found of variablesOf(bundle)) {
    if (slicer.isOver(++steps)) await slicer.pause()
    const reason = found && whyNot(found.name, variables)
    if (found === undefined || reason === undefined) continue
    const { name, path, line } = found
    const count = (counts.get(path) ?? 0) + 1
    counts.set(path, count)
    if (count <= mostPerFile) report(path, `sets the variable ${quote(name)}, ${reason}`, line)
  }
  for (const [path, count] of counts)
    if (count > mostPerFile) report(path, `sets ${count - mostPerFile} more variables that are not allowed`)
  for (const { path, bytes } of bundle.files)
    if (bytes.length > mostEnvFileBytes && isEnvFile(path))
      report(path, `its variables cannot be checked: it is longer than ${mostEnvFileBytes} bytes`)
  return findings
}

function whyNot(name: string, rules: VariableRules | undefined): string | undefined {
  if (rules?.allow.includes(name) === true) return undefined
  const kind = steers(name)
  if (kind !== undefined) return `which steers how programs run (${kind})`
  // Without rules a name that no shell takes is no matter.
  return rules === undefined || judgeVariable(name, rules) === 'usable' ? undefined : 'which is not allowed'
}
