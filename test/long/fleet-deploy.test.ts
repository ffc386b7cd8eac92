import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { deployBundle } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { extractBundle } from '../../packages/fleet/src/deploy/extract-bundle.ts'
import { isExactly, makeBundle, makeVersion } from '../support/deploy/bundles.ts'
import { expectTidy, expectWhole, killAtRandom } from '../support/deploy/checks.ts'
import { makeFolder } from '../support/deploy/folders.ts'
import { nextLine, run, start } from '../support/deploy/spawn-deploying.ts'

const versions = Array.from({ length: 6 }, (_, number) => makeVersion(number))

describe('deployBundle', () => {
  it('leaves a complete version when killed 400 times at random', async () => {
    const root = await makeFolder()
    const { midway } = await killAtRandom(root, { times: 400, versions: [0, 1, 2], longestMs: 80 })
    console.log(`${midway} of 400 kills came in the middle of a deployment`)
    expect(midway).toBeGreaterThan(100)
    await deployBundle(versions[3]!, root)
    expect(await expectWhole(join(root, 'researcher'), versions)).toBe(versions[3]!.digest)
    await expectTidy(join(root, 'researcher'))
  })

  it('leaves a complete version when several processes are killed', async () => {
    const root = await makeFolder()
    const end = performance.now() + 60_000
    let kills = 0
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (performance.now() < end) {
          const child = start({ does: 'deploy forever', root, versions: [0, 1, 2, 3, 4, 5], keep: 2 })
          await Promise.race([nextLine(child), wait(5_000)])
          await wait(Math.random() * 500)
          child.kill('SIGKILL')
          await once(child, 'close')
          kills += 1
        }
      }),
    )
    console.log(`${kills} kills`)
    await expectWhole(join(root, 'researcher'), versions)
    await deployBundle(versions[0]!, root)
    expect(await expectWhole(join(root, 'researcher'), versions)).toBe(versions[0]!.digest)
    await expectTidy(join(root, 'researcher'))
  })
})

describe('deployment lock', () => {
  it('has one owner at a time while owners are killed', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'count'), '0')
    const seen: number[] = []
    let kills = 0
    const end = performance.now() + 60_000
    // A busy machine gets the turns it needs, too.
    const isEnough = (): boolean => performance.now() >= end && seen.length > 500
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        while (!isEnough()) {
          const child = start({ does: 'count', folder, times: 1_000 })
          let output = ''
          child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()))
          await Promise.race([nextLine(child), wait(5_000)])
          await wait(Math.random() * 200)
          child.kill('SIGKILL')
          await once(child, 'close')
          kills += 1
          // The last line may be cut off.
          seen.push(...output.split('\n').slice(0, -1).map(Number))
        }
      }),
    )
    console.log(`${seen.length} turns, ${kills} kills`)
    expect(seen.length).toBeGreaterThan(500)
    // Two at once would read the same number.
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('lets many processes take turns', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'count'), '0')
    const runs = await Promise.all(Array.from({ length: 16 }, async () => run({ does: 'count', folder, times: 40 })))
    const seen = runs.flatMap(({ output }) => output.trim().split('\n').map(Number))
    expect(seen.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 16 * 40 }, (_, count) => count))
  })
})

describe('deployBundle, largest bundle', () => {
  it('deploys it within seconds', async () => {
    const content: Record<string, string | Uint8Array> = { 'AGENTS.md': '# Large\n' }
    for (let index = 0; index < 9_990; index += 1)
      content[`skills/skill-${index % 100}/file-${index}.md`] = `${index}\n`.repeat(100)
    for (let index = 0; index < 3; index += 1)
      content[`skills/large/${index}.bin`] = new Uint8Array(32 * 1024 * 1024).fill(index)
    const bundle = makeBundle(content, 'Large')
    const root = await makeFolder()
    const begun = performance.now()
    const { path } = await extractBundle(bundle, join(root, 'fleet'))
    const [extracted, middle] = [performance.now() - begun, performance.now()]
    await deployBundle(bundle, root)
    const [deployed, last] = [performance.now() - middle, performance.now()]
    await deployBundle(bundle, root)
    const again = performance.now() - last
    console.log(
      `${bundle.files.length} files: extracted in ${extracted | 0} ms, deployed in ${deployed | 0} ms, compared in ${again | 0} ms`,
    )
    expect(await isExactly(path, bundle)).toBe(true)
  })
})
