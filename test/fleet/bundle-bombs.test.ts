import { beforeAll, describe, expect, it } from 'vitest'
import { heavyArchives } from '../support/archives/heavy.ts'
import { fixtureName } from '../support/archives/hostile/fixture.ts'
import { hostileArchives } from '../support/archives/hostile/index.ts'
import { measureReading, readingTimeoutMs, type Measurement } from '../support/archives/measure-reading.ts'

const bombs = hostileArchives.filter(({ name }) =>
  /gibibyte|GiB|PiB|31-MiB|empty-blocks|fifield|laughs|deep-|quadratic/.test(name),
)

describe('readBundle with a bomb', () => {
  let measured: Measurement[] = []
  beforeAll(async () => {
    measured = await measureReading(bombs.map(fixtureName), 128)
  }, readingTimeoutMs)

  it.each(bombs.map((archive, index) => [fixtureName(archive), archive, index] as const))(
    '%s',
    (_name, { codes }, index) => {
      expect(measured.length).toBeGreaterThan(index)
      const { code, memory } = measured[index]!
      expect(codes).toContain(code)
      // A file may be as large as the limit of one file, before it is known to be larger.
      expect(memory).toBeLessThan(64)
    },
  )
})

describe('readBundle with a heavy archive', () => {
  it.concurrent.each(heavyArchives.map(({ name }) => name))(
    '%s',
    async (name) => {
      const [measured = 'crashed, or took too long'] = await measureReading([name], 256)
      expect(measured).toMatchObject({ code: expect.any(String) })
      expect((measured as Measurement).memory).toBeLessThan(256)
    },
    readingTimeoutMs,
  )
})
