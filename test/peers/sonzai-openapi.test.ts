import { createManualClock, createSandbox, type Sandbox } from '@sallyport/sandbox'
import { createSonzaiClient, type SonzaiClient } from '@sallyport/platforms'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { apiKey, sonzaiAt } from '../support/platforms/clients.ts'
import { serve } from '../support/platforms/http-server.ts'
import type { DocumentedCall, Names } from './documented-call.ts'
import { isRequired, sampleOf, wrongFor, type Fill } from './sample.ts'
import { Problem } from './sonzai-answers.ts'
import { sonzaiCalls } from './sonzai-calls.ts'

const base = '/api/v1'
const awkward: Names = {
  projectId: 'p 1/2',
  eventType: 'a/b?c',
  agentId: 'agent é',
  messageId: 'msg/1',
  cursor: 'c&1',
}
const rows = sonzaiCalls.map((call) => ({ ...call, title: `${call.method} ${call.path}` }))
const ours = rows.flatMap((call) =>
  Object.entries(call.ours).map(([name, [least, most]]) => ({ call, name, title: call.title, least, most })),
)

function fillPath(path: string, names: Names): string {
  return base + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name as keyof Names]))
}

/** Query values as the document types them: digits are a number. */
function readQuery(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries([...query].map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]))
}

function namesOf(schema: z.ZodObject | undefined): string[] {
  return Object.keys(schema?.shape ?? {}).toSorted()
}

describe('the Sonzai client', () => {
  async function record(call: DocumentedCall, fill: Fill, make: (client: SonzaiClient) => Promise<unknown>) {
    const json = call.answer === undefined ? undefined : sampleOf(call.answer, fill)
    const server = await serve(() => ({ status: call.status, json }))
    const answer = await make(sonzaiAt(server.url, { now: Date.now }))
    expect(server.seen).toHaveLength(1)
    const { method, url, headers, body } = server.seen[0]!
    const { pathname, searchParams } = new URL(url, server.url)
    expect(headers.authorization).toBe(`Bearer ${apiKey}`)
    return { answer, method, pathname, query: readQuery(searchParams), body }
  }

  it.each(ours)('$name sends $title', async ({ call, least, most }) => {
    for (const make of [least, most]) {
      const sent = await record(call, 'required', (client) => make(client, awkward))
      expect([sent.method, sent.pathname]).toEqual([call.method, fillPath(call.path, awkward)])
      expect(call.query.parse(sent.query)).toEqual(sent.query)
      if (call.body === undefined) expect(sent.body).toBeUndefined()
      else expect(call.body.parse(sent.body)).toEqual(sent.body)
    }
    // With every option, every documented member is sent.
    const { query, body } = await record(call, 'required', (client) => most(client, awkward))
    expect(Object.keys(query).toSorted()).toEqual(namesOf(call.query))
    expect(Object.keys(body ?? {}).toSorted()).toEqual(namesOf(call.body))
  })

  // A page is read by a loop; what it gives is an attempt.
  it.each(ours.filter(({ name }) => !name.includes('iterate')))('$name reads any answer', async ({ call, least }) => {
    for (const fill of ['required', 'all', 'null'] as const) {
      await expect(record(call, fill, (client) => least(client, awkward))).resolves.toBeDefined()
    }
  })

  it('has no call that is not in the table', () => {
    const client = createSonzaiClient({ apiKey }) as unknown as Record<string, Record<string, unknown>>
    const methods = Object.keys(client)
      .filter((group) => typeof client[group] === 'object')
      .flatMap((group) => Object.keys(client[group]!).map((name) => `${group}.${name}`))
    expect(ours.map(({ name }) => name).toSorted()).toEqual(methods.toSorted())
  })
})

describe('the sandbox as Sonzai', () => {
  const clock = createManualClock(Date.now())
  let sandbox: Sandbox
  let client: SonzaiClient
  beforeAll(async () => {
    sandbox = await createSandbox({ clock })
    client = createSonzaiClient({ apiKey: sandbox.sonzai.apiKey, baseUrl: sandbox.sonzai.url })
  })
  afterAll(() => sandbox.stop())

  /** Registers, delivers and notifies, so that every call finds something. */
  async function prepare({ path }: DocumentedCall): Promise<Names> {
    const names = { projectId: 'proj_two', eventType: 'agent.message', agentId: 'luna' }
    const scope = { projectId: path.startsWith('/projects') ? names.projectId : undefined }
    sandbox.sonzai.register(names.eventType, { ...scope, webhookUrl: `${sandbox.url}/nowhere` })
    for (let count = 0; count < 2; count++) sandbox.sonzai.trigger(names.eventType, scope)
    await sandbox.idle()
    const { id: messageId } = sandbox.sonzai.notify({ agentId: 'luna', userId: 'user-123', content: 'Hi' })
    const { id: newest } = sandbox.sonzai.attempts(names.eventType, scope)[0]!
    return { ...names, messageId, cursor: Buffer.from(newest).toString('base64url') }
  }

  async function request({ method, path }: DocumentedCall, names: Names, query: object = {}, body?: unknown) {
    const search = new URLSearchParams(query as Record<string, string>).toString()
    const response = await fetch(sandbox.url + fillPath(path, names) + (search && `?${search}`), {
      method,
      headers: { authorization: `Bearer ${sandbox.sonzai.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
    })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }

  function sampleBody({ body }: DocumentedCall, fill: Fill): Record<string, unknown> | undefined {
    if (body === undefined) return undefined
    const sample = sampleOf(body, fill) as Record<string, unknown>
    // Any text is a URL for the document.
    return 'webhook_url' in sample ? { ...sample, webhook_url: sandbox.url } : sample
  }

  it.each(rows)('answers $title', async (call) => {
    for (const fill of ['required', 'all'] as const) {
      const names = await prepare(call)
      const query = sampleOf(call.query, fill) as Record<string, unknown>
      if ('cursor' in query) query['cursor'] = names.cursor
      const { status, text } = await request(call, names, query, sampleBody(call, fill))
      expect([status, text === '']).toEqual([call.status, call.answer === undefined])
      if (call.answer !== undefined) call.answer.parse(JSON.parse(text))
    }
    for (const { sdk, query, body } of call.sdks ?? []) {
      const { status } = await request(call, await prepare(call), query, body)
      expect({ sdk, status }).toEqual({ sdk, status: call.status })
    }
  })

  it.each(ours)('answers $name of the client', async ({ call, least, most }) => {
    await least(client, await prepare(call))
    await most(client, await prepare(call))
  })

  it.each(rows.filter(({ query, body }) => namesOf(query).length + namesOf(body).length > 0))(
    'rejects what $title does not allow',
    async (call) => {
      const names = await prepare(call)
      const expectProblem = async (location: string, query: object, body: unknown, value?: unknown) => {
        const { status, type, text } = await request(call, names, query, body)
        expect({ location, value, status, type }).toEqual({
          location,
          value,
          status: 422,
          type: 'application/problem+json',
        })
        const problem = Problem.parse(JSON.parse(text))
        expect(problem.errors).toContainEqual({ location, message: expect.any(String), value })
      }
      const body = sampleBody(call, 'all')
      for (const [name, member] of Object.entries(call.body?.shape ?? {})) {
        const location = `body.${name}`
        for (const value of wrongFor(member)) await expectProblem(location, {}, { ...body, [name]: value }, value)
        const { [name]: _, ...rest } = body!
        if (isRequired(member)) await expectProblem(location, {}, rest)
      }
      if (body !== undefined) await expectProblem('body.context', {}, { ...body, context: 'Hi' }, 'Hi')
      for (const [name, member] of Object.entries(call.query.shape)) {
        if (member.safeParse('text').success) continue
        for (const value of ['0', '501', '1.5', 'soon', ''])
          await expectProblem(`query.${name}`, { [name]: value }, body, value)
      }
    },
  )
})
