import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FleetError, readBundle, readFolder, writeBundle, type BundleLimits } from '@sallyport/fleet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-folder-'))
  await put('AGENTS.md', '# Agent\n')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function codeOf(limits?: BundleLimits): Promise<string> {
  try {
    await readFolder(folder, limits)
    return 'READ'
  } catch (error) {
    if (!FleetError.is(error)) throw error
    return error.code
  }
}

describe('readFolder', () => {
  it('reads the same bundle as its archive', async () => {
    await put('skills/a/SKILL.md', '---\nname: a\n---\nBody\n')
    await put('.DS_Store', 'junk')
    const bundle = await readFolder(folder)
    expect(bundle.warnings).toContainEqual(expect.objectContaining({ code: 'IGNORED_FILE', path: '.DS_Store' }))
    expect((await readBundle(await writeBundle(bundle))).digest).toBe(bundle.digest)
  })

  it.each<[string, BundleLimits]>([
    ['TOO_MANY_ENTRIES', { maxEntries: 2 }],
    ['FILE_TOO_LARGE', { maxFileBytes: 9 }],
    ['TOTAL_TOO_LARGE', { maxTotalBytes: 20 }],
    ['READ', { maxEntries: 3, maxFileBytes: 16, maxTotalBytes: 24, maxArchiveBytes: 1, maxRatio: 0 }],
  ])('fails with %s under %j', async (code, limits) => {
    await put('a/b.txt', '0123456789abcdef')
    expect(await codeOf(limits)).toBe(code)
  })

  it('measures files before reading them', async () => {
    // Sparse: uses no space on disk, and would not fit in memory.
    await put('a/huge.bin', '')
    await truncate(join(folder, 'a/huge.bin'), 64 * 1024 ** 3)
    expect(await codeOf()).toBe('FILE_TOO_LARGE')
  })

  it('rejects links and .git folders', async () => {
    await mkdir(join(folder, '.git'))
    expect(await codeOf()).toBe('GIT_FOLDER')
    await rm(join(folder, '.git'), { recursive: true })
    await symlink('/etc/passwd', join(folder, 'link'))
    expect(await codeOf()).toBe('ENTRY_KIND')
  })

  it('rejects a limit that is not a number', async () => {
    await expect(readFolder(folder, { maxEntries: Number.NaN })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  // Other systems do not allow such a name.
  it.runIf(process.platform === 'linux')('rejects a file or folder name that is not UTF-8', async () => {
    const odd = Buffer.concat([Buffer.from(`${folder}/a`), Buffer.of(0xff)])
    await writeFile(odd, 'text')
    expect(await codeOf()).toBe('NAME_NOT_UTF8')
    await rm(odd)
    await mkdir(odd)
    expect(await codeOf()).toBe('NAME_NOT_UTF8')
  })
})
