import type { BundleLimits } from '@sallyport/fleet'
import { toBytes } from '../bytes.ts'
import { agents } from '../hostile/fixture.ts'
import { buildZip, type ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'

/** An unusual archive that must be read. */
export interface BenignArchive {
  readonly name: string
  readonly limits?: BundleLimits
  readonly plan: () => ArchivePlan
}

export const text = 'some text, some text, some text\n'
export const a: EntryPlan = { name: 'a.md', content: text }
export const b: EntryPlan = { name: 'b.md', content: 'second\n' }

export function entries(name: string, ...plans: readonly EntryPlan[]): BenignArchive {
  return { name, plan: () => ({ entries: [agents, ...plans] }) }
}

export function whole(name: string, plan: Omit<ArchivePlan, 'entries'>, ...plans: readonly EntryPlan[]): BenignArchive {
  return { name, plan: () => ({ ...plan, entries: [agents, a, ...plans] }) }
}

export function buildBenign({ plan }: BenignArchive): Uint8Array {
  return buildZip(plan())
}

/** The expected result: every file of the plan. */
export function benignFiles({ plan }: BenignArchive): Map<string, Uint8Array> {
  const files = plan().entries.filter(({ name }) => toBytes(name).at(-1) !== 0x2f)
  return new Map(files.map(({ name, content = '' }) => [Buffer.from(toBytes(name)).toString(), toBytes(content)]))
}
