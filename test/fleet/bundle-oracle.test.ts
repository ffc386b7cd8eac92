import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { buildBenign } from '../support/archives/benign/fixture.ts'
import { benignArchives } from '../support/archives/benign/index.ts'
import { expectedBundle } from '../support/archives/expected-bundle.ts'
import { libraries, sum, type Library } from '../support/archives/libraries.ts'
import { findBatchPrograms } from '../support/archives/batch-reader.ts'

const oracles: Readonly<Record<string, Library>> = { jszip: libraries['jszip, CRC checked'], yauzl: libraries.yauzl }

/** What other readers refuse though nothing is wrong with it, and why. */
const refusedElsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // It takes the record for a prefix once no classic field is saturated.
  jszip: {
    'zip64-repeating-the-classic-fields': 'Error: Corrupted zip or bug: expected 2 records in central dir, got 0',
  },
}

async function readOurs(
  bytes: Uint8Array,
  limits: (typeof benignArchives)[number]['limits'],
): Promise<Map<string, string>> {
  const outcome = await attempt(bytes, limits)
  if (outcome.code !== 'ACCEPTED') throw outcome.error
  return new Map(outcome.bundle.files.map((file) => [file.path, sum(file.bytes)]))
}

describe.each(Object.entries(oracles))('accepted archives, compared with %s', (name, read) => {
  it.each(benignArchives.map((archive) => [archive.name, archive] as const))(
    'give the same files: %s',
    async (_name, archive) => {
      const bytes = buildBenign(archive)
      const ours = await readOurs(bytes, archive.limits)
      const theirs = await read(bytes).then(expectedBundle, (error: unknown) => String(error))
      expect(theirs).toEqual(refusedElsewhere[name]?.[archive.name] ?? ours)
    },
  )
})

// What a reader from front to back cannot know.
const streaming = [
  /only DEFLATED entries can have EXT descriptor/,
  /invalid entry size \(expected \d+ but got \d+ bytes\)/,
]

describe.each(findBatchPrograms())('accepted archives, compared with $name', ({ name: program, start }) => {
  it('give the same files in every unusual archive', async () => {
    const archives = benignArchives.map((archive) => ({ ...archive, bytes: buildBenign(archive) }))
    const reader = start()
    for (const { bytes } of archives) await reader.send(bytes)
    const readings = await reader.finish()
    for (const [index, { name, bytes, limits }] of archives.entries()) {
      const reading = readings[index]!
      if ('files' in reading) expect(expectedBundle(reading.files), name).toEqual(await readOurs(bytes, limits))
      else
        expect(
          program === 'Python' || !streaming.some((known) => known.test(reading.error)),
          `${name}: ${reading.error}`,
        ).toBe(false)
    }
  })
})
