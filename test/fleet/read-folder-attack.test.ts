import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { FleetError, readFolder } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { withPorts } from '../../packages/fleet/src/disk/ports.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const secret = 'of somebody else'

async function makeAgent(): Promise<{ folder: string; outside: string; at: (path: string) => string }> {
  const scene = await makeFolder()
  const [folder, outside] = [join(scene, 'agent'), join(scene, 'outside')]
  for (const [place, text] of [
    [folder, 'public'],
    [outside, secret],
  ] as const) {
    await mkdir(join(place, 'skills/a'), { recursive: true })
    await writeFile(join(place, 'AGENTS.md'), text)
    await writeFile(join(place, 'skills/a/SKILL.md'), text)
  }
  return { folder, outside, at: (path) => join(folder, path) }
}

/** Every text that was read, or the code of the error. */
async function read(folder: string): Promise<string[]> {
  try {
    const { files } = await readFolder(folder)
    return files.map(({ bytes }) => Buffer.from(bytes).toString())
  } catch (error) {
    if (!FleetError.is(error)) throw error
    return [error.code]
  }
}

describe('readFolder while another thread swaps links', () => {
  const reads = 300

  it.skipIf(process.platform === 'win32').each(['AGENTS.md', 'skills', 'skills/a', 'skills/a/SKILL.md'])(
    `reads nothing from outside in ${reads} reads, swapped: %s`,
    async (path) => {
      const { folder, outside, at } = await makeAgent()
      const state = new SharedArrayBuffer(8)
      const shared = new Int32Array(state)
      const workerData = { path: at(path), target: join(outside, path), state }
      const swapper = new Worker(join(import.meta.dirname, '../support/deploy/swap-links.ts'), { workerData })
      await once(swapper, 'online')
      const seen = new Map<string, number>()
      try {
        for (let count = 0; count < reads; count++) {
          for (const text of new Set(await read(folder))) seen.set(text, (seen.get(text) ?? 0) + 1)
        }
      } finally {
        Atomics.store(shared, 1, 1)
        await once(swapper, 'exit')
      }
      expect(seen.get(secret) ?? 0, JSON.stringify([...seen])).toBe(0)
      // Both threads were at work at the same time.
      expect(shared[0]).toBeGreaterThan(10)
    },
  )
})

type Scene = Awaited<ReturnType<typeof makeAgent>>

/** Puts something where a file or folder is. */
async function replace(path: string, put: (path: string) => unknown): Promise<void> {
  await rename(path, `${path}.aside`)
  await put(path)
}

const attacks: Record<string, (scene: Scene) => Promise<unknown>> = {
  'the folder becomes a link': async ({ folder, outside }) => replace(folder, async (path) => symlink(outside, path)),
  'the folder becomes another folder': async ({ folder, outside }) =>
    replace(folder, async (path) => rename(outside, path)),
  'a folder below becomes a link': async ({ at, outside }) =>
    replace(at('skills'), async (path) => symlink(join(outside, 'skills'), path)),
  'a deeper folder becomes a link': async ({ at, outside }) =>
    replace(at('skills/a'), async (path) => symlink(join(outside, 'skills/a'), path)),
  'a file becomes a link': async ({ at, outside }) =>
    replace(at('skills/a/SKILL.md'), async (path) => symlink(join(outside, 'AGENTS.md'), path)),
  'a file becomes a pipe': async ({ at }) => replace(at('skills/a/SKILL.md'), (path) => execFileSync('mkfifo', [path])),
  'a file becomes a folder': async ({ at }) => replace(at('skills/a/SKILL.md'), async (path) => mkdir(path)),
  'a file is removed': async ({ at }) => rm(at('skills/a/SKILL.md')),
  'a folder is removed': async ({ at }) => rm(at('skills'), { recursive: true }),
}

describe.skipIf(process.platform === 'win32').each([
  ['folders held by descriptor', true],
  ['folders compared', false],
])('readFolder under attack, %s', (_, anchored) => {
  it.skipIf(anchored && process.platform !== 'linux').each(Object.entries(attacks))(
    'reads nothing from outside: %s',
    async (name, attack) => {
      for (const before of ['AGENTS.md', 'SKILL.md']) {
        const scene = await makeAgent()
        let isDone = false
        const step = async (_at: string, path: string) => {
          if (isDone || !path.endsWith(before)) return
          isDone = true
          await attack(scene)
        }
        const texts = await withPorts({ anchored, step }, async () => read(scene.folder))
        expect(isDone).toBe(true)
        // What is held open is read to its end; the rest is rejected.
        const isHeld = anchored && (name.startsWith('the folder') || (name.includes('folder') && before === 'SKILL.md'))
        const isUnlinked = name === 'a folder is removed' || name === 'a file becomes a folder'
        expect(texts).toEqual(isHeld && !isUnlinked ? ['public', 'public'] : ['TARGET_UNSAFE'])
      }
    },
  )

  it.skipIf(anchored && process.platform !== 'linux')('stops reading a file that grows', async () => {
    const { folder, at } = await makeAgent()
    // Sparse: it needs no room on the disk, and does not fit into memory.
    const step = async () => truncate(at('AGENTS.md'), 64 * 1024 ** 3)
    expect(await withPorts({ anchored, step }, async () => read(folder))).toEqual(['FILE_TOO_LARGE'])
  })
})

describe.skipIf(process.platform === 'win32')('readFolder', () => {
  it('follows a link to the folder itself', async () => {
    const { folder, at } = await makeAgent()
    await symlink(folder, at('../current'))
    expect(await read(at('../current'))).toEqual(['public', 'public'])
  })

  it('reads a file that has several names', async () => {
    // As package managers with a store make them. A process that makes one could read the file already.
    const { folder, outside, at } = await makeAgent()
    await link(join(outside, 'AGENTS.md'), at('shared.md'))
    expect(await read(folder)).toContain(secret)
  })
})
