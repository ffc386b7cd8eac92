import { agents } from '../hostile/fixture.ts'
import type { ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'

/** A small archive in which one field has another value than a careful writer gives it. */
export interface FieldChange {
  readonly name: string
  /** The field, as `zip-fields.ts` names it, or the record of an extra field, as `0x5455`. */
  readonly field: string
  readonly plan: ArchivePlan
}

export const content = 'some text, some text, some text\n'
const file: EntryPlan = { name: 'a.md', content }

/** Entries of every usual form. */
export const forms: Readonly<Record<string, EntryPlan>> = {
  deflated: file,
  stored: { ...file, method: 0 },
  'deflated, descriptor': { ...file, descriptor: true },
  'stored, descriptor': { ...file, method: 0, descriptor: true },
  'local ZIP64': { ...file, zip64: 'local' },
  empty: { name: 'a.md' },
  folder: { name: 'a/' },
}

/** The headers of an entry: both have the value, or only one. */
export type Side = 'local' | 'central' | 'both'
export const sides: readonly Side[] = ['local', 'central', 'both']

/** An archive with this entry in the middle. */
export function ofEntry(name: string, field: string, entry: EntryPlan): FieldChange {
  return { name, field, plan: { entries: [agents, entry, { name: 'z.md', content: 'last\n' }] } }
}
