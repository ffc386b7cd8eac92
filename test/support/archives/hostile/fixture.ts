import type { BundleLimits, FleetErrorCode } from '@sallyport/fleet'
import { buildZip, type ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'

/** The fourteen ways in which parsers disagree, from "My ZIP isn't your ZIP" (USENIX Security 2025). */
export const ambiguities = [
  'method',
  'size',
  'name',
  'directory bit',
  'encryption flag',
  'duplicates',
  'special bytes',
  'path canonicalisation',
  'case',
  'local against central',
  'choice of end record',
  'counts',
  'directory offset',
  'ZIP64 records',
] as const

export type Ambiguity = (typeof ambiguities)[number]

/** An archive that must be rejected. */
export interface HostileArchive {
  /** Number of the rule that it breaks. */
  readonly rule: number
  /** The expected error codes; several only if each is correct. */
  readonly codes: readonly [FleetErrorCode, ...FleetErrorCode[]]
  readonly name: string
  /** Why there are several codes, or the purpose of the archive. */
  readonly why?: string
  readonly ambiguity?: Ambiguity
  readonly limits?: BundleLimits
  readonly build: () => Uint8Array
}

export interface Row extends Omit<HostileArchive, 'rule' | 'codes'> {
  readonly code: FleetErrorCode | HostileArchive['codes']
}

/** The hostile archives of one rule. */
export function forRule(rule: number, rows: readonly Row[]): HostileArchive[] {
  return rows.map(({ code, ...row }) => ({ ...row, rule, codes: typeof code === 'string' ? [code] : code }))
}

/** Its file name: the expected code and a description. */
export function fixtureName({ codes, name }: HostileArchive): string {
  return `${codes[0]}--${name}.zip`
}

/** Part of every archive here, so that only the trick is wrong with it. */
export const agents: EntryPlan = { name: 'AGENTS.md', content: '# Agent\n\nYou help with fixtures.\n' }

/** An agent and these entries. */
export function zip(...entries: readonly EntryPlan[]): Uint8Array {
  return buildZip({ entries: [agents, ...entries] })
}

/** An agent and an archive that is invalid as a whole. */
export function archive(plan: Omit<ArchivePlan, 'entries'> & { readonly entries?: readonly EntryPlan[] }): Uint8Array {
  return buildZip({ ...plan, entries: [agents, ...(plan.entries ?? [])] })
}
