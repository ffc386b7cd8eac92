import { isDeepStrictEqual } from 'node:util'
import { attempt } from '../attempt.ts'
import { findBatchPrograms } from '../batch-reader.ts'
import { findExtractors, type Extractor } from '../extractors.ts'
import { libraries, sum, type FileSums } from '../libraries.ts'
import { buildZip } from '../zip-builder.ts'
import type { FieldChange } from './change.ts'

/** An archive that `readBundle` accepts, and its files. */
export interface Accepted {
  readonly name: string
  readonly bytes: Uint8Array
  readonly files: FileSums
}

/** What `readBundle` says about each change: how often which code, and what it accepts. */
export async function readChanges(
  changes: readonly FieldChange[],
): Promise<{ codes: Map<string, number>; accepted: Accepted[] }> {
  const codes = new Map<string, number>()
  const accepted: Accepted[] = []
  for (const { name, plan } of changes) {
    const bytes = buildZip(plan)
    const outcome = await attempt(bytes)
    codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1)
    if (outcome.code !== 'ACCEPTED') continue
    accepted.push({ name, bytes, files: new Map(outcome.bundle.files.map((file) => [file.path, sum(file.bytes)])) })
  }
  return { codes, accepted }
}

/** What a reader refuses though nothing is wrong with it, and why. */
const knownRefusals: readonly (readonly [reader: string, change: RegExp, message: RegExp])[] = [
  // From front to back it cannot know where stored data ends.
  ['Java, streaming', /^stored, descriptor/, /only DEFLATED entries can have EXT descriptor/],
  // It takes ZIP64 records for a prefix unless a classic field is saturated.
  ['jszip', / of the ZIP64 /, /Corrupted zip or bug: (?:un)?expected/],
  ['jszip, CRC checked', / of the ZIP64 /, /Corrupted zip or bug: (?:un)?expected/],
  // Debian's check against overlaps counts the Unicode path twice, but only if the name is not marked as UTF-8.
  ['unzip', /^deflated, descriptor: its own name/, /overlapped components/],
]

function judge(reader: string, { name, files }: Accepted, reading: FileSums | string): string | undefined {
  if (typeof reading !== 'string')
    return isDeepStrictEqual(new Map(reading), files)
      ? undefined
      : `${reader} reads other files: ${name}: ${[...reading.keys()].join(', ')}`
  const isKnown = knownRefusals.some(
    ([who, change, message]) => who === reader && change.test(name) && message.test(reading),
  )
  return isKnown ? undefined : `${reader} rejects: ${name}: ${reading}`
}

/** How the libraries, Python and Java read accepted archives differently, one line each. */
export async function compareLibraries(accepted: readonly Accepted[]): Promise<string[]> {
  const problems: (string | undefined)[] = []
  for (const [reader, read] of Object.entries(libraries)) {
    for (const archive of accepted) problems.push(judge(reader, archive, await read(archive.bytes).catch(String)))
  }
  for (const { name, start } of findBatchPrograms()) {
    const program = start()
    for (const { bytes } of accepted) await program.send(bytes)
    for (const [index, reading] of (await program.finish()).entries())
      problems.push(judge(name, accepted[index]!, 'files' in reading ? reading.files : reading.error))
  }
  return problems.filter((problem) => problem !== undefined)
}

const atOnce = 3

/** How programs extract accepted archives differently, one line each. Each takes a process. */
export async function compareExtractors(accepted: readonly Accepted[]): Promise<string[]> {
  const problems: (string | undefined)[] = []
  const jobs = findExtractors().flatMap((program) => accepted.map((archive) => ({ program, archive })))
  const work = async () => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) problems.push(await compareOne(job))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return problems.filter((problem) => problem !== undefined)
}

async function compareOne({
  program,
  archive,
}: {
  program: Extractor
  archive: Accepted
}): Promise<string | undefined> {
  return judge(program.name, archive, await program.read(archive.bytes).catch(String))
}
