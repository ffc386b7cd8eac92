import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { benignFiles, buildBenign } from '../support/archives/benign/fixture.ts'
import { benignArchives } from '../support/archives/benign/index.ts'
import { sum } from '../support/archives/libraries.ts'

describe('readBundle with an unusual archive', () => {
  it.each(benignArchives.map((archive) => [archive.name, archive] as const))('reads %s', async (_name, archive) => {
    const outcome = await attempt(buildBenign(archive), archive.limits)
    if (outcome.code !== 'ACCEPTED') throw outcome.error

    const expected = [...benignFiles(archive)].map(([path, bytes]) => [path, sum(bytes)])
    expect(new Map(outcome.bundle.files.map(({ path, bytes }) => [path, sum(bytes)]))).toEqual(
      new Map(expected as [string, string][]),
    )
    expect(outcome.bundle.files.map(({ sha256 }) => sha256)).toEqual(
      outcome.bundle.files.map(({ bytes }) => sum(bytes)),
    )
  })

  it('has a unique name for each fixture', () => {
    expect(new Set(benignArchives.map(({ name }) => name)).size).toBe(benignArchives.length)
  })
})
