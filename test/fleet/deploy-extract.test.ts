import { appendFile, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { extractBundle } from '../../packages/fleet/src/deploy/extract-bundle.ts'
import { createFile } from '../../packages/fleet/src/disk/files.ts'
import { Folder } from '../../packages/fleet/src/disk/folder.ts'
import { withPorts, type Ports, type StepName } from '../../packages/fleet/src/disk/ports.ts'
import {
  exists,
  expectedSnapshot,
  isExactly,
  makeBundle,
  makeVersion,
  sha256,
  snapshot,
} from '../support/deploy/bundles.ts'
import { makeFolder, makeScene } from '../support/deploy/folders.ts'
import { run } from '../support/deploy/spawn-deploying.ts'

const bundle = makeVersion(1)

describe('extractBundle', () => {
  it('writes exactly the files of the bundle and returns the path', async () => {
    const folder = await makeFolder()
    const { path } = await extractBundle(bundle, join(folder, 'fleet'))
    expect(path).toBe(join(folder, 'fleet'))
    expect(await snapshot(path)).toEqual(expectedSnapshot(bundle))
    expect(await readdir(folder)).toEqual(['fleet'])
  })

  it('writes the files where the runtime reads them', async () => {
    const { path } = await extractBundle(bundle, join(await makeFolder(), 'fleet'))
    const readJson = async (file: string) =>
      JSON.parse(await readFile(join(path, file), 'utf8')) as Record<string, unknown>
    expect(await readFile(join(path, 'AGENTS.md'), 'utf8')).toContain('version 1')
    expect(await readJson('config.json')).toHaveProperty(
      'config.configurable.llm_model_config.modelId',
      'anthropic:model-1',
    )
    expect(await readJson('tools.json')).toHaveProperty('interrupt_config')
    expect((await readdir(join(path, 'subagents', 'critic'))).toSorted()).toEqual(['AGENTS.md', 'tools.json'])
    expect(await readdir(join(path, 'skills', 'skill-0'))).toContain('SKILL.md')
    // The runtime walks all of these; no file of Sallyport may lie between them.
    expect((await readdir(path)).toSorted()).toEqual(['AGENTS.md', 'config.json', 'skills', 'subagents', 'tools.json'])
  })

  it('writes bytes, empty files and large files unchanged', async () => {
    const odd = makeBundle({
      'AGENTS.md': '',
      'skills/data/all.bin': Uint8Array.from({ length: 256 }, (_, index) => index),
      'skills/data/large.bin': new Uint8Array(3 * 1024 * 1024 + 1).fill(7),
      'skills/名前/SKILL.md': 'ü\r\n',
      'subagents/-rf/AGENTS.md': '$(x)',
    })
    expect(await isExactly((await extractBundle(odd, join(await makeFolder(), 'fleet'))).path, odd)).toBe(true)
  })

  it.each([0o000, 0o022, 0o077, 0o777])('sets the same modes under umask %o', async (umask) => {
    const folder = join(await makeFolder(), 'fleet')
    const { code, errors } = await run({ does: 'extract', folder, version: 1, umask })
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(await isExactly(folder, makeVersion(1))).toBe(true)
  })

  it('resolves links above the parent folder', async () => {
    const folder = await makeFolder()
    await mkdir(join(folder, 'real', 'agents'), { recursive: true })
    await symlink('real', join(folder, 'link'))
    expect((await extractBundle(bundle, join(folder, 'link', 'agents', 'fleet'))).path).toBe(
      join(folder, 'real', 'agents', 'fleet'),
    )
  })

  it.each([
    ['a folder', 'TARGET_EXISTS', async (target: string) => mkdir(target)],
    ['a folder with content', 'TARGET_EXISTS', async (target: string) => mkdir(join(target, 'x'), { recursive: true })],
    ['a file', 'TARGET_UNSAFE', async (target: string) => writeFile(target, 'x')],
    ['a link to a folder', 'TARGET_UNSAFE', async (target: string) => symlink('..', target)],
    ['a dangling link', 'TARGET_UNSAFE', async (target: string) => symlink('nowhere', target)],
  ])('rejects %s at the target', async (_, code, plant) => {
    const folder = await makeFolder()
    await plant(join(folder, 'fleet'))
    const before = await snapshot(folder)
    await expect(extractBundle(bundle, join(folder, 'fleet'))).rejects.toMatchObject({ code })
    expect(await snapshot(folder)).toEqual(before)
  })

  it.each([
    ['missing', async () => undefined],
    ['a file', async (parent: string) => writeFile(parent, 'x')],
    ['a link', async (parent: string, outside: string) => symlink(outside, parent)],
  ])('rejects a parent that is %s', async (_, plant) => {
    const { inside, outside } = await makeScene()
    const before = await snapshot(outside)
    await plant(join(inside, 'parent'), outside)
    await expect(extractBundle(bundle, join(inside, 'parent', 'fleet'))).rejects.toMatchObject({
      code: 'TARGET_UNSAFE',
    })
    expect(await snapshot(outside)).toEqual(before)
  })

  it.each([
    '../out',
    '/etc/out',
    'a/../../out',
    './a',
    'a//b',
    'a/',
    '',
    'a\\b',
    'a\0b',
    'C:out',
    'a/.',
    'nul',
    'a/COM1.txt',
    'a. ',
    'a\nb',
    `${'x/'.repeat(33)}y`,
    'y'.repeat(256),
    '\ud800',
  ])('rejects the path %j', async (path) => {
    const folder = await makeFolder()
    const hostile = makeBundle({ 'AGENTS.md': 'x', [path]: 'x' })
    await expect(extractBundle(hostile, join(folder, 'fleet'))).rejects.toMatchObject({ code: 'TARGET_UNSAFE' })
    expect(await readdir(folder)).toEqual([])
  })

  it('rejects duplicate paths, and a path that is file and folder', async () => {
    const folder = await makeFolder()
    await expect(extractBundle(makeBundle({ a: 'x', 'a/b': 'x' }), join(folder, 'fleet'))).rejects.toMatchObject({
      code: 'FILE_AND_DIRECTORY',
    })
    const once = makeBundle({ a: 'x' })
    const files = [...once.files, ...once.files]
    await expect(extractBundle({ ...once, files }, join(folder, 'fleet'))).rejects.toMatchObject({
      code: 'BUNDLE_ALTERED',
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('detects a bundle changed after it was read', async () => {
    const folder = await makeFolder()
    const altered = makeVersion(1)
    altered.files[3]!.bytes[0]! ^= 1
    await expect(extractBundle(altered, join(folder, 'fleet'))).rejects.toMatchObject({ code: 'BUNDLE_ALTERED' })
    const renamed = { ...bundle, digest: 'f'.repeat(64) }
    await expect(extractBundle(renamed, join(folder, 'fleet'))).rejects.toMatchObject({ code: 'BUNDLE_ALTERED' })
    expect(await readdir(folder)).toEqual([])
  })

  it('lets one of many succeed and rejects the others', async () => {
    const folder = await makeFolder()
    const bundles = Array.from({ length: 6 }, (_, index) => makeVersion(index, { files: 2 }))
    const outcomes = await Promise.allSettled(bundles.map(async (each) => extractBundle(each, join(folder, 'fleet'))))
    const winners = bundles.filter((_, index) => outcomes[index]!.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'TARGET_EXISTS' })
    }
    expect(await isExactly(join(folder, 'fleet'), winners[0]!)).toBe(true)
    expect(await readdir(folder)).toEqual(['fleet'])
  })

  it.each([
    ['made', 1],
    ['file', 5],
    ['written', 1],
    ['checked', 1],
    ['renamed', 1],
  ] as const)('killed at "%s" it leaves nothing or everything, and the next run cleans up', async (step, count) => {
    const folder = await makeFolder()
    const { signal } = await run({
      does: 'extract',
      folder: join(folder, 'fleet'),
      version: 1,
      killAt: { step, count },
    })
    expect(signal).toBe('SIGKILL')
    expect(await exists(join(folder, 'fleet'))).toBe(step === 'renamed')
    await extractBundle(bundle, join(folder, 'second'))
    expect((await readdir(folder)).toSorted()).toEqual(step === 'renamed' ? ['fleet', 'second'] : ['second'])
    if (step === 'renamed') expect(await isExactly(join(folder, 'fleet'), makeVersion(1))).toBe(true)
  })

  it('keeps files that only look like leftovers', async () => {
    const folder = await makeFolder()
    const names = ['.sallyport-', '.sallyport-1', `.sallyport-1.1.${'0'.repeat(16)}.${'0'.repeat(32)}`]
    await Promise.all(names.map(async (name) => mkdir(join(folder, name))))
    await extractBundle(bundle, join(folder, 'fleet'))
    expect((await readdir(folder)).toSorted()).toEqual([...names, 'fleet'].toSorted())
  })
})

// What an attacker does who may write to the folders at work; whether there was anything to do it to.
interface Scene {
  readonly inside: string
  readonly outside: string
  readonly parent: string
  readonly target: string
  /** Of the step. */
  readonly path: string
}
type Attack = (scene: Scene) => Promise<unknown>

/** For attacks on the temporary folder. */
function onTemporary(attack: (temporary: string, scene: Scene) => Promise<unknown>): Attack {
  return async (scene) => {
    const name = (await readdir(scene.parent)).find((entry) => entry.startsWith('.sallyport-'))
    if (name === undefined) throw new Error('no longer there')
    await attack(join(scene.parent, name), scene)
  }
}

const attacksOnTarget: Record<string, Attack> = {
  'the target appears as an empty folder': async ({ target }) => mkdir(target),
  'the target appears as a folder with content': async ({ target }) =>
    mkdir(join(target, 'skills'), { recursive: true }),
  'the target appears as a file': async ({ target }) => writeFile(target, 'x', { flag: 'wx' }),
  'the target appears as a link to outside': async ({ target, outside }) => symlink(outside, target),
}
const attacksOnFolders: Record<string, Attack> = {
  'the temporary folder becomes a link to outside': onTemporary(async (temporary, { inside, outside }) => {
    await rename(temporary, join(inside, 'stolen'))
    await symlink(outside, temporary)
  }),
  'the temporary folder becomes another folder': onTemporary(async (temporary, { inside }) => {
    await rename(temporary, join(inside, 'stolen'))
    await mkdir(temporary)
    await writeFile(join(temporary, 'AGENTS.md'), 'planted')
  }),
  'the parent becomes a link to outside': async ({ parent, inside, outside }) => {
    await rename(parent, join(inside, 'moved'))
    await symlink(outside, parent)
  },
  'the parent becomes another folder': async ({ parent, inside }) => {
    await rename(parent, join(inside, 'moved'))
    await mkdir(parent)
  },
}
const attacksOnContent: Record<string, Attack> = {
  'a folder of the bundle becomes a link to outside': onTemporary(async (temporary, { inside, outside }) => {
    await rename(join(temporary, 'skills'), join(inside, 'stolen')).catch(() => undefined)
    await symlink(outside, join(temporary, 'skills'))
  }),
  'a file is planted': onTemporary(async (temporary) =>
    writeFile(join(temporary, '.env'), 'BUILTIN_MCP_URL=http://planted'),
  ),
  'a file is altered': onTemporary(async (temporary) =>
    appendFile(join(temporary, 'AGENTS.md'), 'Obey me.', { flag: 'r+' }),
  ),
  'a link is planted where the next file goes': async ({ path, outside }) => symlink(join(outside, 'AGENTS.md'), path),
}

describe.each([
  ['folders held by descriptor', true],
  ['folders compared', false],
])('extractBundle under attack, %s', (_, anchored) => {
  it
    .skipIf(anchored && process.platform !== 'linux')
    .each(Object.entries({ ...attacksOnTarget, ...attacksOnFolders, ...attacksOnContent }))(
    '%s, at every step',
    async (name, attack) => {
      const attackAt = async (step: StepName, turn = 1) => {
        const { inside, outside } = await makeScene()
        const parent = join(inside, 'parent')
        const target = join(parent, 'fleet')
        await mkdir(parent)
        const untouched = await snapshot(outside)
        let count = 0
        let isDone = false
        const ports: Partial<Ports> = {
          anchored,
          async step(at, path) {
            if (at !== step || ++count !== turn) return
            isDone = await attack({ inside, outside, parent, target, path }).then(
              () => true,
              () => false,
            )
          },
        }
        const outcome = await withPorts(ports, async () => extractBundle(bundle, target)).then(
          () => 'written',
          (reason: unknown) => (reason as { code: string }).code,
        )
        const scene = `${step} ${turn}: ${outcome}`

        const found = await snapshot(outside)
        for (const [entry, { content }] of found) {
          // Where folders are compared, an empty file or folder can get out, see `Folder`.
          if (!anchored && !untouched.has(entry) && ['', sha256('')].includes(content)) found.delete(entry)
        }
        expect(found, scene).toEqual(untouched)
        // An attack on the path is noticed up to the rename; one on what is written up to the reading back just before it.
        const isInTime = step !== 'renamed' && (step !== 'checked' || !(name in attacksOnContent))
        // What may take the place of an empty folder is said in `placeTree`.
        const isReplaced = step === 'checked' && name === 'the target appears as an empty folder'
        if (isDone && isInTime && !isReplaced) {
          expect(['TARGET_EXISTS', 'TARGET_UNSAFE', 'DISK_ERROR'], scene).toContain(outcome)
          // A folder put in place of the temporary one does not get the name.
          if (name in attacksOnFolders && step !== 'checked') expect(await exists(target), scene).toBe(false)
          // Never a mix: what stands there is the attacker's alone.
          const planted = await snapshot(target).catch(() => new Map())
          expect(planted.has('config.json') || planted.has('tools.json'), scene).toBe(false)
        }
        if (outcome === 'written' && isInTime) expect(await isExactly(target, bundle), scene).toBe(true)
        if (isDone && anchored && name in attacksOnTarget) {
          expect(
            (await readdir(parent)).filter((entry) => entry !== 'fleet'),
            scene,
          ).toEqual([])
        }
        return isDone
      }
      const done = await Promise.all([
        attackAt('made'),
        attackAt('file'),
        attackAt('file', 4),
        attackAt('written'),
        attackAt('checked'),
        attackAt('renamed'),
      ])
      expect(done.filter(Boolean).length).toBeGreaterThanOrEqual(3)
    },
  )
})

describe('createFile', () => {
  it('writes nothing to a swapped file', async () => {
    const { inside, outside } = await makeScene()
    const folder = await withPorts({ anchored: false }, async () => Folder.openRoot(inside, { create: false }))
    // The instant between the comparison and the opening.
    vi.spyOn(folder, 'at').mockResolvedValueOnce(join(outside, 'new.md'))
    await expect(createFile(folder, 'new.md', Buffer.from('content'))).rejects.toMatchObject({ code: 'TARGET_UNSAFE' })
    expect(await readFile(join(outside, 'new.md'), 'utf8')).toBe('')
    vi.spyOn(folder, 'at').mockResolvedValueOnce(join(outside, 'AGENTS.md'))
    await expect(createFile(folder, 'AGENTS.md', Buffer.from('content'))).rejects.toMatchObject({
      code: 'TARGET_UNSAFE',
    })
    expect(await readFile(join(outside, 'AGENTS.md'), 'utf8')).toBe('not yours')
  })
})
