import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDeployment, readFolder } from '@sallyport/fleet'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { langsmith } from 'sallyport/providers/langsmith'
import { signDelivery } from 'sallyport/testing'
import { createCommitReceiver } from '../../examples/context-hub-deploy/receivers.ts'
import { reviewAndDeploy } from '../../examples/context-hub-deploy/deploy.ts'
import { startProgram, type Program } from '../support/examples/program.ts'

const token = 'fleet-token-of-the-examples'
const examples = join(import.meta.dirname, '..', '..', 'examples', 'agents')

describe('npm run example -- context-hub-deploy', () => {
  let folder: string
  let agents: string
  let root: string
  let sandbox: Sandbox
  let program: Program
  let url: string

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'sallyport-hub-example-')))
    agents = join(folder, 'agents')
    root = join(folder, 'deployed')
    await cp(examples, agents, { recursive: true })
    await mkdir(join(folder, 'skills', 'brief'), { recursive: true })
    await writeFile(join(folder, 'skills', 'brief', 'SKILL.md'), '---\nname: brief\n---\nWrite a brief.\n')
    sandbox = await createSandbox({ agents, skills: join(folder, 'skills'), retry: { delayMs: 50 } })
    // The platform has the address before the server knows the secret, so the port comes from a first start.
    const { id, signingSecret } = sandbox.langsmith.register({ url: 'http://127.0.0.1:1/webhooks/langsmith' })
    program = startProgram('examples/run.ts', ['context-hub-deploy'], {
      PORT: '0',
      LANGSMITH_WEBHOOK_SECRET: signingSecret,
      LANGSMITH_ENDPOINT: sandbox.langsmith.url,
      LANGSMITH_API_KEY: sandbox.langsmith.apiKey,
      HUB_DEPLOY_DIR: root,
      FLEET_WEBHOOK_TOKEN: token,
    })
    const [, origin = ''] = await program.sees(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
    url = origin
    sandbox.langsmith.edit(id, { url: `${origin}/webhooks/langsmith` })
  })
  afterAll(async () => {
    await program.end('SIGTERM')
    await sandbox.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function commit(handle: string, options: Parameters<Sandbox['langsmith']['commit']>[1] = {}) {
    const { hash, deliveries } = await sandbox.langsmith.commit(handle, options)
    const { attempts } = await deliveries[0]!.finished
    return { hash, statuses: attempts.map(({ responseCode }) => responseCode) }
  }

  it('deploys a commit, with its hash and author in the manifest', async () => {
    const { hash, statuses } = await commit('meeting-preparer', { author: 'ada@example.com' })
    expect(statuses).toEqual([202])
    await program.sees(/meeting-preparer:\n[^]*deployed to /)
    const { current } = await readDeployment(join(root, 'agent'), 'meeting-preparer')
    expect(current?.manifest?.commit).toMatchObject({
      repo: 'meeting-preparer',
      type: 'agent',
      hash,
      author: 'ada@example.com',
    })
    // Its approvals have the form that works; the manifest keeps the published one.
    expect(current?.manifest?.published?.digest).toBe((await readFolder(join(agents, 'meeting-preparer'))).digest)
  })

  it('deploys the next commit, and says what changed', async () => {
    await writeFile(join(agents, 'meeting-preparer', 'AGENTS.md'), '# Shorter\n')
    const { hash } = await commit('meeting-preparer')
    await program.sees(/prompt changed[^]*deployed to /)
    const { current, releases } = await readDeployment(join(root, 'agent'), 'meeting-preparer')
    expect(current?.manifest?.commit?.hash).toBe(hash)
    expect(releases).toHaveLength(2)
  })

  it('deploys what Fleet publishes to the same place', async () => {
    const { id } = sandbox.fleet.register({
      name: 'Deploy',
      url: `${url}/webhooks/fleet`,
      headers: { Authorization: `Bearer ${token}` },
    })
    const { finished } = await sandbox.fleet.run(id, { folder: join(examples, 'meeting-preparer') })
    expect((await finished).status).toBe('delivered')
    const { current, releases } = await readDeployment(join(root, 'agent'), 'meeting-preparer')
    expect(await readFile(join(current!.path, 'AGENTS.md'), 'utf8')).not.toBe('# Shorter\n')
    expect(releases).toHaveLength(2)
  })

  it('deploys a skill under its handle', async () => {
    await commit('brief', { type: 'skill' })
    await program.sees(/deployed to [^\n]*skill\/brief\/releases/)
    const { current } = await readDeployment(join(root, 'skill'), 'brief')
    expect(current?.manifest?.files.map(({ path }) => path)).toEqual(['skills/brief/SKILL.md'])
  })

  it('deploys no commit that is older than the current one', async () => {
    const bundle = await readFolder(join(examples, 'release-notes'))
    const place = join(folder, 'order')
    const deploy = (createdAt: string) =>
      reviewAndDeploy(bundle, place, { commit: { repo: 'a', type: 'agent', hash: createdAt, createdAt } }, () => {})
    expect(await deploy('2026-11-02T08:00:00Z')).toMatchObject({ changed: true })
    expect(await deploy('2026-11-02T07:59:59Z')).toBeUndefined()
    expect(await deploy('2026-11-02T08:00:01Z')).toMatchObject({ changed: false })
  })

  it('asks for a retry while the Context Hub cannot be reached', async () => {
    const secret = 'documented'
    const fail = (): Promise<never> => Promise.reject(new TypeError('fetch failed'))
    const client = { pullAgent: fail, pullSkill: fail }
    const errors: unknown[] = []
    const receiver = createCommitReceiver(client, { secret, directory: folder, print: () => {} })
    receiver.onError((error) => void errors.push(error))
    const reply = await receiver.receive(signDelivery(langsmith(), { secret }))
    expect(reply).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(errors).toMatchObject([{ code: 'PULL_FAILED' }])
  })

  it('rejects what the policy forbids', async () => {
    const changed = join(folder, 'forbidden')
    await cp(join(examples, 'meeting-preparer'), changed, { recursive: true })
    const tools = { tools: [{ name: 'run', mcp_server_url: 'https://mcp.evil.example' }] }
    await writeFile(join(changed, 'tools.json'), JSON.stringify(tools))
    const bundle = await readFolder(changed)
    await expect(reviewAndDeploy(bundle, join(folder, 'none'), {}, () => {})).rejects.toMatchObject({
      code: 'DELIVERY_REJECTED',
      reason: expect.stringContaining('mcp.evil.example'),
    })
  })
})
