import { randomBytes } from 'node:crypto'
import { createReceiver, type DeliveryReport, type ReceiverOptions } from 'sallyport'
import {
  checkToolAuth,
  FleetError,
  fleet,
  type FleetActions,
  type FleetOptions,
  type FleetPublish,
} from '@sallyport/fleet'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { zipFiles } from '../../packages/sallyport/src/testing/fixtures/zip.ts'

const secret = 'fleet-token-of-the-test'
const action = 'Deploy to Production'
const DeployInput = z.looseObject({ environment: z.enum(['dev', 'staging', 'prod']), dry_run: z.boolean() })

function receive<const Actions extends FleetActions>(
  options: FleetOptions<Actions>,
  signing: Partial<SignOptions> = {},
  settings: Partial<ReceiverOptions> = {},
) {
  const provider = fleet(options)
  const events: { type: string; id: string; data: FleetPublish<unknown> }[] = []
  const unknown: string[] = []
  const reports: DeliveryReport[] = []
  const errors: unknown[] = []
  const receiver = createReceiver(provider, { secret, ...settings })
    .onAny((event) => void events.push(event))
    .onUnknown(({ type }) => void unknown.push(type))
    .onReject((report) => void reports.push(report))
    .onError((error) => void errors.push(error))
  const delivery = signDelivery(provider, { secret, type: action, ...signing })
  return { receiver, delivery, reply: receiver.receive(delivery), events, unknown, reports, errors }
}

const detailOf = (reply: { body: string }): unknown => (JSON.parse(reply.body) as { detail: unknown }).detail

type Body = Record<string, unknown> & { files: object; input: object; fields: object[] }
const editing =
  (change: (body: Body) => object) =>
  (body: Record<string, unknown>): object => ({ ...body, ...change(body as Body) })
const withArchive = (content_base64: string) => editing(({ files }) => ({ files: { ...files, content_base64 } }))

describe('fleet: a published agent', () => {
  it('is an event named after the webhook, with its bundle', async () => {
    const { reply, events } = receive({ actions: [action] })
    expect(await reply).toMatchObject({ status: 200, outcome: 'handled' })
    expect(events).toMatchObject([
      {
        type: action,
        data: {
          action,
          input: { notes: 'Weekly release', environment: 'prod', dry_run: true },
          publisher: { userId: expect.stringMatching(/^[0-9a-f-]{36}$/), email: 'ada@example.com' },
          agent: { name: 'Meeting preparer', description: 'Looks up who you meet today.' },
          toolAuth: [{ tool_name: 'tavily_web_search', auth_type: 'api_key' }, { auth_type: 'oauth' }],
          files: { type: 'zip', filename: 'Meeting_preparer.zip' },
          fields: [{ name: 'notes' }, { name: 'environment' }, { name: 'dry_run', default: true }],
        },
      },
    ])
    const { bundle } = events[0]!.data
    expect(bundle.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(bundle.files.map(({ path }) => path)).toEqual([
      'AGENTS.md',
      'config.json',
      'skills/brief/SKILL.md',
      'subagents/research_worker/AGENTS.md',
      'subagents/research_worker/tools.json',
      'tools.json',
    ])
    expect(bundle.warnings).toEqual([])
  })

  it.each(['/', '\\/'])('has its bundle if the archive is large and a slash is written as %s', async (slash) => {
    const picture = randomBytes(100_000)
    const archive = zipFiles({ 'AGENTS.md': '# Large', 'picture.png': picture }).toString('base64')
    const { receiver, delivery, reply, events } = receive({ actions: [action] }, { edit: withArchive(archive) })
    await reply
    const body = Buffer.from(Buffer.from(delivery.body).toString().replaceAll('/', slash))
    expect(await receiver.receive({ ...delivery, body })).toMatchObject({ status: 200 })
    const { bundle, raw } = events[1]!.data
    expect(Buffer.from(bundle.files[1]!.bytes).equals(picture)).toBe(true)
    expect(JSON.stringify(raw).length).toBeLessThan(10_000)
  })

  it('says who published what and when, as plain data', async () => {
    const { reply, events } = receive({})
    const before = Date.now()
    await reply
    const { action: webhook, publisher, agent, bundle, readAt } = events[0]!.data
    const audit = { webhook, publisher, agent: agent.name, digest: bundle.digest, readAt }
    expect(audit).toEqual({
      webhook: action,
      publisher: { userId: expect.stringMatching(/^[0-9a-f-]{36}$/), email: 'ada@example.com' },
      agent: 'Meeting preparer',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      readAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(Math.abs(Date.parse(readAt) - before)).toBeLessThan(10_000)
    expect(JSON.parse(JSON.stringify(audit))).toEqual(audit)
  })

  it('keeps undocumented members, and the archive only once', async () => {
    const edit = editing((body) => ({
      beta: { deep: [1] },
      agent: { name: 'A', colour: 'blue' },
      files: { ...body.files, checksum: 'x' },
    }))
    const { reply, events, delivery } = receive({}, { edit })
    await reply
    const { raw, agent } = events[0]!.data
    expect(agent).toEqual({ name: 'A', description: undefined })
    const { files, ...sent } = JSON.parse(Buffer.from(delivery.body).toString()) as Body
    const { content_base64: archive, ...rest } = files as { content_base64: string }
    expect(raw).toEqual({ ...sent, files: rest })
    expect(JSON.stringify(events)).not.toContain(archive.slice(0, 100))
  })

  it('is handled every time: without a signature, no dedupe', async () => {
    const { reply, receiver, delivery, events } = receive({ actions: [action] })
    expect([(await reply).outcome, (await receiver.receive(delivery)).outcome]).toEqual(['handled', 'handled'])
    expect(events[0]!.id).not.toBe(events[1]!.id)
    expect(events[0]!.data.bundle.digest).toBe(events[1]!.data.bundle.digest)
  })

  it.each([
    ['publisher', 'ada'],
    ['publisher.user_id', { user_id: 7 }],
    ['agent.name', { name: 7 }],
    ['files.type', { type: 'tar', filename: 'a', content_base64: '' }],
    ['files.content_base64', { type: 'zip', filename: 'a', content_base64: null }],
    ['input', ['prod']],
    ['fields.0.name', [{ name: 7 }]],
    ['tool_auth_requirements.0.required_env_vars', [{ tool_name: 'a', auth_type: 'api_key', required_env_vars: 'A' }]],
  ])('is rejected without a valid %s, which the report names', async (place, value) => {
    const { reply, reports, events } = receive({}, { edit: (body) => ({ ...body, [place.split('.')[0]!]: value }) })
    expect(await reply).toMatchObject({ status: 422, code: 'PAYLOAD_INVALID' })
    expect(reports[0]!.issues).toContain(place)
    expect(events).toEqual([])
  })

  const many = Array.from({ length: 300_000 }, () => 7)
  it.each([
    ['tool_auth_requirements', many],
    ['tool_auth_requirements.0.required_env_vars', [{ tool_name: 'a', auth_type: 'api_key', required_env_vars: many }]],
    ['tool_auth_requirements.0.scopes', [{ tool_name: 'a', auth_type: 'oauth', auth_provider: 'b', scopes: many }]],
    ['fields', many],
    ['fields.0.options', [{ name: 'a', type: 'select', options: many }]],
    ['input', Object.fromEntries(many.map((value, index) => [`k${index}`, value]))],
  ])('is rejected for good with too much in %s', async (place, value) => {
    const { reply, reports } = receive({}, { edit: (body) => ({ ...body, [place.split('.')[0]!]: value }) })
    expect(await reply).toMatchObject({ status: 422, code: 'PAYLOAD_INVALID' })
    expect(reports[0]!.issues).toEqual([place])
  })

  it('may leave out what the documents do not promise', async () => {
    const edit = editing(({ files }) => ({
      publisher: null,
      agent: undefined,
      files: { content_base64: (files as { content_base64: string }).content_base64 },
      fields: [
        { label: 'Nameless', default: 'kept out' },
        { name: 'a', type: 'select', options: [{ label: 'None' }] },
      ],
      tool_auth_requirements: [
        { auth_type: 'api_key', required_env_vars: ['KEY'] },
        { tool_name: 'b', auth_type: 'api_key' },
      ],
      input: {},
    }))
    const { reply, events } = receive({}, { edit })
    await reply
    const { data } = events[0]!
    expect(data).toMatchObject({
      publisher: { userId: undefined, email: undefined },
      agent: { name: undefined, description: undefined },
      files: { type: 'zip', filename: undefined },
      input: {},
    })
    const readiness = await checkToolAuth(data.toolAuth, { env: { KEY: 'set' } })
    expect(readiness.tools.map(({ tool, status }) => [tool, status])).toEqual([
      ['', 'ready'],
      ['b', 'unknown-auth-type'],
    ])
  })

  it('may leave out lists and input', async () => {
    const edit = editing(() => ({ tool_auth_requirements: null, fields: undefined, input: null }))
    const { reply, events } = receive({}, { edit })
    await reply
    expect(events).toMatchObject([{ data: { toolAuth: [], fields: [], input: {} } }])
  })
})

describe('fleet: actions', () => {
  it('are event types; others are unknown and not read', async () => {
    const { reply, unknown, events } = receive({ actions: ['Publish agent'] }, { edit: withArchive('not read') })
    expect(await reply).toMatchObject({ status: 200, outcome: 'unknown' })
    expect({ unknown, events }).toEqual({ unknown: [action], events: [] })
    const strict = receive({ actions: ['Publish agent'] }, {}, { unknownEvents: 'reject' })
    expect(await strict.reply).toMatchObject({ status: 422, code: 'EVENT_UNKNOWN' })
  })

  it('share the type "*" if not named, by default all', async () => {
    for (const type of [action, '部署到生产环境', '*', 'x'.repeat(256)]) {
      const { reply, events } = receive({}, { type, edit: editing(() => ({ action: type })) })
      expect(await reply, type).toMatchObject({ outcome: 'handled' })
      expect(events).toMatchObject([{ type: '*', data: { action: type } }])
    }
    const { reply, events } = receive({ actions: { [action]: 'fields', '*': z.looseObject({ ticket: z.string() }) } })
    await reply
    expect(events).toMatchObject([{ type: action }])
  })

  it.each([undefined, null, '', 7, ['Publish agent'], 'x'.repeat(257)])(
    'are rejected if they are %j',
    async (value) => {
      const { reply } = receive({}, { edit: editing(() => ({ action: value })) })
      expect(await reply).toMatchObject({ status: 422, code: 'EVENT_UNIDENTIFIED' })
    },
  )

  it.each(['__proto__', 'constructor', 'toString'])('may have the name %s', async (name) => {
    const edit = editing(() => ({ action: name }))
    expect(await receive({ actions: ['a'] }, { edit }).reply).toMatchObject({ outcome: 'unknown' })
    expect(await receive({ actions: [name] }, { edit }).reply).toMatchObject({ outcome: 'handled' })
    expect(await receive({}, { edit }).reply).toMatchObject({ outcome: 'handled' })
  })

  it.each([[['']], [['x'.repeat(257)]], [{ a: 'nonsense' }], [{ a: undefined }], [{ a: {} }]])(
    'that can never work are found at start-up: %j',
    (actions) => {
      expect(() => fleet({ actions: actions as never })).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
    },
  )
})

describe('fleet: input', () => {
  it('is the output of the schema', async () => {
    const schema = DeployInput.transform(({ environment }) => ({ target: environment.toUpperCase() }))
    const { reply, events } = receive({ actions: { [action]: schema } })
    await reply
    expect(events).toMatchObject([{ data: { input: { target: 'PROD' }, raw: { input: { environment: 'prod' } } } }])
  })

  it('has the form defaults before the schema runs', async () => {
    const fields = [
      { name: 'dry_run', type: 'boolean', default: true },
      { name: 'notes', default: null },
      { name: '__proto__', default: { polluted: true } },
    ]
    const edit = editing(() => ({ fields, input: { environment: 'dev' } }))
    const { reply, events } = receive({ actions: { [action]: DeployInput } }, { edit })
    await reply
    expect(events).toMatchObject([{ data: { input: { environment: 'dev', dry_run: true } } }])
    expect(Object.keys(events[0]!.data.input as object)).toEqual(['environment', 'dry_run'])
    const wrong = editing(() => ({
      fields: [{ name: 'dry_run', label: 'Dry Run', default: 'yes' }],
      input: { environment: 'dev' },
    }))
    expect(detailOf(await receive({ actions: { [action]: DeployInput } }, { edit: wrong }).reply)).toMatch(
      /^INPUT_INVALID: Dry Run: /,
    )
  })

  it('is rejected with labels of fields, without values', async () => {
    const edit = editing(() => ({ input: { environment: 'hunter2', dry_run: 'hunter2', more: 'hunter2' } }))
    const { reply, reports, events, errors } = receive({ actions: { [action]: DeployInput } }, { edit })
    const answer = await reply
    expect(answer).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED', outcome: 'refused' })
    expect(detailOf(answer)).toBe(
      'INPUT_INVALID: Environment: Invalid option: expected one of "dev"|"staging"|"prod"; ' +
        'Dry Run: Invalid input: expected boolean, received string',
    )
    expect(JSON.stringify([answer, reports])).not.toContain('hunter2')
    expect({ events, errors }).toEqual({ events: [], errors: [] })
  })

  it('is reported by place, without members that may be values', async () => {
    const schema = z.object({ settings: z.record(z.string(), z.object({ retries: z.number() })) })
    const edit = editing(() => ({ input: { settings: { 'p w': { retries: 'x' }, plain: {} } } }))
    const { reply } = receive({ actions: { [action]: schema } }, { edit })
    expect(detailOf(await reply)).toBe(
      'INPUT_INVALID: settings.*.retries: Invalid input: expected number, received string; ' +
        'settings.plain.retries: Invalid input: expected number, received undefined',
    )
  })

  it('is reported without unknown members and control characters', async () => {
    const schema = z.strictObject({
      settings: z.strictObject({}),
      dry_run: z.boolean('\u001b[2J'.repeat(200)),
    })
    const edit = editing(() => ({ input: { settings: { 'hunter2\u001b[2J': 1 }, dry_run: 'no', hunter2: 1 } }))
    const { reply } = receive({ actions: { [action]: schema } }, { edit })
    const detail = String(detailOf(await reply))
    expect(detail).toMatch(/^INPUT_INVALID: [ -~…]*$/)
    expect(detail).toContain('settings: has members that this receiver does not know; ')
    expect(detail).not.toContain('hunter2')
    expect(detail.length).toBeLessThan(1000)
  })

  it('is not described by libraries that may repeat it', async () => {
    const validate = () => ({
      issues: [{ message: 'expected boolean but got "hunter2"', path: [{ key: 'dry_run' }] }, { message: 'hunter2' }],
    })
    const schema = { '~standard': { version: 1, vendor: 'other', validate } } as const
    const { reply } = receive({ actions: { [action]: schema } })
    expect(detailOf(await reply)).toBe(
      'INPUT_INVALID: Dry Run: is not valid for this receiver; The input: is not valid for this receiver',
    )
  })

  it('is checked against the form without a schema', async () => {
    const edit = editing(() => ({ input: { environment: 'hunter2', dry_run: 1, notes: 5 } }))
    const answer = await receive({ actions: [action] }, { edit }).reply
    expect(detailOf(answer)).toBe(
      'INPUT_INVALID: Deployment Notes: must be text; Environment: must be one of Development, Staging, Production; ' +
        'Dry Run: must be true or false',
    )
  })

  it('is checked before the bundle is read', async () => {
    const edit = editing(({ files }) => ({ input: { dry_run: 1 }, files: { ...files, content_base64: '!' } }))
    expect(detailOf(await receive({}, { edit }).reply)).toMatch(/^INPUT_INVALID: /)
  })
})

describe('fleet: an invalid bundle', () => {
  it('is answered with its code for the publisher', async () => {
    const { reply, events, errors, reports } = receive({}, { edit: withArchive('AAAA') })
    const answer = await reply
    expect(answer).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
    expect(detailOf(answer)).toBe('ARCHIVE_TOO_SMALL: The archive is smaller than an empty ZIP')
    expect({ events, errors }).toEqual({ events: [], errors: [] })
    expect(reports).toMatchObject([{ code: 'DELIVERY_REJECTED', keyId: 'secret-1' }])
  })

  it.each(['', '!!!!', 'UEs=', 'UEsFBg', '\ud800AAA', '=', 'A'.repeat(1000)])(
    'is never an internal error: %j',
    async (text) => {
      const { reply, errors } = receive({}, { edit: withArchive(text) })
      expect(await reply).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
      expect(errors).toEqual([])
    },
  )

  it('is one that exceeds the limits', async () => {
    const answer = await receive({ limits: { maxEntries: 3 } }).reply
    expect(detailOf(answer)).toMatch(/^TOO_MANY_ENTRIES: /)
  })

  it('is reported with the original error as cause', async () => {
    const schema = fleet().events['*']['~standard']
    const { body } = signDelivery(fleet(), { secret, edit: withArchive('AAAA') })
    const error: unknown = await Promise.resolve(schema.validate(JSON.parse(Buffer.from(body).toString()))).catch(
      (thrown: unknown) => thrown,
    )
    expect(FleetError.is((error as Error).cause)).toBe(true)
  })
})

describe('fleet: the shared secret', () => {
  const unreadable = vi.fn(() => Promise.resolve(new Uint8Array()))

  it.each([
    ['Authorization', 'Bearer wrong', 401, 'CREDENTIAL_MISMATCH'],
    ['Authorization', undefined, 401, 'CREDENTIAL_MISSING'],
    ['Authorization', '', 401, 'CREDENTIAL_MISSING'],
    ['Authorization', 'Bearer ', 401, 'CREDENTIAL_MISMATCH'],
    ['Authorization', `Basic ${secret}`, 401, 'CREDENTIAL_MISMATCH'],
    ['Authorization', `Bearer ${secret}x`, 401, 'CREDENTIAL_MISMATCH'],
    ['Authorization', `Bearer ${secret}, Bearer ${secret}`, 401, 'CREDENTIAL_MISMATCH'],
  ])('rejects %s without reading the body: %s', async (name, value, status, code) => {
    const { receiver, delivery, reply } = receive({})
    await reply
    unreadable.mockClear()
    const headers = { ...delivery.plainHeaders, [name]: value }
    expect(await receiver.receive({ ...delivery, headers, body: unreadable })).toMatchObject({ status, code })
    expect(unreadable).not.toHaveBeenCalled()
  })

  it('may be sent bare, and in any header', async () => {
    const bare = receive({}, { headers: { Authorization: secret } })
    expect(await bare.reply).toMatchObject({ status: 200 })
    const named = receive({ header: 'X-API-Key' })
    expect(named.delivery.plainHeaders).toMatchObject({ 'x-api-key': secret })
    expect(await named.reply).toMatchObject({ status: 200 })
    expect(await receive({ header: 'X-API-Key' }, { headers: { 'X-API-Key': undefined } }).reply).toMatchObject({
      code: 'CREDENTIAL_MISSING',
    })
    const strict = receive({ bearer: 'required' }, { headers: { Authorization: secret } })
    expect(await strict.reply).toMatchObject({ code: 'CREDENTIAL_MISMATCH' })
  })

  it('may be one of several, named by the event', async () => {
    const secrets = [
      { id: 'new', secret: 'another' },
      { id: 'old', secret },
    ]
    const { reply, events } = receive({}, {}, { secret: secrets })
    expect(await reply).toMatchObject({ status: 200 })
    expect(events).toMatchObject([{ keyId: 'old' }])
    expect(await receive({}, { secret: 'third' }, { secret: secrets }).reply).toMatchObject({ status: 401 })
  })

  it('must be set at start-up', () => {
    for (const missing of [undefined, '', []])
      expect(() => createReceiver(fleet(), { secret: missing })).toThrow('fleet')
    expect(() => fleet({ header: '' })).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })
})

describe('fleet: HTTPS', () => {
  const send = async (
    requireHttps: FleetOptions['requireHttps'],
    headers: Record<string, string>,
    secure?: boolean,
  ) => {
    const { receiver, delivery, reply } = receive({ requireHttps: requireHttps ?? false }, { headers })
    await reply
    const answer = await receiver.receive({ ...delivery, secure })
    return answer.code ?? answer.outcome
  }

  it('is required only on request', async () => {
    expect(await send(false, {}, false)).toBe('handled')
  })

  it('is proven by the connection itself', async () => {
    expect(await send(true, {}, true)).toBe('handled')
    expect(await send(true, {}, false)).toBe('HTTPS_REQUIRED')
    expect(await send(true, { 'X-Forwarded-Proto': 'https' }, false)).toBe('HTTPS_REQUIRED')
    expect(await send(true, { 'X-Forwarded-Proto': 'https' })).toBe('REQUEST_UNREADABLE')
  })

  it('is proven by the declared proxy', async () => {
    const requireHttps = { forwardedBy: 'x-forwarded-proto' }
    expect(await send(requireHttps, { 'X-Forwarded-Proto': 'https' }, false)).toBe('handled')
    expect(await send(requireHttps, { 'X-Forwarded-Proto': 'http' }, true)).toBe('HTTPS_REQUIRED')
    expect(await send(requireHttps, {}, true)).toBe('HTTPS_REQUIRED')
  })
})

describe('fleet: size', () => {
  it('is limited to 48 MiB by default', async () => {
    const receiver = createReceiver(fleet(), { secret })
    expect(receiver.describe().limits.maxBodyBytes).toBe(48 * 1024 * 1024)
    const { reply } = receive({}, {}, { maxBodyBytes: 100 })
    expect(await reply).toMatchObject({ status: 413 })
  })

  it('allows the largest bundle within the limits', async () => {
    const noise = randomBytes(31 * 1024 * 1024)
    const archive = zipFiles({ 'AGENTS.md': '# Large', 'model.bin': noise })
    const { reply, events } = receive({}, { edit: withArchive(archive.toString('base64')) })
    expect(await reply).toMatchObject({ status: 200 })
    expect(events[0]!.data.bundle.files.find(({ path }) => path === 'model.bin')!.bytes.length).toBe(noise.length)
  })
})

describe('fleet', () => {
  it('describes its checks without the secret', () => {
    const description = createReceiver(fleet({ header: 'X-API-Key', requireHttps: true }), { secret }).describe()
    expect(description).toMatchObject({
      provider: 'fleet',
      scheme: { kind: 'shared-secret', header: 'x-api-key', signed: [], also: ['HTTPS, as the connection shows'] },
    })
    expect(JSON.stringify(description)).not.toContain(secret)
  })
})
