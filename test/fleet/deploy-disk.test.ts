import { execFileSync } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deployBundle } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { extractBundle } from '../../packages/fleet/src/deploy/extract-bundle.ts'
import { readDeployment } from '../../packages/fleet/src/deploy/read-deployment.ts'
import { rollback } from '../../packages/fleet/src/deploy/rollback.ts'
import { isExactly, makeVersion } from '../support/deploy/bundles.ts'
import { expectTidy, expectWhole } from '../support/deploy/checks.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const mounts: string[] = []

/** A separate file system of this size; `undefined` if mounting is not permitted. */
async function mountSmallDisk(options: string): Promise<string | undefined> {
  const place = await makeFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place], { stdio: 'pipe' })
  } catch {
    return undefined
  }
  mounts.push(place)
  return place
}

const unmount = () => {
  for (const place of mounts.splice(0)) execFileSync('umount', ['-l', place])
}
afterAll(unmount)

const probe = await mountSmallDisk('size=64k')
unmount()
if (probe === undefined) console.error('NOT TESTED: a full disk. Mounting a small file system is not permitted here.')

const [old, next, large] = [makeVersion(1, { files: 2 }), makeVersion(2, { files: 2 }), makeVersion(3, { files: 40 })]

describe.skipIf(probe === undefined)('deployBundle on a full disk', () => {
  // Room for the first two versions, by blocks and by inodes, and not for the third.
  it.each(['size=200k', 'nr_inodes=60'])('keeps the old version until there is room again (%s)', async (options) => {
    const disk = (await mountSmallDisk(options))!
    const folder = join(disk, 'researcher')
    await deployBundle(old, disk)
    await expect(deployBundle(large, disk)).rejects.toMatchObject({ code: 'DISK_ERROR', cause: { code: 'ENOSPC' } })
    expect(await expectWhole(folder, [old])).toBe(old.digest)
    expect((await readdir(join(folder, 'releases'))).filter((name) => name.startsWith('.'))).toEqual([])
    expect((await readDeployment(disk)).releases).toHaveLength(1)

    expect(await deployBundle(next, disk)).toMatchObject({ digest: next.digest, previous: old.digest, leftovers: [] })
    expect(await expectWhole(folder, [old, next])).toBe(next.digest)
    await expectTidy(folder)
    expect((await rollback(disk)).digest).toBe(old.digest)
  })

  it('keeps the old version wherever space runs out', async () => {
    const disk = (await mountSmallDisk('size=400k'))!
    const folder = join(disk, 'researcher')
    await deployBundle(old, disk)
    const outcomes = new Set<string>()
    // From no room at all to enough, a page at a time.
    for (let pages = 0; ; pages += 1) {
      await fill(join(disk, 'filler'), pages * 4096)
      const outcome = await deployBundle(next, disk).then(
        () => 'written',
        (error: { code: string }) => error.code,
      )
      outcomes.add(outcome)
      expect(await expectWhole(folder, [old, next])).toBe(outcome === 'written' ? next.digest : old.digest)
      if (outcome === 'written') break
    }
    await rm(join(disk, 'filler'))
    await deployBundle(next, disk)
    await expectTidy(folder)
    expect([...outcomes].toSorted()).toEqual(['DISK_ERROR', 'written'])
  })

  it('removes what extractBundle began', async () => {
    const disk = (await mountSmallDisk('size=100k'))!
    await expect(extractBundle(large, join(disk, 'fleet'))).rejects.toMatchObject({
      code: 'DISK_ERROR',
      cause: { code: 'ENOSPC' },
    })
    expect(await readdir(disk)).toEqual([])
    expect(await isExactly((await extractBundle(old, join(disk, 'fleet'))).path, old)).toBe(true)
  })

  it('reports a read-only disk', async () => {
    const disk = (await mountSmallDisk('size=400k'))!
    await deployBundle(old, disk)
    execFileSync('mount', ['-o', 'remount,ro', disk])
    await expect(deployBundle(next, disk)).rejects.toMatchObject({ code: 'DISK_ERROR', cause: { code: 'EROFS' } })
    expect(await readDeployment(disk)).toMatchObject({ current: { digest: old.digest } })
  })
})

/** Fills the disk up to this many free bytes. */
async function fill(filler: string, free: number): Promise<void> {
  await rm(filler, { force: true })
  const parts: Uint8Array[] = []
  const page = new Uint8Array(4096).fill(1)
  await writeFile(filler, '')
  for (;;) {
    try {
      await writeFile(filler, page, { flag: 'a' })
      parts.push(page)
    } catch {
      break
    }
  }
  await writeFile(filler, Buffer.concat(parts.slice(free / 4096)))
}
