import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readFolder, writeBundle } from '@sallyport/fleet'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderOf, toFleetBody } from '../../examples/agents/publish.ts'
import { buildZip } from '../support/archives/zip-builder.ts'
import { start, temporaryFolder } from '../support/cli/command.ts'

const token = 'a-token-of-more-than-24-characters'

interface Publication {
  readonly agent?: string
  readonly fields?: readonly object[]
  readonly archive?: Uint8Array
}

/** `sallyport listen --deploy`, and a Fleet that publishes to it. */
async function listenAndDeploy(...more: string[]) {
  const folder = await temporaryFolder(onTestFinished)
  const options = ['listen', '--port', '0', '--no-inbox', '--deploy', 'agents', '--json', ...more]
  const server = start(options, { cwd: folder, env: { FLEET_WEBHOOK_TOKEN: token } })
  const [, url = ''] = await server.sees(/"kind":"listening","url":"([^"]+)"/)

  async function publish(input: object, { agent = 'Meeting preparer', fields, archive }: Publication = {}) {
    const body = await toFleetBody('meeting-preparer')
    const content_base64 = archive === undefined ? await pack(agent) : Buffer.from(archive).toString('base64')
    const response = await fetch(`${url}/webhooks/fleet`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...(fields && { fields }), files: { ...body.files, content_base64 }, input }),
    })
    return { status: response.status, body: (await response.json()) as object }
  }
  const deployed = async () => readdir(join(folder, 'agents')).catch(() => [])
  return { server, publish, deployed }
}

/** The example agent under another name. */
async function pack(agent: string): Promise<string> {
  const bundle = await readFolder(folderOf('meeting-preparer'))
  const files = bundle.files.map((file) => {
    const text = Buffer.from(file.bytes).toString()
    return { ...file, bytes: Buffer.from(text.replace('"Meeting preparer"', JSON.stringify(agent))) }
  })
  return Buffer.from(await writeBundle({ ...bundle, files })).toString('base64')
}

describe('listen --deploy', () => {
  it('takes names without the UTF-8 mark if allowed', async () => {
    const archive = buildZip({
      entries: [
        { name: 'AGENTS.md', content: '# An agent\n' },
        { name: 'config.json', content: '{"name":"An agent"}' },
        { name: 'é.md', content: 'x', flags: 0 },
      ],
    })
    const input = { environment: 'prod', dry_run: false }
    const strict = await listenAndDeploy()
    expect(await strict.publish(input, { archive })).toMatchObject({ status: 422 })
    const { publish, deployed } = await listenAndDeploy('--allow-unflagged-utf8')
    expect(await publish(input, { archive })).toMatchObject({ status: 200 })
    expect(await deployed()).toHaveLength(1)
  })

  it('deploys nothing for a ticked Dry Run', async () => {
    const { server, publish, deployed } = await listenAndDeploy()
    expect(await publish({ environment: 'prod', dry_run: true })).toMatchObject({ status: 200 })
    await server.sees(/"kind":"checked","name":"meeting-preparer","digest":"[0-9a-f]{64}"/)
    // The form ticks the box by default.
    expect(await publish({ environment: 'prod' })).toMatchObject({ status: 200 })
    const fields = [{ name: 'Dry Run', type: 'select', options: ['yes', 'no'] }]
    expect(await publish({ 'Dry Run': 'yes' }, { fields })).toMatchObject({ status: 200 })
    expect(await deployed()).toEqual([])
    expect(await publish({ 'Dry Run': 'no' }, { fields })).toMatchObject({ status: 200 })
    expect(await deployed()).toEqual(['meeting-preparer'])
  })

  it('gives each agent a folder of its own', async () => {
    const { publish, deployed } = await listenAndDeploy()
    const agents = ['Meeting preparer', '研究助手', '中文Agent', '日本Agent', 'C++ helper', 'C# helper']
    for (const agent of agents) expect(await publish({ dry_run: false }, { agent })).toMatchObject({ status: 200 })
    const folders = await deployed()
    expect(folders).toHaveLength(agents.length)
    expect(folders).toContain('meeting-preparer')
  })

  it('answers 422 to a name that cannot be used', async () => {
    const { publish, deployed } = await listenAndDeploy()
    for (const dry_run of [false, true])
      expect(await publish({ dry_run }, { agent: ' ' })).toMatchObject({
        status: 422,
        body: { detail: expect.stringMatching(/^NAME_INVALID: /) },
      })
    expect(await deployed()).toEqual([])
  })
})
