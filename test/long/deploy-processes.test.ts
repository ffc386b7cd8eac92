import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deployBundle, type DeployedBundle } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { Folder } from '../../packages/fleet/src/disk/folder.ts'
import { acquireLock } from '../../packages/fleet/src/deploy/lock.ts'
import { stepNames, withPorts } from '../../packages/fleet/src/disk/ports.ts'
import { createToken, judgeToken } from '../../packages/fleet/src/deploy/process-token.ts'
import { readDeployment } from '../../packages/fleet/src/deploy/read-deployment.ts'
import { rollback } from '../../packages/fleet/src/deploy/rollback.ts'
import { makeVersion } from '../support/deploy/bundles.ts'
import { expectTidy, expectWhole, killAtRandom } from '../support/deploy/checks.ts'
import { makeFolder } from '../support/deploy/folders.ts'
import { nextLine, run, start } from '../support/deploy/spawn-deploying.ts'

const versions = Array.from({ length: 8 }, (_, number) => makeVersion(number))
const digestOf = (number: number) => versions[number]!.digest

describe('deployBundle in several processes', () => {
  it('stays consistent with 8 processes at once', async () => {
    const root = await makeFolder()
    const folder = join(root, 'researcher')
    const options = { keep: 100 }
    const runs = await Promise.all(
      Array.from({ length: 8 }, async (_, number) => run({ does: 'deploy', root, versions: [number], options })),
    )
    expect(runs.map(({ code, errors }) => ({ code, errors }))).toEqual(runs.map(() => ({ code: 0, errors: '' })))
    await expectWhole(folder, versions)
    await expectTidy(folder)
    const results = runs.flatMap(({ output }) =>
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as DeployedBundle),
    )
    expect(results).toHaveLength(8)
    const { releases, current } = await readDeployment(root)
    expect(releases.map(({ digest }) => digest).toSorted()).toEqual(versions.map(({ digest }) => digest).toSorted())
    // The history is the order in which they took turns: each switch follows from the one before.
    const history = JSON.parse(await readFile(join(folder, 'history.json'), 'utf8')) as {
      entries: { digest: string }[]
    }
    expect(history.entries).toHaveLength(results.filter(({ changed }) => changed).length)
    expect(history.entries.at(-1)?.digest).toBe(current?.digest)
  })

  it('never holds the lock twice: no count is lost', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'count'), '0')
    const runs = await Promise.all(Array.from({ length: 4 }, async () => run({ does: 'count', folder, times: 10 })))
    expect(runs.map(({ code, errors }) => ({ code, errors }))).toEqual(runs.map(() => ({ code: 0, errors: '' })))
    expect(await readFile(join(folder, 'count'), 'utf8')).toBe('40')
    expect((await readdir(folder)).toSorted()).toEqual(['.lock', 'count'])
  })
})

describe('deployBundle without free descriptors', () => {
  it.skipIf(process.platform === 'win32')('fails cleanly and releases the lock', async () => {
    const root = await makeFolder()
    const { code, output, errors } = await run({ does: 'run out of descriptors', root }, [
      'sh',
      '-c',
      'ulimit -n 120; exec "$@"',
      'sh',
    ])
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(JSON.parse(output)).toEqual(['DISK_ERROR EMFILE', 'written'])
    await expectWhole(join(root, 'researcher'), versions)
    await expectTidy(join(root, 'researcher'))
  })
})

describe.concurrent('acquireLock', () => {
  const openFolder = async () => Folder.openRoot(await makeFolder(), { create: false })

  it('waits, then fails and names the owner', async () => {
    const root = await makeFolder()
    const folder = join(root, 'researcher')
    await mkdir(folder)
    const holder = start({ does: 'hold the lock', folder })
    await nextLine(holder)
    await expect(deployBundle(versions[0]!, root, { lockTimeoutMs: 200 })).rejects.toMatchObject({
      code: 'DEPLOY_LOCKED',
      message: expect.stringContaining(`held by process ${holder.pid}`),
    })
    holder.kill('SIGSTOP')
    // One that is stopped may go on at any time.
    await expect(deployBundle(versions[0]!, root, { lockTimeoutMs: 200 })).rejects.toMatchObject({
      code: 'DEPLOY_LOCKED',
    })
    holder.kill('SIGKILL')
    await once(holder, 'close')
    // Less than the silence after which a lock is taken in any case.
    expect(await deployBundle(versions[0]!, root, { lockTimeoutMs: 5_000 })).toMatchObject({ changed: true })
    await expectTidy(folder)
  })

  it.skipIf(process.platform !== 'linux')('takes the lock of a zombie process', async () => {
    const folder = await makeFolder()
    const command = JSON.stringify({ does: 'hold the lock', folder })
    const script = new URL('../support/deploy/deploying-process.ts', import.meta.url).pathname
    // The shell becomes a program that never asks after its children.
    const parent = spawn('sh', [
      '-c',
      '"$0" --conditions=@sallyport/source "$1" "$2" & echo $!; exec sleep 60',
      process.execPath,
      script,
      command,
    ])
    // The pid, and the line of the process: on a busy machine they may arrive together.
    let output = ''
    parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    while (output.split('\n').length <= 2) await nextLine(parent)
    const pid = Number(output.split('\n', 1)[0])
    process.kill(pid, 'SIGKILL')
    const opened = await Folder.openRoot(folder, { create: false })
    const lock = await acquireLock(opened, 5_000)
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ')
    await lock.release()
    await opened.close()
    parent.kill('SIGKILL')
  })

  it('judges dead, recycled, foreign and live owners', async () => {
    const own = await createToken()
    const [pid, begun, domain] = own.split('.') as [string, string, string, string]
    const random = 'a'.repeat(32)
    expect(await judgeToken(own)).toBe('alive')
    expect(await judgeToken(`${pid}.${Number(begun) + 1}.${domain}.${random}`)).toBe('dead')
    expect(await judgeToken(`4194305.${begun}.${domain}.${random}`)).toBe('dead')
    expect(await judgeToken(`${pid}.${begun}.${'b'.repeat(16)}.${random}`)).toBe('unknown')
    expect(await judgeToken('anything else')).toBe('unknown')
  })

  it('takes it from a silent foreign owner, not from a live one', async () => {
    // One second of silence in place of ten.
    const folder = await withPorts({ looksUntilSilent: 20 }, openFolder)
    const foreign = `1.1.${'b'.repeat(16)}.${'a'.repeat(32)}`
    const entry = join(folder.path, '.lock', foreign)
    await mkdir(join(folder.path, '.lock'))
    await writeFile(entry, '')
    const beat = setInterval(() => void utimes(entry, new Date(), new Date()), 200)
    await expect(acquireLock(folder, 2_000)).rejects.toMatchObject({
      code: 'DEPLOY_LOCKED',
      message: expect.stringContaining('another machine or container'),
    })
    clearInterval(beat)
    const begun = performance.now()
    const lock = await acquireLock(folder, 10_000)
    expect(performance.now() - begun).toBeGreaterThan(500)
    await lock.release()
    await folder.close()
  })

  it('sends a heartbeat each second', async () => {
    const folder = await openFolder()
    const lock = await acquireLock(folder, 1_000)
    const [token] = await readdir(join(folder.path, '.lock'))
    const inner = await folder.open('.lock')
    const before = (await inner.stat(token!))!.mtimeNs
    await expect.poll(async () => (await inner.stat(token!))!.mtimeNs).toBeGreaterThan(before)
    await lock.release()
    await expect(lock.check()).rejects.toMatchObject({ code: 'DEPLOY_LOCKED' })
    await Promise.all([inner.close(), folder.close()])
  })
})

describe.concurrent('a killed process', () => {
  const stepsOf = { deploy: stepNames, 'roll back': ['found', 'linked', 'switched'] } as const

  it.each(stepsOf.deploy)('leaves the old or the new version: deployment at "%s"', async (step) => {
    const root = await makeFolder()
    const folder = join(root, 'researcher')
    await deployBundle(versions[0]!, root)
    await deployBundle(versions[1]!, root)
    const count = step === 'file' ? 7 : 1
    const { signal } = await run({ does: 'deploy', root, versions: [2], options: { keep: 2 }, killAt: { step, count } })
    expect(signal).toBe('SIGKILL')
    const isNew = ['switched', 'discarded'].includes(step)
    // What is about to be removed must not look like a release any more.
    if (step === 'discarded') expect(await readdir(join(folder, 'releases'))).not.toContain(digestOf(0))
    expect(await expectWhole(folder, versions)).toBe(digestOf(isNew ? 2 : 1))
    expect(await readDeployment(root)).toMatchObject({
      current: { digest: digestOf(isNew ? 2 : 1) },
      previous: digestOf(isNew ? 1 : 0),
    })

    expect(await deployBundle(versions[2]!, root, { keep: 2 })).toMatchObject({
      previous: digestOf(1),
      changed: !isNew,
      leftovers: [],
    })
    expect(await expectWhole(folder, versions)).toBe(digestOf(2))
    await expectTidy(folder)
    expect((await rollback(root)).digest).toBe(digestOf(1))
  })

  it.each(stepsOf['roll back'])('leaves the old or the new version: rollback at "%s"', async (step) => {
    const root = await makeFolder()
    for (const number of [0, 1, 2]) await deployBundle(versions[number]!, root)
    const { signal } = await run({ does: 'roll back', root, killAt: { step, count: 1 } })
    expect(signal).toBe('SIGKILL')
    const isDone = step === 'switched'
    expect(await expectWhole(join(root, 'researcher'), versions)).toBe(digestOf(isDone ? 1 : 2))
    expect((await rollback(root)).digest).toBe(digestOf(isDone ? 0 : 1))
  })

  // Two times 15, side by side.
  it.each([1, 2])('leaves a complete version, 30 times at random (%i)', async () => {
    const root = await makeFolder()
    const { midway } = await killAtRandom(root, { times: 15, versions: [0, 1], longestMs: 60 })
    expect(midway).toBeGreaterThan(2)
    await deployBundle(versions[2]!, root)
    expect(await expectWhole(join(root, 'researcher'), versions)).toBe(digestOf(2))
    await expectTidy(join(root, 'researcher'))
  })
})
