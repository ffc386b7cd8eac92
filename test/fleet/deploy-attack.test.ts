import { cp, mkdir, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { deployBundle } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { withPorts, type Ports, type StepName } from '../../packages/fleet/src/disk/ports.ts'
import { readDeployment } from '../../packages/fleet/src/deploy/read-deployment.ts'
import { rollback } from '../../packages/fleet/src/deploy/rollback.ts'
import { isExactly, makeVersion, sha256, snapshot } from '../support/deploy/bundles.ts'
import { makeFolder, makeScene } from '../support/deploy/folders.ts'

const [old, next] = [makeVersion(1, { files: 0 }), makeVersion(2, { files: 0 })]

interface Scene {
  readonly root: string
  readonly outside: string
  readonly at: (...parts: string[]) => string
}

let deployed: Promise<string>
beforeAll(async () => {
  const root = await makeFolder()
  deployed = deployBundle(old, root).then(() => root)
})

async function makeAttackedScene({ isDeployed = false } = {}): Promise<Scene & { readonly inside: string }> {
  const { inside, outside } = await makeScene()
  const root = join(inside, 'agents')
  await mkdir(root)
  // A copy, because deploying waits for the disk.
  if (isDeployed) await cp(await deployed, root, { recursive: true, verbatimSymlinks: true })
  return { inside, outside, root, at: (...parts) => join(root, 'researcher', ...parts) }
}

/** Puts something where something else stood, which is kept aside. */
async function replace(path: string, put: (path: string) => Promise<unknown>): Promise<void> {
  await rename(path, `${path}.aside`).catch(() => undefined)
  await put(path)
}

describe('a link planted before the first deployment', () => {
  it.each<[string, string, (scene: Scene) => Promise<unknown>]>([
    ['the root', 'TARGET_UNSAFE', async ({ root, outside }) => replace(root, async (path) => symlink(outside, path))],
    ['the deployment', 'TARGET_UNSAFE', async ({ at, outside }) => symlink(outside, at())],
    ['the deployment, dangling', 'TARGET_UNSAFE', async ({ at, outside }) => symlink(join(outside, 'new'), at())],
    [
      'releases',
      'TARGET_UNSAFE',
      async ({ at, outside }) => mkdir(at()).then(async () => symlink(outside, at('releases'))),
    ],
    [
      'the lock',
      'TARGET_UNSAFE',
      async ({ at, outside }) => mkdir(at()).then(async () => symlink(outside, at('.lock'))),
    ],
    [
      'the lock, as a file',
      'TARGET_UNSAFE',
      async ({ at }) => mkdir(at()).then(async () => writeFile(at('.lock'), '')),
    ],
    [
      'the release',
      'TARGET_UNSAFE',
      async ({ at, outside }) =>
        mkdir(at('releases'), { recursive: true }).then(async () => symlink(outside, at('releases', next.digest))),
    ],
    ['the root, as a file', 'TARGET_UNSAFE', async ({ root }) => replace(root, async (path) => writeFile(path, 'x'))],
    ['the deployment, as a file', 'TARGET_UNSAFE', async ({ at }) => writeFile(at(), 'x')],
  ])('is rejected: %s', async (_, code, plant) => {
    const scene = await makeAttackedScene()
    const untouched = await snapshot(scene.outside)
    await plant(scene)
    await expect(deployBundle(next, scene.root)).rejects.toMatchObject({ code })
    expect(await snapshot(scene.outside)).toEqual(untouched)
  })
})

describe('a link planted into a deployment', () => {
  it.each<[string, string, (scene: Scene) => Promise<unknown>]>([
    [
      'current, to outside',
      'TARGET_UNSAFE',
      async ({ at, outside }) => replace(at('current'), async (path) => symlink(outside, path)),
    ],
    [
      'current, to a relative outside',
      'TARGET_UNSAFE',
      async ({ at }) => replace(at('current'), async (path) => symlink(`releases/../../../../outside`, path)),
    ],
    ['current, as a folder', 'TARGET_UNSAFE', async ({ at }) => replace(at('current'), async (path) => mkdir(path))],
    [
      'current, as a file that points outside',
      'TARGET_UNSAFE',
      async ({ at }) => replace(at('current'), async (path) => writeFile(path, 'releases/../..')),
    ],
    [
      'history, to outside',
      'TARGET_UNSAFE',
      async ({ at, outside }) => replace(at('history.json'), async (path) => symlink(join(outside, 'AGENTS.md'), path)),
    ],
    [
      'the manifest, to outside',
      'written',
      async ({ at, outside }) => symlink(join(outside, 'AGENTS.md'), at('releases', `${next.digest}.json`)),
    ],
    [
      'a left-over, to outside',
      'written',
      async ({ at, outside }) => symlink(outside, at('releases', `.new-${'0'.repeat(32)}`)),
    ],
    [
      'a left-over with a link to outside in it',
      'written',
      async ({ at, outside }) => {
        const left = at('releases', `.new-${'0'.repeat(32)}`)
        await mkdir(join(left, 'deep'), { recursive: true })
        await symlink(outside, join(left, 'deep', 'link'))
      },
    ],
    [
      'an old release that is a link to outside',
      'written',
      async ({ at, outside }) => symlink(outside, at('releases', 'a'.repeat(64))),
    ],
    [
      'an old release with a link to outside in it',
      'written',
      async ({ at, outside }) => {
        await mkdir(at('releases', 'a'.repeat(64)))
        await symlink(outside, at('releases', 'a'.repeat(64), 'skills'))
      },
    ],
    [
      'a claim of the lock with a link in it',
      'written',
      async ({ at, outside }) => {
        await mkdir(at(`.lock-1.1.${'0'.repeat(16)}.${'0'.repeat(32)}`))
        await symlink(
          outside,
          at(`.lock-1.1.${'0'.repeat(16)}.${'0'.repeat(32)}`, `1.1.${'0'.repeat(16)}.${'0'.repeat(32)}`),
        )
      },
    ],
  ])('is never followed: %s', async (_, expected, plant) => {
    const scene = await makeAttackedScene({ isDeployed: true })
    const untouched = await snapshot(scene.outside)
    await plant(scene)
    const outcome = await deployBundle(next, scene.root, { keep: 1 }).then(
      () => 'written',
      (error: { code: string }) => error.code,
    )
    expect(outcome).toBe(expected)
    expect(await snapshot(scene.outside)).toEqual(untouched)
    if (outcome !== 'written') return
    expect(await isExactly(await realpath(scene.at('current')), next)).toBe(true)
    expect((await readdir(scene.at('releases'))).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('is not followed by rollback or readDeployment', async () => {
    for (const name of ['', 'releases', 'current', 'history.json']) {
      const { root, at, outside } = await makeAttackedScene({ isDeployed: true })
      await deployBundle(next, root)
      const untouched = await snapshot(outside)
      await replace(name === '' ? join(root, 'researcher') : at(name), async (path) => symlink(outside, path))
      await expect(rollback(root, { name: 'researcher' })).rejects.toMatchObject({ code: 'TARGET_UNSAFE' })
      await expect(readDeployment(root, 'researcher')).rejects.toMatchObject({ code: 'TARGET_UNSAFE' })
      expect(await snapshot(outside)).toEqual(untouched)
    }
  })
})

const attacks: Record<string, (scene: Scene & { readonly inside: string }) => Promise<unknown>> = {
  'the root becomes a link to outside': async ({ root, outside }) =>
    replace(root, async (path) => symlink(outside, path)),
  'the deployment becomes a link to outside': async ({ at, outside }) =>
    replace(at(), async (path) => symlink(outside, path)),
  'the deployment becomes another folder': async ({ at }) => replace(at(), async (path) => mkdir(path)),
  'releases becomes a link to outside': async ({ at, outside }) =>
    replace(at('releases'), async (path) => symlink(outside, path)),
  'releases becomes another folder': async ({ at }) => replace(at('releases'), async (path) => mkdir(path)),
  'the release appears as a link to outside': async ({ at, outside }) => symlink(outside, at('releases', next.digest)),
  'the release appears as a folder': async ({ at }) =>
    mkdir(at('releases', next.digest)).then(async () => mkdir(at('releases', next.digest, 'skills'))),
  'current becomes a link to outside': async ({ at, outside }) =>
    replace(at('current'), async (path) => symlink(outside, path)),
  'current becomes a folder': async ({ at }) => replace(at('current'), async (path) => mkdir(path)),
  'the manifest becomes a link to outside': async ({ at, outside }) =>
    replace(at('releases', `${next.digest}.json`), async (path) => symlink(join(outside, 'AGENTS.md'), path)),
  'what is being written becomes a link to outside': async ({ at, inside, outside }) => {
    const name = (await readdir(at('releases'))).find((entry) => entry.startsWith('.new-'))
    if (name === undefined) throw new Error('not there')
    await rename(at('releases', name), join(inside, 'stolen'))
    await symlink(outside, at('releases', name))
  },
  'the lock is taken away': async ({ at }) => rm(at('.lock'), { recursive: true }),
}

const steps: StepName[] = [
  'claiming',
  'locked',
  'found',
  'manifested',
  'made',
  'file',
  'written',
  'checked',
  'renamed',
  'recorded',
  'linked',
  'switched',
]

// The second way takes its own turns only in `Folder`.
const someSteps: StepName[] = ['locked', 'made', 'checked', 'linked']

describe.each([
  ['folders held by descriptor', true],
  ['folders compared', false],
])('deployBundle under attack, %s', (_, anchored) => {
  it.skipIf(anchored && process.platform !== 'linux').each(Object.entries(attacks))(
    'stays safe at every step: %s',
    async (name, attack) => {
      const attackAt = async (step: StepName) => {
        const scene = await makeAttackedScene({ isDeployed: true })
        const untouched = await snapshot(scene.outside)
        let isReached = false
        let isDone = false
        const ports: Partial<Ports> = {
          anchored,
          async step(at) {
            if (at !== step || isReached) return
            isReached = true
            isDone = await attack(scene).then(
              () => true,
              () => false,
            )
          },
        }
        const outcome = await withPorts(ports, async () => deployBundle(next, scene.root)).then(
          () => 'written',
          (error: { code: string }) => error.code,
        )
        const happened = `${step}: ${outcome}`
        expect(isReached, happened).toBe(true)

        const found = await snapshot(scene.outside)
        for (const [entry, { content }] of found) {
          // Where folders are compared, an empty file or folder can get out, see `Folder`.
          if (!anchored && !untouched.has(entry) && ['', sha256('')].includes(content)) found.delete(entry)
        }
        expect(found, happened).toEqual(untouched)
        expect(['written', 'TARGET_UNSAFE', 'TARGET_EXISTS', 'DEPLOY_LOCKED', 'DISK_ERROR'], happened).toContain(
          outcome,
        )
        // A reported deployment is complete, except for attacks after the last check.
        if (outcome === 'written' && step !== 'switched') {
          expect(await isExactly(await realpath(scene.at('current')), next), happened).toBe(true)
        }
        if (name === 'the lock is taken away' && !['claiming', 'switched'].includes(step))
          expect(outcome, happened).toBe('DEPLOY_LOCKED')
        return isDone
      }
      const done = await Promise.all((anchored ? steps : someSteps).map(attackAt))
      expect(done.filter(Boolean).length).toBeGreaterThanOrEqual(anchored ? 4 : 1)
    },
  )
})

describe('deployBundle with a planted pipe', () => {
  it('does not block on a pipe instead of a file', async () => {
    const { root, at } = await makeAttackedScene({ isDeployed: true })
    const { execFileSync } = await import('node:child_process')
    if (process.platform === 'win32') return
    for (const name of [join('releases', old.digest, 'AGENTS.md'), 'history.json']) {
      const text = await readFile(at(name))
      await rm(at(name))
      execFileSync('mkfifo', [at(name)])
      const code = name === 'history.json' ? 'TARGET_UNSAFE' : 'RELEASE_DAMAGED'
      await expect(deployBundle(name === 'history.json' ? next : old, root)).rejects.toMatchObject({ code })
      await rm(at(name))
      await writeFile(at(name), text)
    }
  })
})
