import { readdir, readlink, realpath } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import type { AgentBundle } from '../../../packages/fleet/src/bundle/agent-bundle.ts'
import { exists, isExactly, makeVersion } from './bundles.ts'
import { nextLine, start } from './spawn-deploying.ts'

/**
 * Checks the state after any kill, without the code under test: `current` is missing or leads to one of the versions, complete
 * to the last byte, and so is every release. Returns the current digest.
 */
export async function expectWhole(folder: string, versions: readonly AgentBundle[]): Promise<string | undefined> {
  const releases = join(folder, 'releases')
  const digests = (await exists(releases))
    ? (await readdir(releases)).filter((name) => /^[0-9a-f]{64}$/.test(name))
    : []
  for (const digest of digests) {
    const version = versions.find((each) => each.digest === digest)
    expect(version, `an unknown release ${digest}`).toBeDefined()
    expect(await isExactly(join(releases, digest), version!), `half a release ${digest}`).toBe(true)
    expect(await exists(join(releases, `${digest}.json`)), `a release without manifest ${digest}`).toBe(true)
  }
  const current = join(folder, 'current')
  if (!(await exists(current))) return undefined
  const digest = (await readlink(current)).slice('releases/'.length)
  expect(digests).toContain(digest)
  expect(await realpath(current)).toBe(join(await realpath(releases), digest))
  return digest
}

/** Checks the state after a finished deployment: nothing unfinished is left. */
export async function expectTidy(folder: string): Promise<void> {
  expect((await readdir(folder)).toSorted()).toEqual(['.lock', 'current', 'history.json', 'releases'])
  expect(await readdir(join(folder, '.lock'))).toEqual([])
  const names = await readdir(join(folder, 'releases'))
  const digests = names.filter((name) => /^[0-9a-f]{64}$/.test(name))
  expect(names.toSorted()).toEqual([...digests, ...digests.map((digest) => `${digest}.json`)].toSorted())
}

/**
 * Kills a process that deploys versions in turns, repeatedly and at random; every version on disk must be whole. Returns how
 * often a kill hit the middle of a deployment.
 */
export async function killAtRandom(
  root: string,
  { times, versions, longestMs }: { times: number; versions: readonly number[]; longestMs: number },
): Promise<{ midway: number }> {
  const bundles = versions.map((version) => makeVersion(version))
  const folder = join(root, 'researcher')
  let midway = 0
  for (let turn = 0; turn < times; turn += 1) {
    const child = start({ does: 'deploy forever', root, versions, keep: 1 })
    await nextLine(child)
    await wait(Math.random() * longestMs)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(await expectWhole(folder, bundles)).toBeDefined()
    midway += Number((await readdir(join(folder, '.lock'))).length > 0)
  }
  return { midway }
}
