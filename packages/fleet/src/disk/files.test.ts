import { execFileSync } from 'node:child_process'
import { appendFile, link, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFile, readOpened, readSmallFile, type OpenedFile } from './files.ts'
import { Folder } from './folder.ts'
import { withPorts } from './ports.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'sallyport-files-'))
  await writeFile(join(path, 'file'), 'content')
})
afterEach(async () => rm(path, { recursive: true }))

async function within<Result>(anchored: boolean, work: (folder: Folder) => Promise<Result>): Promise<Result> {
  return withPorts({ anchored }, async () => {
    const folder = await Folder.openRoot(path, { create: false })
    return work(folder).finally(async () => folder.close())
  })
}

describe.each([true, false])('openFile, folders held: %s', (anchored) => {
  it.skipIf(process.platform === 'win32')('rejects what is no regular file, without waiting', async () => {
    await symlink('file', join(path, 'link'))
    execFileSync('mkfifo', [join(path, 'pipe')])
    for (const name of ['link', 'pipe'])
      await expect(within(anchored, async (folder) => openFile(folder, name))).rejects.toMatchObject({
        code: 'TARGET_UNSAFE',
      })
  })

  it('finds nothing where nothing is', async () => {
    expect(await within(anchored, async (folder) => openFile(folder, 'none'))).toBeUndefined()
  })
})

describe('openFile', () => {
  it.skipIf(process.platform === 'win32')('rejects a file of a folder that was swapped in', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'sallyport-files-'))
    await writeFile(join(outside, 'file'), 'of somebody else')
    const swap = async (folder: Folder) => {
      const at = folder.at.bind(folder)
      // Between the comparison of the folder and the use of its path.
      let isFirst = true
      folder.at = async (name) => {
        const found = await at(name)
        if (!isFirst) return found
        isFirst = false
        await rename(path, `${path}.aside`)
        await symlink(outside, path)
        return found
      }
      return openFile(folder, 'file')
    }
    await expect(within(false, swap)).rejects.toMatchObject({ code: 'TARGET_UNSAFE' })
    await rm(path)
    await rename(`${path}.aside`, path)
    await rm(outside, { recursive: true })
  })
})

describe('readOpened', () => {
  const read = async (most: number, grow: (file: OpenedFile) => Promise<unknown> = async () => undefined) =>
    within(true, async (folder) => {
      const file = (await openFile(folder, 'file'))!
      await grow(file)
      return readOpened(file, most).finally(async () => file.handle.close())
    })

  it('reads a file up to the limit', async () => {
    expect(String(await read(7))).toBe('content')
    expect(String(await read(Infinity))).toBe('content')
    expect(await read(6)).toBeUndefined()
  })

  it('reads what was added meanwhile, up to the limit', async () => {
    const add = async () => appendFile(join(path, 'file'), ' and more')
    expect(String(await read(16, add))).toBe('content and more')
    await truncate(join(path, 'file'), 7)
    expect(await read(15, add)).toBeUndefined()
  })

  it('reads what is left of a file that was shortened', async () => {
    expect(String(await read(7, async () => truncate(join(path, 'file'), 3)))).toBe('con')
  })
})

describe('readSmallFile', () => {
  it('reads a file with several names', async () => {
    await link(join(path, 'file'), join(path, 'other'))
    expect(await within(true, async (folder) => readSmallFile(folder, 'other', 7))).toBe('content')
    expect(await within(true, async (folder) => readSmallFile(folder, 'other', 6))).toBeUndefined()
  })
})
