import { readBundle, type AgentBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { noise } from '../support/archives/bytes.ts'
import { zip } from '../support/archives/hostile/fixture.ts'
import { sum } from '../support/archives/libraries.ts'

const kibibyte = 1024

// Digests of a small bundle are computed when asked for, those of a large one while it is read; a large file's always then.
const bundles: Readonly<Record<string, () => Promise<AgentBundle>>> = {
  small: () => readBundle(zip({ name: 'a.md', content: 'text' })),
  'small, with a large file': () =>
    readBundle(zip({ name: 'a.md', content: 'text' }, { name: 'b.bin', content: noise(300 * kibibyte) })),
  large: () =>
    readBundle(
      zip(
        ...Array.from({ length: 45 }, (_, index) => ({ name: `${index}`, method: 0, content: noise(200 * kibibyte) })),
      ),
    ),
}

describe.each(Object.entries(bundles))('digests of a bundle that is %s', (_name, read) => {
  it('are those of its files and of itself', async () => {
    const { files, digest } = await read()
    expect(files.map(({ sha256 }) => sha256)).toEqual(files.map(({ bytes }) => sum(bytes)))
    const listing = files.map(({ sha256, bytes, path }) => `${sha256} ${bytes.length} ${path}\n`).join('')
    expect(digest).toBe(sum(Buffer.from(listing)))
  })

  it('are kept in copies', async () => {
    const bundle = await read()
    const { digest, files } = structuredClone({ ...bundle, files: bundle.files.map((file) => ({ ...file })) })
    expect(digest).toBe(bundle.digest)
    expect(files.map(({ sha256 }) => sha256)).toEqual(bundle.files.map(({ sha256 }) => sha256))
  })

  it('stay the same when the bytes change later', async () => {
    const bundle = await read()
    const { digest } = bundle
    const sums = bundle.files.map(({ sha256 }) => sha256)
    for (const { bytes } of bundle.files) bytes[0]! ^= 1
    expect(bundle.digest).toBe(digest)
    expect(bundle.files.map(({ sha256 }) => sha256)).toEqual(sums)
  })
})

describe('digests of an altered bundle', () => {
  it('fail if the change came before their first use', async () => {
    const bundle = await bundles['small']!()
    bundle.files[0]!.bytes[0]! ^= 1
    const altered = expect.objectContaining({ code: 'BUNDLE_ALTERED', path: 'AGENTS.md' })
    expect(() => bundle.files[0]!.sha256).toThrow(altered)
    expect(() => bundle.digest).toThrow(altered)
  })

  it('stay the same once they are computed', async () => {
    const bundle = await bundles['large']!()
    const expected = bundle.files.map(({ bytes }) => sum(bytes))
    bundle.files[0]!.bytes[0]! ^= 1
    expect(bundle.files.map(({ sha256 }) => sha256)).toEqual(expected)
  })
})
