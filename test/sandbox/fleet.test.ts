import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { fleet, FleetPayload, readBundle, readFolder, type FleetPublish } from '@sallyport/fleet'
import { SandboxError } from '@sallyport/sandbox'
import { describe, expect, it } from 'vitest'
import { call, keys, useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()
const agents = join(import.meta.dirname, '..', '..', 'examples', 'agents')
const folder = join(agents, 'release-notes')
const token = 'Bearer fleet-token-1'
const form_schema = {
  fields: [
    { name: 'notes', label: 'Deployment Notes', type: 'textarea' },
    {
      name: 'environment',
      label: 'Environment',
      type: 'select',
      options: [
        { label: 'Development', value: 'dev' },
        { label: 'Production', value: 'prod' },
      ],
    },
    { name: 'dry_run', label: 'Dry Run', type: 'boolean', default: true },
    { name: 'replicas', type: 'number', default: 2 },
    { name: 'labels', type: 'json' },
    { name: 'owner' },
  ],
}

async function startFleet() {
  // A seed: which byte is altered decides what is found wrong with the archive.
  const sandbox = await bench.start({ agents, seed: 1 })
  const published: FleetPublish[] = []
  const receiver = createReceiver(fleet(), { secret: token, bodyTimeoutMs: 1_500 }).onAny(({ data }) => {
    published.push(data)
  })
  const url = await bench.serve(receiver)
  const webhook = sandbox.fleet.register({
    name: 'Deploy to Production',
    url,
    headers: { Authorization: token },
    form_schema,
  })
  return { sandbox, published, webhook, url }
}

describe('Fleet in the sandbox', () => {
  it("sends the agent of a folder with the form's values", async () => {
    const { sandbox, published, webhook } = await startFleet()
    const input = { notes: '每周发布', environment: 'prod', labels: { team: 'a' } }
    const { status, attempts } = await (await sandbox.fleet.run(webhook.id, { folder, input })).finished

    expect(status).toBe('delivered')
    expect(published).toHaveLength(1)
    const [data] = published
    expect(data).toMatchObject({
      action: 'Deploy to Production',
      input: { ...input, dry_run: true, replicas: 2 },
      publisher: { email: 'user@example.com' },
      fields: form_schema.fields,
      files: { type: 'zip', filename: expect.stringMatching(/^\w+\.zip$/) },
    })
    expect(data!.bundle.digest).toBe((await readFolder(folder)).digest)
    const sent = FleetPayload.parse(JSON.parse(Buffer.from(attempts[0]!.requestBody!, 'base64').toString()))
    expect((await readBundle(sent.files.content_base64)).digest).toBe(data!.bundle.digest)
  })

  it('lists a requirement per tool', async () => {
    const { sandbox, published, webhook } = await startFleet()
    await (
      await sandbox.fleet.run(webhook.id, { folder })
    ).finished
    expect(published[0]!.toolAuth).toEqual(
      expect.arrayContaining([
        { tool_name: 'slack_post_message', auth_type: 'oauth', auth_provider: 'slack', scopes: ['chat:write'] },
        { tool_name: 'current_date', auth_type: 'none' },
      ]),
    )
  })

  it('takes needs of other tools from the options', async () => {
    const need = { auth_type: 'api_key', required_env_vars: ['SLACK_TOKEN'] } as const
    const sandbox = await bench.start({ toolNeeds: { slack_post: need } })
    const bodies: FleetPayload[] = []
    const url = await bench.serveWith((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        bodies.push(FleetPayload.parse(JSON.parse(Buffer.concat(chunks).toString())))
        return response.end()
      })
    })
    await (
      await sandbox.fleet.run(sandbox.fleet.register({ name: 'Publish', url }).id, { folder })
    ).finished
    expect(bodies[0]!.tool_auth_requirements).toContainEqual({ tool_name: 'slack_post_message', ...need })
    expect(bodies[0]!.input).toEqual({})
    expect(bodies[0]!.fields).toEqual([])
  })

  describe('faults', () => {
    it.each([
      // Fleet tries once: a person runs a webhook, and sees what came of it.
      ['duplicate', ['handled', 'handled']],
      ['wrong-signature', ['CREDENTIAL_MISMATCH']],
      ['corrupt', [expect.stringMatching(/^(?:DELIVERY_REJECTED|PAYLOAD_INVALID|BODY_NOT_JSON)$/)]],
      ['slow-body', ['BODY_TIMEOUT']],
      ['stale', ['handled']],
      ['drop', ['']],
    ])('answers the fault %s with %j', async (fault, answers) => {
      const { sandbox, webhook } = await startFleet()
      const { attempts } = await (await sandbox.fleet.run(webhook.id, { folder, faults: [fault] })).finished
      const said = attempts.map(
        ({ responseBody = '{}' }) => JSON.parse(responseBody) as { outcome?: string; code?: string },
      )
      expect(said.map(({ outcome, code }) => outcome ?? code ?? '')).toEqual(answers)
    })
  })

  describe('rejected input', () => {
    const url = 'https://example.com/hook'
    it.each([
      ['plain HTTP to another computer', { url: 'http://example.com/hook' }, 'url must be an HTTPS URL'],
      ['a URL with a password', { url: 'https://a:b@example.com/' }, 'url must not hold a user name or password'],
      ['no name', { name: ' ' }, 'name is required'],
      [
        'a header of the connection',
        { headers: { 'Content-Length': '1' } },
        'headers.Content-Length is set by the platform',
      ],
      ['a header with a line break', { headers: { 'X-Key': 'a\r\nb: c' } }, 'headers.X-Key must be printable ASCII'],
      [
        'an unknown type of field',
        { form_schema: { fields: [{ name: 'a', type: 'date' }] } },
        'form_schema.fields[0].type',
      ],
      [
        'a select without options',
        { form_schema: { fields: [{ name: 'a', type: 'select' }] } },
        'options are required',
      ],
      [
        'a default of another type',
        { form_schema: { fields: [{ name: 'a', type: 'number', default: 'x' }] } },
        'number',
      ],
      [
        'two fields of one name',
        { form_schema: { fields: [{ name: 'a' }, { name: 'a' }] } },
        'same name as another field',
      ],
      ['a schema that is a list', { form_schema: [] }, 'form_schema must be {"fields": […]}'],
    ])('%s', async (_what, changes, message) => {
      const sandbox = await bench.start()
      const body = { name: 'Deploy', url, ...changes }
      const answer = await call(sandbox, 'POST', '/v1/platform/fleet-webhooks', { key: keys.fleet, body })
      expect(answer.status).toBe(422)
      expect((answer.body as { detail: string }).detail).toContain(message)
    })

    it.each([
      ['a value of another type', { replicas: 'two' }, 'replicas must be a number'],
      ['another option', { environment: 'moon' }, 'Environment must be one of Development, Production'],
      ['a value without a field', { nope: 1 }, 'input.nope is not a field of the form'],
    ])('%s', async (_what, input, message) => {
      const { sandbox, webhook, published } = await startFleet()
      await expect(sandbox.fleet.run(webhook.id, { folder, input })).rejects.toThrow(message)
      expect(published).toEqual([])
    })

    it('an agent outside the folder', async () => {
      const { sandbox, webhook, published } = await startFleet()
      for (const agent of ['../demo', '.', '', 'nobody', folder]) {
        const body = new URLSearchParams({ agent })
        const page = await fetch(`${sandbox.url}/fleet/${webhook.id}/run`, {
          method: 'POST',
          headers: { origin: sandbox.url },
          body,
        })
        expect(await page.text()).toContain('there is no agent of that name')
      }
      expect(published).toEqual([])
    })

    it('a folder that is not an agent', async () => {
      const { sandbox, webhook } = await startFleet()
      const run = sandbox.fleet.run(webhook.id, { folder: import.meta.dirname })
      await expect(run).rejects.toSatisfy((error) => SandboxError.is(error) && error.code === 'VALUE_INVALID')
    })
  })
})
