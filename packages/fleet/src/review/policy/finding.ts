import { present } from '../present.ts'

/** What a finding is about. */
export type PolicyRule =
  | 'mcp-url'
  | 'mcp-https'
  | 'mcp-host'
  | 'interrupt-required'
  | 'model-not-allowed'
  | 'model-missing'
  | 'file-too-large'
  | 'bundle-too-large'
  | 'too-many-files'
  | 'env-file'
  | 'name-case'
  | 'secret'
  | 'secret-scan-incomplete'

/** One way in which a bundle does not keep to a policy. */
export interface PolicyFinding {
  readonly severity: 'error' | 'warning'
  readonly rule: PolicyRule
  /** Path inside the bundle, printable; empty when the bundle as a whole is meant. */
  readonly path: string
  /** From 1. */
  readonly line?: number
  /** One line of printable text, without any secret. */
  readonly message: string
}

/** A name out of the bundle, fit for a message. */
export function quote(name: string): string {
  return `"${present(name, 120)}"`
}
