import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import JSZip from 'jszip'
import { beforeEach, describe, expect, it } from 'vitest'
import { readBundle } from '../../packages/fleet/src/bundle/read-bundle.ts'
import { deployBundle, type DeployOptions } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { extractBundle } from '../../packages/fleet/src/deploy/extract-bundle.ts'
import { stepNames, withPorts } from '../../packages/fleet/src/disk/ports.ts'
import {
  checkRelease,
  listDeployments,
  listReleases,
  readDeployment,
} from '../../packages/fleet/src/deploy/read-deployment.ts'
import { readPublished } from '../../packages/fleet/src/deploy/read-published.ts'
import { rollback } from '../../packages/fleet/src/deploy/rollback.ts'
import { exists, isExactly, makeBundle, makeVersion, snapshot } from '../support/deploy/bundles.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const versions = Array.from({ length: 8 }, (_, number) => makeVersion(number, { files: 1 }))
type Bundle = (typeof versions)[number]
const [a, b, c, d] = versions as [Bundle, Bundle, Bundle, Bundle, ...Bundle[]]

let root: string
beforeEach(async () => {
  root = join(await makeFolder(), 'agents')
})

const deploy = async (version: Bundle, options?: DeployOptions) => deployBundle(version, root, options)
const at = (...parts: string[]) => join(root, 'researcher', ...parts)
const names = async (...parts: string[]) => (await readdir(at(...parts))).toSorted()

describe('deployBundle', () => {
  it('writes releases, manifest and current', async () => {
    const publisher = { userId: 'u-1', email: 'ann@example.com', other: 'not kept' }
    const now = () => Date.UTC(2026, 0, 2, 3, 4, 5)
    const result = await deploy(a, { publisher, action: 'Deploy to Production', now })
    const path = at('releases', a.digest)
    expect(result).toEqual({
      name: 'researcher',
      digest: a.digest,
      path,
      changed: true,
      rebuilt: false,
      pruned: [],
      leftovers: [],
    })
    expect(await isExactly(path, a)).toBe(true)
    expect(await readlink(at('current'))).toBe(`releases/${a.digest}`)
    expect(await isExactly(await realpath(at('current')), a)).toBe(true)
    expect(JSON.parse(await readFile(at('releases', `${a.digest}.json`), 'utf8'))).toEqual({
      format: 1,
      digest: a.digest,
      deployedAt: '2026-01-02T03:04:05.000Z',
      agent: 'Researcher',
      action: 'Deploy to Production',
      publisher: { userId: 'u-1', email: 'ann@example.com' },
      files: a.files.map(({ path: file, bytes, sha256 }) => ({ path: file, size: bytes.length, sha256 })),
    })
    expect(await names()).toEqual(['.lock', 'current', 'history.json', 'releases'])
    expect(await names('.lock')).toEqual([])
    expect(await names('releases')).toEqual([a.digest, `${a.digest}.json`])
  })

  it('deploys the result of readBundle under its digest', async () => {
    const zip = new JSZip()
    for (const { path, bytes } of a.files) zip.file(path, bytes)
    const bundle = await readBundle(await zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' }))
    expect(bundle.digest).toBe(a.digest)
    expect(await isExactly((await deploy(bundle)).path, a)).toBe(true)
    expect(await deploy(a)).toMatchObject({ changed: false })
  })

  it('changes nothing if the digest is already current', async () => {
    await deploy(a)
    await deploy(b, { action: 'first' })
    const before = await snapshot(root)
    expect(await deploy(b, { action: 'second' })).toMatchObject({
      digest: b.digest,
      previous: a.digest,
      changed: false,
      pruned: [],
    })
    expect(await snapshot(root)).toEqual(before)
  })

  it('switches to an existing release without writing it again', async () => {
    await deploy(a, { action: 'first' })
    await deploy(b)
    const written: string[] = []
    const step = (name: string) => void written.push(name)
    expect(await withPorts({ step }, async () => deploy(a, { action: 'second' }))).toMatchObject({
      previous: b.digest,
      changed: true,
    })
    expect(written).toEqual(['claiming', 'locked', 'found', 'recorded', 'linked', 'switched'])
    expect((await readDeployment(root)).current).toMatchObject({ digest: a.digest, manifest: { action: 'first' } })
  })

  it.each([
    [1, 2],
    [2, 2],
    [3, 3],
    [5, 5],
    [100, 8],
  ])('with keep %i keeps %i of 8 releases', async (keep, kept) => {
    const pruned: string[] = []
    for (const version of versions) pruned.push(...(await deploy(version, { keep })).pruned)
    const expected = versions.map(({ digest }) => digest)
    expect(pruned).toEqual(expected.slice(0, 8 - kept))
    expect((await listReleases(root)).map(({ digest }) => digest)).toEqual(expected.slice(8 - kept).toReversed())
    expect(await names('releases')).toHaveLength(2 * kept)
  })

  it('keeps 5 by default and prunes the oldest', async () => {
    for (const version of [...versions.slice(0, 5), a]) await deploy(version)
    expect((await deploy(versions[5]!)).pruned).toEqual([b.digest])
    expect((await deploy(versions[6]!)).pruned).toEqual([c.digest])
  })

  it('does not prune the previous release after a rollback', async () => {
    for (const version of [a, b, c]) await deploy(version)
    await rollback(root)
    await deploy(d, { keep: 2 })
    expect(await readDeployment(root)).toMatchObject({ current: { digest: d.digest }, previous: b.digest })
    expect(await listReleases(root)).toHaveLength(2)
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity])('rejects keep %d', async (keep) => {
    await expect(deploy(a, { keep })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    expect(await exists(root)).toBe(false)
  })

  it.each([
    ['Meeting preparer', /^meeting-preparer$/],
    ['  Über-Agent №5!  ', /^uber-agent-no5-[0-9a-f]{12}$/],
    ['日本語', /^日本語-[0-9a-f]{12}$/],
    ['...', /^agent-[0-9a-f]{12}$/],
    ['con', /^con-[0-9a-f]{12}$/],
    ['../../etc', /^etc-[0-9a-f]{12}$/],
  ])('names the deployment of %j %j', async (agent, expected) => {
    const { name, path } = await deploy(makeBundle({ 'AGENTS.md': 'x' }, agent))
    expect(name).toMatch(expected)
    expect(path).toContain(join(root, name))
    expect(await listDeployments(root)).toEqual([name])
    expect(await readDeployment(root, name)).toMatchObject({ current: { path } })
  })

  it.each([undefined, '', ' ', 'a\ud800'])('needs a name when the agent is called %j', async (agent) => {
    await expect(deploy(makeBundle({ 'AGENTS.md': 'x' }, agent))).rejects.toMatchObject({ code: 'NAME_INVALID' })
    expect((await deploy(makeBundle({ 'AGENTS.md': 'x' }, agent), { name: 'a' })).name).toBe('a')
  })

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '/a',
    '.hidden',
    'a b',
    'a\0',
    'com1',
    'a.',
    '-a',
    'x'.repeat(65),
    'C:',
  ])('rejects the name %j', async (name) => {
    await expect(deploy(a, { name })).rejects.toMatchObject({ code: 'NAME_INVALID' })
    expect(await exists(root)).toBe(false)
  })

  it('rejects a bundle whose digest does not match its files', async () => {
    await expect(deploy({ ...a, digest: '../../out' })).rejects.toMatchObject({ code: 'BUNDLE_ALTERED' })
    await expect(deploy({ ...a, files: a.files.slice(1) })).rejects.toMatchObject({ code: 'BUNDLE_ALTERED' })
    expect(await exists(root)).toBe(false)
  })

  it('keeps the old version if a file changed after reading', async () => {
    await deploy(a)
    const altered = makeVersion(77, { files: 1 })
    altered.files[2]!.bytes[0]! ^= 1
    await expect(deploy(altered)).rejects.toMatchObject({ code: 'BUNDLE_ALTERED' })
    expect(await readDeployment(root)).toMatchObject({
      current: { digest: a.digest },
      releases: [{ digest: a.digest }],
    })
    expect((await names('releases')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('deploys under several names side by side', async () => {
    await Promise.all(['one', 'two', 'three'].map(async (name, index) => deploy(versions[index]!, { name })))
    expect(await listDeployments(root)).toEqual(['one', 'three', 'two'])
    expect((await readDeployment(root, 'two')).current?.digest).toBe(b.digest)
    await expect(readDeployment(root)).rejects.toMatchObject({
      code: 'NAME_INVALID',
      message: expect.stringContaining('one, three, two'),
    })
  })

  it('runs deployments under one name one after the other', async () => {
    const results = await Promise.all(versions.map(async (version) => deploy(version, { keep: 100 })))
    expect(results.filter(({ changed }) => changed)).toHaveLength(8)
    expect(new Set(results.map(({ previous }) => previous)).size).toBe(8)
    for (const version of versions) expect(await isExactly(at('releases', version.digest), version)).toBe(true)
  })

  it('points by a file where links are not possible', async () => {
    const ports = { pointer: 'file' } as const
    await withPorts(ports, async () => deploy(a))
    await withPorts(ports, async () => deploy(b))
    expect(await readFile(at('current'), 'utf8')).toBe(`releases/${b.digest}\n`)
    expect(await readDeployment(root)).toMatchObject({ current: { digest: b.digest }, previous: a.digest })
    await withPorts(ports, async () => rollback(root))
    expect(await readFile(at('current'), 'utf8')).toBe(`releases/${a.digest}\n`)
  })

  it('works without descriptors of folders', async () => {
    await withPorts({ anchored: false }, async () => {
      await deploy(a)
      expect((await deploy(b, { keep: 2 })).previous).toBe(a.digest)
      expect((await deploy(c, { keep: 2 })).pruned).toEqual([a.digest])
      expect((await rollback(root)).digest).toBe(b.digest)
    })
    expect(await isExactly(await realpath(at('current')), b)).toBe(true)
  })
})

describe('a damaged release', () => {
  const damages: Record<string, (path: string) => Promise<void>> = {
    'a file changed': async (path) => writeFile(join(path, 'AGENTS.md'), '# Researcher, version X\n'),
    'a file grown': async (path) => writeFile(join(path, 'AGENTS.md'), 'more', { flag: 'a' }),
    'a file missing': async (path) => rm(join(path, 'tools.json')),
    'a file added': async (path) => writeFile(join(path, 'skills', '.env'), 'x'),
    'an empty folder added': async (path) => mkdir(join(path, 'empty')),
    'a folder missing': async (path) => rm(join(path, 'subagents'), { recursive: true }),
    'a link in place of a file': async (path) => {
      await rm(join(path, 'AGENTS.md'))
      await symlink('tools.json', join(path, 'AGENTS.md'))
    },
    'a link in place of a folder': async (path) => {
      await rm(join(path, 'skills'), { recursive: true })
      await symlink('subagents', join(path, 'skills'))
    },
    'a folder in place of a file': async (path) => {
      await rm(join(path, 'AGENTS.md'))
      await mkdir(join(path, 'AGENTS.md'))
    },
    'another name for a file': async (path) => {
      const outside = at('kept.md')
      await rm(outside, { force: true })
      await link(join(path, 'AGENTS.md'), outside)
    },
    ...Object.fromEntries(
      [
        ['a file that may be run', 'AGENTS.md', 0o755],
        ['a file that others may write', 'AGENTS.md', 0o646],
        ['a file with a user id', 'tools.json', 0o4644],
        ['a file that only its owner may read', 'tools.json', 0o600],
        ['a folder that others may write', 'skills', 0o777],
        ['a folder with the sticky bit', 'subagents/critic', 0o1755],
        ['the release itself, writable for its group', '.', 0o775],
      ].map(([name, inside, mode]) => [name, async (path: string) => chmod(join(path, String(inside)), Number(mode))]),
    ),
  }

  it.each(Object.entries(damages))('is rejected if current, not rolled back to, and rebuilt: %s', async (_, damage) => {
    await deploy(a)
    await deploy(b)
    await damage(at('releases', a.digest))
    expect(await checkRelease(root, { digest: a.digest })).toHaveLength(1)
    await expect(rollback(root)).rejects.toMatchObject({ code: 'RELEASE_DAMAGED' })
    await expect(readPublished(root, { digest: a.digest })).rejects.toMatchObject({ code: 'RELEASE_DAMAGED' })
    expect((await readDeployment(root)).current?.digest).toBe(b.digest)

    expect(await deploy(a)).toMatchObject({ changed: true, rebuilt: true, previous: b.digest })
    expect(await isExactly(at('releases', a.digest), a)).toBe(true)
    expect(await checkRelease(root)).toEqual([])

    await damage(at('releases', a.digest))
    const before = await snapshot(root)
    await expect(deploy(a)).rejects.toMatchObject({ code: 'RELEASE_DAMAGED' })
    expect(await snapshot(root)).toEqual(before)
    expect(await deploy(c)).toMatchObject({ changed: true, previous: a.digest })
  })

  it('is reported with its problems', async () => {
    await deploy(a)
    await writeFile(at('current', 'AGENTS.md'), 'x')
    await writeFile(at('current', 'note\u001b[31m'), 'x')
    expect(await checkRelease(root)).toEqual([
      { path: 'AGENTS.md', problem: 'changed' },
      { path: 'note\u001b[31m', problem: 'extra' },
    ])
    await expect(deploy(a)).rejects.toThrow(`releases/${a.digest}: "AGENTS.md" is changed and 1 more`)
  })

  it.skipIf(process.platform === 'win32')('is reported with changed modes and further names', async () => {
    await deploy(a)
    const path = at('releases', a.digest)
    await chmod(path, 0o700)
    await chmod(join(path, 'AGENTS.md'), 0o4755)
    await chmod(join(path, 'skills'), 0o2755)
    await link(join(path, 'tools.json'), at('kept.json'))
    // Both are changed: the content is reported.
    await writeFile(join(path, 'config.json'), '{}')
    await chmod(join(path, 'config.json'), 0o777)
    expect(await checkRelease(root)).toEqual([
      { path: '.', problem: 'mode' },
      { path: 'AGENTS.md', problem: 'mode' },
      { path: 'config.json', problem: 'changed' },
      { path: 'skills', problem: 'mode' },
      { path: 'tools.json', problem: 'linked' },
    ])
    await expect(deploy(a)).rejects.toThrow(`releases/${a.digest}: "." has another mode and 4 more`)
    expect((await readdir(at('releases'))).toSorted()).toEqual([a.digest, `${a.digest}.json`])
  })

  it.skipIf(process.platform === 'win32')('is not one below a folder whose group is inherited', async () => {
    await mkdir(root)
    await chmod(root, 0o2777)
    await deploy(a)
    expect(await checkRelease(root)).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('is not one whose disk keeps no modes', async () => {
    // As on FAT, and on many network disks: any mode may be set, and none is kept.
    await withPorts({ chmod: async () => undefined }, async () => {
      await deploy(a)
      await deploy(b)
      expect((await stat(at('releases', a.digest))).mode & 0o777).not.toBe(0o755)
      expect(await checkRelease(root, { digest: a.digest })).toEqual([])
      expect(await rollback(root)).toMatchObject({ digest: a.digest })
      await link(at('current', 'AGENTS.md'), at('kept.md'))
      expect(await checkRelease(root)).toEqual([{ path: 'AGENTS.md', problem: 'linked' }])
      await rm(at('kept.md'))
      expect((await extractBundle(a, join(root, 'extracted'))).path).toBe(join(root, 'extracted'))
    })
    expect(await readdir(root)).toEqual(['extracted', 'researcher'])
  })

  it('gets a new manifest, and rollback rejects it before', async () => {
    await deploy(a)
    await deploy(b)
    const manifest = at('releases', `${a.digest}.json`)
    const text = await readFile(manifest, 'utf8')
    for (const forged of [
      undefined,
      '',
      '{}',
      'null',
      text.replace('AGENTS.md', 'AGENTS.MD'),
      text.replaceAll(a.digest, b.digest),
    ]) {
      if (forged === undefined) await rm(manifest)
      else await writeFile(manifest, forged)
      await expect(rollback(root)).rejects.toMatchObject({ code: 'RELEASE_DAMAGED' })
      expect((await listReleases(root)).find(({ digest }) => digest === a.digest)).toMatchObject({
        manifest: undefined,
      })
    }
    await deploy(a)
    expect((await readDeployment(root)).current?.manifest?.files).toHaveLength(a.files.length)
  })

  it('loses only its order with the history', async () => {
    for (const version of [a, b, c]) await deploy(version)
    for (const forged of ['', '[]', '{"format":1,"entries":[{"digest":"../x","deployedAt":""}]}']) {
      await writeFile(at('history.json'), forged)
      expect(await readDeployment(root)).toMatchObject({ current: { digest: c.digest } })
      await expect(rollback(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
    }
    expect((await deploy(d)).previous).toBe(c.digest)
    expect((await rollback(root)).digest).toBe(c.digest)
  })

  it('is not caused by a publisher or action of megabytes', async () => {
    await deploy(a)
    const long = 'é'.repeat(9_000_000)
    await deploy(b, { publisher: { userId: long, email: long }, action: long })
    const { current, previous } = await readDeployment(root)
    const kept = 'é'.repeat(320)
    expect(current?.manifest).toMatchObject({ publisher: { userId: kept, email: kept }, action: kept })
    expect(previous).toBe(a.digest)
    expect((await rollback(root)).digest).toBe(a.digest)
  })

  it('is written again if it was deleted', async () => {
    await deploy(a)
    await rm(at('releases', a.digest), { recursive: true })
    expect((await readDeployment(root)).current).toBeUndefined()
    await deploy(a)
    expect(await isExactly(await realpath(at('current')), a)).toBe(true)
  })
})

describe('rollback', () => {
  it('goes back step by step and forward by digest', async () => {
    for (const version of [a, b, c]) await deploy(version)
    expect(await rollback(root)).toEqual({
      name: 'researcher',
      digest: b.digest,
      path: at('releases', b.digest),
      from: c.digest,
      previous: a.digest,
      changed: true,
    })
    expect(await rollback(root)).toMatchObject({ digest: a.digest, from: b.digest })
    await expect(rollback(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
    expect(await isExactly(await realpath(at('current')), a)).toBe(true)

    expect(await rollback(root, { to: c.digest })).toMatchObject({
      digest: c.digest,
      from: a.digest,
      previous: a.digest,
    })
    expect(await rollback(root, { to: c.digest })).toMatchObject({ digest: c.digest, changed: false })
    expect(await rollback(root)).toMatchObject({ digest: a.digest })
  })

  it('passes a release that was deployed twice only once', async () => {
    for (const version of [a, b, a]) await deploy(version)
    expect((await rollback(root)).digest).toBe(b.digest)
    expect((await rollback(root)).digest).toBe(a.digest)
    await expect(rollback(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
  })

  it('skips missing releases', async () => {
    for (const version of [a, b, c]) await deploy(version)
    await rm(at('releases', b.digest), { recursive: true })
    expect((await rollback(root)).digest).toBe(a.digest)
  })

  it.each(['f'.repeat(64), 'x', '../releases', ''])('rejects the digest %j', async (to) => {
    await deploy(a)
    await expect(rollback(root, { to })).rejects.toMatchObject({ code: 'NO_RELEASE' })
  })

  it('fails without a release to go back to', async () => {
    await expect(rollback(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
    await mkdir(root)
    await expect(rollback(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
    await expect(rollback(root, { name: 'nobody' })).rejects.toMatchObject({ code: 'NO_RELEASE' })
    expect(await readdir(root)).toEqual([])
    await deploy(a)
    await expect(rollback(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
  })
})

describe('readDeployment', () => {
  it('lists releases, most recent first', async () => {
    for (const version of [a, b, c, a]) await deploy(version)
    const deployment = await readDeployment(root, 'researcher')
    expect(deployment).toMatchObject({
      name: 'researcher',
      path: at(),
      current: { digest: a.digest },
      previous: c.digest,
    })
    expect(deployment.releases.map(({ digest, isCurrent }) => [digest, isCurrent])).toEqual([
      [a.digest, true],
      [c.digest, false],
      [b.digest, false],
    ])
  })

  it('reports errors of the file system', async () => {
    await expect(readDeployment(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
    await expect(listDeployments(root)).rejects.toMatchObject({ code: 'DISK_ERROR', cause: { code: 'ENOENT' } })
    await expect(checkRelease(root)).rejects.toMatchObject({ code: 'NO_RELEASE' })
  })

  it.skipIf(process.geteuid?.() === 0)('reports a root without permission to write', async () => {
    await mkdir(root, { mode: 0o500 })
    await expect(deploy(a)).rejects.toMatchObject({ code: 'DISK_ERROR', cause: { code: 'EACCES' } })
    await chmod(root, 0o700)
  })
})

describe('deployment', () => {
  it.skipIf(process.platform !== 'linux')('leaves no descriptor open, even after failures', async () => {
    const count = async () => (await readdir('/proc/self/fd')).length
    await deploy(a)
    const before = await count()
    for (let turn = 0; turn < 2; turn += 1) {
      await deploy(b, { keep: 1 })
      await deploy(c, { keep: 1 })
      await deploy(a)
      await rollback(root)
      await readDeployment(root)
      await checkRelease(root)
      await listDeployments(root)
      await Promise.allSettled([
        deploy({ ...d, digest: a.digest }),
        rollback(root, { to: d.digest }),
        deploy(a, { name: 'releases/x' }),
        deployBundle(a, at('current', 'AGENTS.md')),
        deployBundle(a, at('current', 'AGENTS.md', 'x')),
        extractBundle(a, at('current')),
        extractBundle(a, at('releases', a.digest)),
      ])
      for (const step of stepNames) {
        const stop = (name: string) => {
          if (name === step) throw new Error('stopped')
        }
        await withPorts({ step: stop }, async () => {
          await deploy(d).catch(() => undefined)
          await extractBundle(d, join(root, `${turn}${step}`)).catch(() => undefined)
          await rollback(root).catch(() => undefined)
        })
      }
    }
    expect(await count()).toBe(before)
    await deploy(a)
    expect((await names()).filter((name) => name.startsWith('.'))).toEqual(['.lock'])
    expect((await names('releases')).filter((name) => name.startsWith('.'))).toEqual([])
  })
})
