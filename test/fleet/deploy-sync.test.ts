import { readlink, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deployBundle, extractBundle, readBundle, rollback } from '@sallyport/fleet'
import { describe, expect, it, onTestFinished } from 'vitest'
import { withPorts } from '../../packages/fleet/src/disk/ports.ts'
import { buildZip } from '../support/archives/zip-builder.ts'
import { temporaryFolder } from '../support/cli/command.ts'

const toBundle = async (content: string) => readBundle(buildZip({ entries: [{ name: 'AGENTS.md', content }] }))
const name = 'a'

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall })
}

describe.skipIf(process.platform === 'win32')('deployBundle on a file system with limits', () => {
  it.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM'])(
    'deploys where flushing folders is %s',
    async (code) => {
      const root = await temporaryFolder(onTestFinished)
      const sync = async () => Promise.reject(systemError(code, 'fsync'))
      const deployed = await withPorts({ sync }, async () => deployBundle(await toBundle('one\n'), root, { name }))
      expect(deployed).toMatchObject({ changed: true, unsynced: undefined })
    },
  )

  it('reports a switch that could not be flushed', async () => {
    const root = await temporaryFolder(onTestFinished)
    const first = await deployBundle(await toBundle('one\n'), root, { name })
    let isSwitched = false
    const step = (reached: string) => void (isSwitched ||= reached === 'switched')
    const sync = async () => (isSwitched ? Promise.reject(systemError('EIO', 'fsync')) : undefined)
    const second = await withPorts({ step, sync }, async () => deployBundle(await toBundle('two\n'), root, { name }))
    expect(second).toMatchObject({ changed: true, unsynced: 'EIO', previous: first.digest })
    expect(await readlink(join(root, name, 'current'))).toBe(`releases/${second.digest}`)
    isSwitched = false
    const back = await withPorts({ step, sync }, async () => rollback(root, { name }))
    expect(back).toMatchObject({ changed: true, unsynced: 'EIO', digest: first.digest })
  })

  it('reports an extraction that could not be flushed', async () => {
    const root = await temporaryFolder(onTestFinished)
    let isPlaced = false
    const step = (reached: string) => void (isPlaced ||= reached === 'renamed')
    const sync = async () => (isPlaced ? Promise.reject(systemError('EIO', 'fsync')) : undefined)
    const bundle = await toBundle('one\n')
    const extracted = await withPorts({ step, sync }, async () => extractBundle(bundle, join(root, 'fleet')))
    expect(extracted).toEqual({ path: join(root, 'fleet'), unsynced: 'EIO' })
    expect(await readdir(root)).toEqual(['fleet'])
  })

  it('shows the errno of a flush that fails before it', async () => {
    const root = await temporaryFolder(onTestFinished)
    const sync = async () => Promise.reject(systemError('EIO', 'fsync'))
    const deployed = withPorts({ sync }, async () => deployBundle(await toBundle('one\n'), root, { name }))
    await expect(deployed).rejects.toMatchObject({
      code: 'DISK_ERROR',
      message: expect.stringContaining('EIO in fsync'),
    })
  })

  it('replaces a release that an overlay cannot rename', async () => {
    const root = await temporaryFolder(onTestFinished)
    const [one, two] = [await toBundle('one\n'), await toBundle('two\n')]
    const { path } = await deployBundle(one, root, { name })
    await deployBundle(two, root, { name })
    await writeFile(join(path, 'AGENTS.md'), 'altered\n')
    const { rename } = await import('node:fs/promises')
    const refusing = async (from: string, to: string) =>
      from.endsWith(one.digest) ? Promise.reject(systemError('EXDEV', 'rename')) : rename(from, to)
    const rebuilt = await withPorts({ rename: refusing }, async () => deployBundle(one, root, { name }))
    expect(rebuilt).toMatchObject({ rebuilt: true, changed: true, digest: one.digest })
    expect(await readdir(join(root, name, 'releases'))).toHaveLength(4)
  })
})
