import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeFolderOf, makePrivateFolder } from './private-folder.ts'

let cwd: string
beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'sallyport-private-')))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
})

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(cwd, path)), { recursive: true })
  await writeFile(join(cwd, path), 'secret')
}

const list = async (): Promise<string[]> => (await readdir(cwd, { recursive: true })).toSorted()

describe('makePrivateFolder', () => {
  it.runIf(process.platform !== 'win32')('lets only the owner in', async () => {
    await makePrivateFolder(join(cwd, 'captures'), cwd)
    expect((await stat(join(cwd, 'captures'))).mode & 0o777).toBe(0o700)
  })

  it.each<[what: string, folder: string, there: string[], isHidden: boolean]>([
    ['a new one', 'captures', [], true],
    ['a new one in a new one', 'a/captures', [], true],
    ['an empty one', 'captures', ['captures/'], true],
    ['one with a file of the user', 'captures', ['captures/notes.md'], false],
    ['the current one', '.', [], false],
    ['.sallyport', '.sallyport', [], true],
    ['.sallyport of an older version', '.sallyport', ['.sallyport/inbox.db'], true],
  ])('hides what is in it from git, or leaves it: %s', async (_what, folder, there, isHidden) => {
    for (const path of there) await (path.endsWith('/') ? mkdir(join(cwd, path)) : put(path))
    const before = await list()
    const undo = await makePrivateFolder(join(cwd, folder), cwd)
    expect((await list()).some((path) => path.endsWith('.gitignore'))).toBe(isHidden)
    await undo()
    expect(await list()).toEqual(before)
  })

  it('keeps the .gitignore of the user', async () => {
    await put('.sallyport/.gitignore')
    await (
      await makePrivateFolder(join(cwd, '.sallyport'), cwd)
    )()
    expect(await list()).toEqual(['.sallyport', '.sallyport/.gitignore'])
  })

  it('stays hidden if another process has put a file in it', async () => {
    const undo = await makePrivateFolder(join(cwd, '.sallyport'), cwd)
    await put('.sallyport/secrets.json')
    await undo().catch(() => {})
    expect(await list()).toEqual(['.sallyport', '.sallyport/.gitignore', '.sallyport/secrets.json'])
  })

  it('is nothing to git', async () => {
    const git = (...args: string[]) => spawnSync('git', args, { cwd, encoding: 'utf8' })
    git('init', '-q')
    await makePrivateFolder(join(cwd, 'captures'), cwd)
    await put('captures/1.http')
    expect(git('status', '--porcelain', '-uall').stdout).toBe('')
  })
})

describe('makeFolderOf', () => {
  it('hides .sallyport, and no folder that the user names', async () => {
    await makeFolderOf(join(cwd, '.sallyport', 'inbox.db'), cwd)
    await makeFolderOf(join(cwd, 'data', 'inbox.db'), cwd)
    expect(await list()).toEqual(['.sallyport', '.sallyport/.gitignore', 'data'])
  })
})
