import { concat, extraRecord } from './bytes.ts'
import { agents } from './hostile/fixture.ts'
import { buildZip, signatureBytes } from './zip-builder.ts'
import type { EntryPlan } from './zip-entry.ts'

/** An archive within every limit that costs as much work as possible; reading and rejecting it are both correct. */
export interface HeavyArchive {
  readonly name: string
  readonly build: () => Uint8Array
}

const many = (count: number, plan: (index: number) => EntryPlan) =>
  Array.from({ length: count }, (_, index) => plan(index))
const archive = (entries: readonly EntryPlan[]) => buildZip({ entries: [agents, ...entries] })

const mebibyte = 1024 * 1024
// Becomes eighteen characters in compatibility normalisation.
const wide = '\ufdfa'

export const heavyArchives: readonly HeavyArchive[] = [
  { name: '9999 empty files', build: () => archive(many(9999, (index) => ({ name: `f${index}` }))) },
  {
    name: '9999 paths of 32 levels and 1,024 bytes',
    build: () => archive(many(9999, (index) => ({ name: `${`${index}`.padEnd(31, 'x')}/`.repeat(31) + `${index}` }))),
  },
  {
    name: '9999 paths of one folder of 1,000 bytes',
    build: () => archive(many(9999, (index) => ({ name: `${`${'x'.repeat(249)}/`.repeat(4)}${index}` }))),
  },
  {
    name: '9999 names that grow when normalised',
    build: () =>
      archive(
        many(9999, (index) => ({
          name:
            many(4, () => ({ name: wide.repeat(82) }))
              .map((entry) => entry.name)
              .join('/') + `/${index}`,
        })),
      ),
  },
  {
    name: '9999 paths of 32 levels that grow when normalised',
    build: () => archive(many(9999, (index) => ({ name: `${index}${wide.repeat(9)}/`.repeat(31) + 'f' }))),
  },
  {
    name: '9999 names of combining marks',
    build: () => archive(many(9999, (index) => ({ name: `${index}${'\u0301\u0323'.repeat(60)}` }))),
  },
  {
    name: '3000 entries with extra fields of 1,024 records',
    build: () => {
      const extra = repeated(extraRecord(0x9999), 1024)
      return archive(many(3000, (index) => ({ name: `f${index}`, extra })))
    },
  },
  {
    name: '30 MiB of end-record signatures in a file',
    build: () =>
      archive([{ name: 'a', method: 0, content: repeated(signatureBytes('endRecord'), (30 * mebibyte) / 4) }]),
  },
  {
    name: '30 MiB of end-record signatures and nothing else',
    build: () => repeated(signatureBytes('endRecord'), (30 * mebibyte) / 4),
  },
  {
    name: '30 MiB of half signatures after which a descriptor stands',
    build: () =>
      archive([
        {
          name: 'a',
          method: 0,
          content: repeated(new TextEncoder().encode('PKPK'), (30 * mebibyte) / 4),
          descriptor: true,
        },
      ]),
  },
  {
    name: '9999 deflated files of empty blocks',
    build: () => {
      const data = concat(repeated(Uint8Array.of(0, 0, 0, 0xff, 0xff), 204), Uint8Array.of(3, 0))
      return archive(many(9999, (index) => ({ name: `f${index}`, method: 8, data })))
    },
  },
  {
    name: '9999 deflated files of 1,600 bytes',
    build: () => archive(many(9999, (index) => ({ name: `f${index}`, content: 'some text\n'.repeat(160) }))),
  },
  {
    name: '1000 skills with large front matter',
    build: () =>
      archive(
        many(1000, (index) => ({
          name: `skills/s${index}/SKILL.md`,
          content: `---\n${'key: [1, 2, 3]\n'.replace('key', `k${index}`)}${Array.from({ length: 500 }, (_, key) => `k${key}x: v`).join('\n')}\n---\n`,
        })),
      ),
  },
  {
    name: '3000 skills with front matter of nothing but comments',
    build: () => {
      const content = `---\n${'#\n'.repeat(8_000)}---\n`
      return archive(many(3000, (index) => ({ name: `skills/s${index}/SKILL.md`, content })))
    },
  },
  {
    name: '15 MiB of tools that are none',
    build: () => archive([{ name: 'tools.json', content: `{"tools":[${'1,'.repeat(7.5 * mebibyte)}1]}` }]),
  },
  {
    name: '1 MiB of tools that are none',
    build: () => archive([{ name: 'tools.json', content: `{"tools":[${'1,'.repeat(0.49 * mebibyte)}1]}` }]),
  },
  {
    name: '8 MiB of JSON',
    build: () =>
      archive([
        {
          name: 'tools.json',
          content: `{"tools":[${Array.from({ length: 400_000 }, (_, index) => `{"name":"t${index}"}`).join(',')}]}`,
        },
      ]),
  },
]

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times)
  all.set(bytes)
  for (let filled = bytes.length; filled < all.length; filled *= 2) all.copyWithin(filled, 0, filled)
  return all
}
