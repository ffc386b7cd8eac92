import { concat, extraRecord, toBytes, unicodePathExtra, zip64Extra } from '../bytes.ts'
import { signatureBytes, type ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { centralRecord, endRecord, localHeader, zip64Locator, zip64Record } from '../zip-fields.ts'
import type { Random } from '../../random.ts'

const plain =
  'a.md A.md AGENTS.md agents.md skills/a/SKILL.md skills skills/ skills/a/b/ é.md e\u0301.md stra\u00dfe strasse'
const odd = '../a ./a /a a//b a/ a\\b con a. .git/a __MACOSX/a ._a a\0b a:b wrap/AGENTS.md'
const names = ['', 'a'.repeat(256), ...`${plain} ${odd}`.split(' ')]

type EntryMutator = (entry: EntryPlan, random: Random) => EntryPlan
type PlanMutator = (plan: ArchivePlan, random: Random) => ArchivePlan

const entryMutators: readonly EntryMutator[] = [
  // Usually still valid.
  (entry, random) => ({ ...entry, method: random.pick([0, 8]) }),
  (entry, random) => ({
    ...entry,
    descriptor: random.pick([false, true, { signed: false }, { width: 8 }, { width: 8, signed: false }]),
  }),
  (entry, random) => ({ ...entry, zip64: random.pick(['local', 'both']) }),
  (entry, random) => ({
    ...entry,
    content: random.pick<() => string | Uint8Array>([
      () => '',
      () => 'x'.repeat(random.integer(3000)),
      () => random.bytes(random.integer(300)),
      () => concat('a', signatureBytes('localHeader'), 'b'),
    ])(),
  }),
  (entry, random) => ({ ...entry, extra: anExtra(entry, random) }),
  (entry, random) => ({ ...entry, local: { extra: anExtra(entry, random) } }),
  (entry, random) => ({ ...entry, central: { extra: anExtra(entry, random) } }),
  (entry, random) => ({
    ...entry,
    mode: random.integer(2 ** 16),
    attributes: random.pick([0, 0, 0x10, 0x20, 8, random.integer(2 ** 16)]),
  }),
  (entry, random) => ({
    ...entry,
    mode: random.pick([0, 0o100644, 0o100755, 0o040755, 0o120777]),
    host: random.integer(256),
  }),
  (entry, random) => ({ ...entry, name: random.pick(names) }),
  (entry, random) => ({
    ...entry,
    flags: random.pick([0, 2, 4, 6, 8, 0x800, 0x808, 1, 0x40, 1 << random.integer(16)]),
  }),
  // Usually broken.
  (entry, random) => ({ ...entry, local: { [random.pick(Object.keys(localHeader))]: aNumber(random) } }),
  (entry, random) => ({ ...entry, local: { name: toBytes(random.pick(names)) } }),
  (entry, random) => ({ ...entry, central: { [random.pick(Object.keys(centralRecord))]: aNumber(random) } }),
  (entry, random) => ({ ...entry, central: { comment: random.bytes(random.integer(20)) } }),
  (entry, random) => ({ ...entry, central: (_fields, offsets) => ({ offset: random.pick(offsets) }) }),
  (entry, random) => ({
    ...entry,
    descriptor: { crc: random.pick([0, 1]), size: random.integer(100), compressedSize: random.integer(100) },
  }),
  (entry, random) => ({ ...entry, data: random.bytes(random.integer(100)) }),
  (entry, random) => ({ ...entry, before: random.bytes(random.integer(20)) }),
  (entry, random) => ({ ...entry, after: random.bytes(random.integer(20)) }),
  (entry) => ({ ...entry, listed: false }),
  (entry) => ({ ...entry, present: false }),
]

const planMutators: readonly PlanMutator[] = [
  ...Array.from({ length: 8 }, () => mutateEntry),
  (plan, random) => ({
    ...plan,
    comment: random.pick<string | Uint8Array>(['', 'a comment', random.bytes(30), signatureBytes('endRecord')]),
  }),
  (plan, random) => ({ ...plan, directoryOrder: plan.entries.map(() => random.integer(plan.entries.length)) }),
  (plan) => ({ ...plan, directoryOrder: plan.entries.map((_, index) => plan.entries.length - 1 - index) }),
  (plan, random) => ({ ...plan, entries: [...plan.entries, random.pick(plan.entries)] }),
  (plan, random) => ({
    ...plan,
    entries: [...plan.entries, { ...random.pick(plan.entries), name: random.pick(names) }],
  }),
  (plan, random) => ({ ...plan, zip64: { saturate: random.oneIn(2) } }),
  (plan, random) => ({ ...plan, zip64: { record: { [random.pick(Object.keys(zip64Record))]: aNumber(random) } } }),
  (plan, random) => ({ ...plan, zip64: { locator: { [random.pick(Object.keys(zip64Locator))]: aNumber(random) } } }),
  (plan, random) => ({ ...plan, end: { [random.pick(Object.keys(endRecord))]: aNumber(random) } }),
  (plan, random) => ({
    ...plan,
    [random.pick(['prefix', 'beforeDirectory', 'afterDirectory', 'trailing'])]: random.bytes(random.integer(30)),
  }),
]

/** The plan with one to three changes. */
export function mutatePlan(plan: ArchivePlan, random: Random): ArchivePlan {
  let mutated = plan
  for (let count = 1 + random.integer(3); count > 0; count--) mutated = random.pick(planMutators)(mutated, random)
  return mutated
}

function mutateEntry(plan: ArchivePlan, random: Random): ArchivePlan {
  const chosen = random.integer(plan.entries.length)
  const mutate = random.pick(entryMutators)
  return { ...plan, entries: plan.entries.map((entry, index) => (index === chosen ? mutate(entry, random) : entry)) }
}

function aNumber(random: Random): number | bigint {
  return random.pick<number | bigint>([
    0,
    1,
    2,
    8,
    20,
    45,
    0xff,
    0x800,
    0xfffe,
    0xffff,
    0xfffffffe,
    0xffffffff,
    2n ** 53n,
    2n ** 63n,
    random.integer(200),
    random.integer(2 ** 32),
  ])
}

function anExtra({ name }: EntryPlan, random: Random): Uint8Array {
  const ids = [0x0001, 0x000a, 0x000d, 0x0017, 0x5455, 0x5855, 0x7075, 0x756e, 0x7875, 0x9901, 0x9999, 0xcafe]
  return random.pick<() => Uint8Array>([
    () => extraRecord(random.pick(ids), random.bytes(random.integer(12))),
    () => concat(extraRecord(0x5455, random.bytes(5)), extraRecord(0x7875, random.bytes(11))),
    () => extraRecord(random.pick(ids), random.bytes(4), random.integer(12)),
    () => unicodePathExtra(random.oneIn(2) ? name : 'b.md', name),
    () => zip64Extra(...Array.from({ length: random.integer(4) }, () => random.integer(200))),
    () => random.bytes(random.integer(6)),
  ])()
}
