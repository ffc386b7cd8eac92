import { readBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { agentFiles, asciiFiles } from '../support/archives/agent-folder.ts'
import { attempt } from '../support/archives/attempt.ts'
import { expectedBundle } from '../support/archives/expected-bundle.ts'
import { libraries, sum } from '../support/archives/libraries.ts'
import { writers } from '../support/archives/writers.ts'
import { buildZip } from '../support/archives/zip-builder.ts'

const agents = { all: await expectedOf(agentFiles), ascii: await expectedOf(asciiFiles) }

const missing = Map.groupBy(writers, (writer) => writer.missing)
for (const [program, skipped] of missing) {
  if (program === undefined) continue
  console.warn(`NOT TESTED, there is no ${program}: ${skipped.map(({ name }) => name).join('; ')}`)
}

describe('the same bundle comes from the archive of', () => {
  const accepted = writers.filter(({ refused }) => refused === undefined)
  for (const { name, missing: program, limits, asciiOnly, adds = [], warnings = [], write } of accepted) {
    it.skipIf(program !== undefined)(name, async () => {
      const bytes = await write()
      const outcome = await attempt(bytes, limits)
      if (outcome.code !== 'ACCEPTED') throw outcome.error

      const { bundle } = outcome
      const expected = asciiOnly ? agents.ascii : agents.all
      const found = new Map(bundle.files.map((file) => [file.path, sum(file.bytes)]))
      expect(new Map([...found].filter(([path]) => !adds.includes(path)))).toEqual(expected.files)
      if (adds.length === 0) expect(bundle.digest).toBe(expected.digest)
      expect(new Set(bundle.warnings.map(({ code }) => code))).toEqual(new Set(warnings))
      expect(expectedBundle(await libraries['jszip, CRC checked'](bytes))).toEqual(found)
    })
  }
})

describe('ambiguous archives are refused, also from', () => {
  for (const { name, refused, limits, write } of writers.filter((writer) => writer.refused !== undefined)) {
    it(name, async () => {
      expect((await attempt(await write(), limits)).code).toBe(refused)
    })
  }
})

async function expectedOf(
  files: ReadonlyMap<string, Uint8Array>,
): Promise<{ files: Map<string, string>; digest: string }> {
  const { digest } = await readBundle(buildZip({ entries: [...files].map(([name, content]) => ({ name, content })) }))
  return { files: new Map([...files].map(([path, bytes]) => [path, sum(bytes)])), digest }
}
