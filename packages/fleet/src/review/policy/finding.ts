import { present } from '../secrets/mask-secrets.ts'

/** The broken rule. */
export type PolicyRule =
  | 'mcp-url'
  | 'mcp-https'
  | 'mcp-host'
  | 'interrupt-required'
  | 'interrupt-without-effect'
  | 'model-not-allowed'
  | 'model-missing'
  | 'file-too-large'
  | 'bundle-too-large'
  | 'too-many-files'
  | 'env-file'
  | 'variable-not-allowed'
  | 'name-case'
  | 'secret'
  | 'secret-scan-incomplete'

/** One way in which a bundle breaks a policy. */
export interface PolicyFinding {
  readonly severity: 'error' | 'warning'
  readonly rule: PolicyRule
  /** Path inside the bundle, printable; empty for the whole bundle. */
  readonly path: string
  /** From 1. */
  readonly line?: number | undefined
  /** One line of printable text, without any secret. */
  readonly message: string
}

/** A name from the bundle, fit for a message. */
export function quote(name: string): string {
  return `"${present(name, 120)}"`
}

const mostFindings = 1_000

/** Collects findings: all are counted, and the first thousand errors and warnings are kept. */
export interface Findings {
  /** @param message made only for a finding that is kept; making a long name fit for a message takes time */
  add(finding: Omit<PolicyFinding, 'message'>, message: () => string): void
  /** Errors first; at most 1,000. */
  readonly list: readonly PolicyFinding[]
  /** How many there are of each, kept or not. */
  readonly counts: Readonly<Record<PolicyFinding['severity'], number>>
}

/** Starts an empty list of findings. */
export function createFindings(): Findings {
  const kept: Record<PolicyFinding['severity'], PolicyFinding[]> = { error: [], warning: [] }
  const counts = { error: 0, warning: 0 }
  return {
    counts,
    add(finding, message) {
      counts[finding.severity] += 1
      const list = kept[finding.severity]
      // A path may itself be a secret, or control the terminal it is printed on.
      if (list.length < mostFindings) list.push({ ...finding, path: present(finding.path), message: message() })
    },
    get list() {
      return [...kept.error, ...kept.warning].slice(0, mostFindings)
    },
  }
}
