import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bundleClient } from '../../scripts/bundle-client.ts'

const most = 60_000

describe('the client of the console', () => {
  it('has at most 60 KB, script and style together, gzipped', async () => {
    const { script, style, packages } = await bundleClient()
    const size = gzipSync(script).byteLength + gzipSync(style).byteLength
    expect(script.length).toBeGreaterThan(10_000)
    expect(packages.length).toBeGreaterThan(1)
    expect(size).toBeLessThanOrEqual(most)
  })

  it('has nothing that its policy forbids', async () => {
    const { script, style } = await bundleClient()
    expect(script).not.toMatch(/\beval\(|new Function\(/)
    expect(style).not.toMatch(/@import|url\((?!["']?data:)/)
  })
})
