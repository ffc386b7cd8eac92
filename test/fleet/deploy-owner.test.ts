import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { deployBundle, type DeployOptions } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { readDeployment } from '../../packages/fleet/src/deploy/read-deployment.ts'
import { rollback } from '../../packages/fleet/src/deploy/rollback.ts'
import { makeBundle, snapshot } from '../support/deploy/bundles.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const version = (agent: string | undefined, number: number) =>
  makeBundle({ 'AGENTS.md': `${agent} ${number}`, 'config.json': JSON.stringify({ name: agent }) }, agent)

let root: string
beforeEach(async () => {
  root = await makeFolder()
})

const deploy = async (agent: string | undefined, number: number, options: DeployOptions = {}) =>
  deployBundle(version(agent, number), root, { name: 'shared', keep: 1, ...options })
const releases = () => join(root, 'shared', 'releases')

describe('a deployment of one agent', () => {
  it.each([
    ['Ann', 'Bob'],
    ['Ann', 'ann'],
    ['研究助手', '研究助理'],
  ])('of %j rejects %j and changes nothing', async (owner, other) => {
    await deploy(owner, 1)
    await deploy(owner, 2)
    const before = await snapshot(root)
    const rejected = await deploy(other, 1).catch((error: unknown) => error)
    expect(rejected).toMatchObject({
      code: 'DEPLOYMENT_TAKEN',
      path: 'shared',
      message: `The deployment belongs to another agent: shared: it is of "${owner}", not of "${other}"`,
    })
    expect(await snapshot(root)).toEqual(before)
  })

  it.each([
    ['Ann', undefined],
    [undefined, 'Ann'],
  ])('of %j takes %j, and prunes nothing of the other', async (owner, other) => {
    const first = [await deploy(owner, 1), await deploy(owner, 2)]
    const second = [await deploy(other, 3), await deploy(other, 4), await deploy(other, 5)]
    expect(second.flatMap(({ pruned }) => pruned)).not.toContain(first[0]!.digest)
    expect(await readdir(releases())).toEqual(expect.arrayContaining(first.map(({ digest }) => digest)))
    await expect(deploy('Bob', 6)).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
  })

  it('keeps its folder when the agent was renamed', async () => {
    await deploy('Ann', 1)
    const { digest } = await deploy('Anna', 2, { agent: 'Ann' })
    expect((await readDeployment(root)).current).toMatchObject({ digest, manifest: { agent: 'Ann' } })
    await expect(deploy('Anna', 3)).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
    expect((await rollback(root)).from).toBe(digest)
  })

  it('names its folder after the given agent', async () => {
    expect((await deploy('Anna', 1, { agent: 'Ann', name: undefined })).name).toBe('ann')
  })

  it('takes both Unicode forms of a name as one agent', async () => {
    await deploy('Zo\u00e9', 1)
    expect(await deploy('Zoe\u0301', 2)).toMatchObject({ changed: true })
  })

  it('may have a name of megabytes', async () => {
    const long = '名'.repeat(1_000_000)
    const first = await deploy(long, 1)
    expect((await deploy(long, 2)).previous).toBe(first.digest)
    expect((await readDeployment(root)).current?.manifest?.agent).toMatch(/^sha256:[0-9a-f]{64}$/)
    for (const other of [`${long}2`, (await readDeployment(root)).current!.manifest!.agent])
      await expect(deploy(other, 3)).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
  })

  it('is known by its history when manifests are damaged', async () => {
    const { digest } = await deploy('Ann', 1)
    await writeFile(join(releases(), `${digest}.json`), '{}')
    await expect(deploy('Bob', 1)).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
    expect((await deploy('Ann', 2)).previous).toBe(digest)
  })

  it('is known by its manifests when the history is lost', async () => {
    await deploy('Ann', 1)
    await rm(join(root, 'shared', 'history.json'))
    await expect(deploy('Bob', 1)).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
  })
})

describe('a release that was copied from another agent', () => {
  /** Ann's deployment with a release of Bob in it. */
  async function mix() {
    const ann = [await deploy('Ann', 1), await deploy('Ann', 2)]
    const bob = await deploy('Bob', 1, { name: 'bob' })
    await cp(join(root, 'bob', 'releases'), releases(), { recursive: true })
    return { ann, bob }
  }

  it('is not rolled back to', async () => {
    const { bob } = await mix()
    const before = await snapshot(root)
    await expect(rollback(root, { name: 'shared', to: bob.digest })).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
    expect(await snapshot(root)).toEqual(before)
  })

  it('is no previous release', async () => {
    const { ann, bob } = await mix()
    const entry = (digest: string) => ({ digest, deployedAt: '2026-01-01T00:00:00.000Z' })
    const entries = [entry(ann[0]!.digest), entry(bob.digest), entry(ann[1]!.digest)]
    await writeFile(join(root, 'shared', 'history.json'), JSON.stringify({ format: 1, entries }))
    expect((await readDeployment(root, 'shared')).previous).toBe(ann[0]!.digest)
    expect((await rollback(root, { name: 'shared' })).digest).toBe(ann[0]!.digest)
  })

  it('stops deployments until it is taken out', async () => {
    const { bob } = await mix()
    await expect(deploy('Ann', 3)).rejects.toMatchObject({ code: 'DEPLOYMENT_TAKEN' })
    expect(await readdir(releases())).toContain(bob.digest)
  })
})

describe('a release of an unknown agent', () => {
  it('is not pruned', async () => {
    const { digest } = await deploy('Ann', 1)
    await rm(join(releases(), `${digest}.json`))
    await rm(join(root, 'shared', 'history.json'))
    await deploy('Ann', 2)
    await deploy('Ann', 3)
    await deploy('Ann', 4)
    expect(await readdir(releases())).toContain(digest)
  })
})
