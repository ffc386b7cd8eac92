import { fleetErrorCodes } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { ambiguities, fixtureName, type HostileArchive } from '../support/archives/hostile/fixture.ts'
import { hostileArchives } from '../support/archives/hostile/index.ts'

const rules = Map.groupBy(hostileArchives, ({ rule }) => rule)

describe.each([...rules])('rule %i', (_rule, archives) => {
  it.each(archives.map((archive) => [fixtureName(archive), archive] as const))('rejects %s', async (_name, archive) => {
    const { code } = await attempt(archive.build(), archive.limits)
    expect(archive.codes).toContain(code)
  })
})

describe('hostile fixtures', () => {
  it('have unique names', () => {
    const names = hostileArchives.map(fixtureName)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('break every rule', () => {
    expect([...rules.keys()]).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  it('cover every code of the reader', () => {
    const all = Object.keys(fleetErrorCodes)
    // The table has the codes of the disk after those of the rules; base64 is no archive.
    const expected = all.slice(0, all.indexOf('FRONT_MATTER_INVALID') + 1).filter((code) => code !== 'BASE64_INVALID')
    const certain = hostileArchives.filter(({ codes }) => codes.length === 1).flatMap(({ codes }) => codes)
    expect(expected.filter((code) => !certain.some((given) => given === code))).toEqual([])
  })

  it('cover each way in which parsers disagree', () => {
    const count = (ambiguity: HostileArchive['ambiguity']) =>
      hostileArchives.filter((archive) => archive.ambiguity === ambiguity).length
    expect(ambiguities.filter((ambiguity) => count(ambiguity) < 5)).toEqual([])
  })

  it('say why if two codes are right', () => {
    expect(hostileArchives.filter(({ codes, why }) => codes.length > 1 && why === undefined).map(fixtureName)).toEqual(
      [],
    )
  })
})
