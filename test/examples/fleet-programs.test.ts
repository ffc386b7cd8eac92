import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFolder, writeBundle } from '@sallyport/fleet'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inspect } from '../../examples/fleet/inspect.ts'
import { buildZip } from '../support/archives/zip-builder.ts'

const secret = 'documented-fleet'
const home = mkdtempSync(join(tmpdir(), 'sallyport-fleet-programs-'))

beforeAll(() => {
  vi.stubEnv('FLEET_WEBHOOK_TOKEN', secret)
  vi.stubEnv('FLEET_DEPLOY_DIR', join(home, 'agents'))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

const needy = [{ tool_name: 'search', auth_type: 'api_key', required_env_vars: ['SALLYPORT_DOCUMENTED_MISSING'] }]

describe.each(['receiver', 'quickstart'] as const)('examples/fleet/%s.ts', (name) => {
  it('answers a dry run; rejects a publish without credentials', async () => {
    const { receiver } = await load(name)
    const publish = (toolAuth: readonly object[]): SignedDelivery =>
      signDelivery(receiver.provider, {
        secret,
        type: 'Deploy to Production',
        edit: (body) => ({
          ...body,
          input: { dry_run: true, environment: 'staging' },
          tool_auth_requirements: toolAuth,
        }),
      })
    const dry = await receiver.receive(publish([]))
    expect(dry).toMatchObject({ status: 200, outcome: 'handled' })
    if (name === 'receiver')
      expect(JSON.parse(dry.body)).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), deployed: false })
    expect(await receiver.receive(publish(needy))).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
  })
})

describe('examples/fleet/inspect.ts', () => {
  it('prints what a bundle holds, or why it is rejected', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {})
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {})
    const path = join(home, 'agent.zip')
    const agent = await readFolder(join(import.meta.dirname, '../../examples/agents/meeting-preparer'))
    writeFileSync(path, await writeBundle(agent))
    await inspect(path)
    expect(print).toHaveBeenCalledWith(agent.config.name, agent.digest, agent.files.length, agent.warnings)
    writeFileSync(path, 'no archive')
    await inspect(path)
    expect(complain).toHaveBeenCalledWith('ARCHIVE_TOO_SMALL', undefined, expect.any(String))
  })
})

describe('examples/fleet/will-it-load.ts', () => {
  it('rejects an agent that does not load; deploys another', async () => {
    const { receiver } = await import('../../examples/fleet/will-it-load.ts')
    const publish = async (files: Readonly<Record<string, string>>): Promise<SignedDelivery> => {
      const entries = Object.entries({ 'AGENTS.md': '# Agent\n', 'tools.json': '{"tools":[]}', ...files })
      const archive = buildZip({ entries: entries.map(([name, content]) => ({ name, content })) })
      const file = { type: 'zip', filename: 'a.zip', content_base64: Buffer.from(archive).toString('base64') }
      return signDelivery(receiver.provider, { secret, edit: (body) => ({ ...body, files: file }) })
    }
    const rejected = await receiver.receive(await publish({}))
    expect(rejected).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
    expect(rejected.body).toContain('config.json: does not load without config.json')
    expect(existsSync(join(home, 'agents', 'researcher'))).toBe(false)
    const model = '{"config":{"configurable":{"llm_model_config":{"modelId":"anthropic:model-1"}}}}'
    expect(await receiver.receive(await publish({ 'config.json': model }))).toMatchObject({ status: 200 })
    expect(existsSync(join(home, 'agents', 'researcher', 'current', 'AGENTS.md'))).toBe(true)
  })
})

function load(name: 'receiver' | 'quickstart') {
  return name === 'receiver' ? import('../../examples/fleet/receiver.ts') : import('../../examples/fleet/quickstart.ts')
}
