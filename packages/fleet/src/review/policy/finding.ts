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
