import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readBundle } from '@sallyport/fleet'
import type { FormField, Sandbox } from '@sallyport/sandbox'
import { expect } from 'vitest'
import { call, keys, type Bench } from '../support/sandbox/open-sandbox.ts'
import { startCatcher, type PlatformCheck } from '../support/sandbox/open-platform.ts'

const key = keys.fleet
const base = '/v1/platform/fleet-webhooks'

const files = {
  'AGENTS.md': '# My Agent\n',
  'config.json':
    '{"name":"My Agent","description":"Agent description text","visibility_scope":"tenant","triggers_paused":false}',
  'tools.json': '{"tools":[{"name":"tavily_web_search"},{"name":"plain_tool"}],"interrupt_config":{}}',
  'skills/skill-name/SKILL.md': '---\nname: skill-name\ndescription: d\n---\nText\n',
  'subagents/research_worker/AGENTS.md': '---\ndescription: d\n---\nText\n',
  'subagents/research_worker/tools.json': '{"tools":[{"name":"google_calendar"}],"interrupt_config":{}}',
}

/** Writes an agent, runs a webhook on it over HTTP, and catches what is sent. */
async function runOne(bench: Bench, fields?: readonly FormField[], input?: object, headers?: Record<string, string>) {
  const agents = await mkdtemp(join(tmpdir(), 'sallyport-sandbox-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(agents, 'my-agent', path)), { recursive: true })
      await writeFile(join(agents, 'my-agent', path), content)
    }
    const sandbox = await bench.start({ agents })
    const { url, requests } = await startCatcher(bench)
    const body = { name: 'Webhook Name', url, ...(headers && { headers }), ...(fields && { form_schema: { fields } }) }
    const added = await call(sandbox, 'POST', base, { key, body })
    expect(added.status).toBe(201)
    const { id } = added.body as { id: string }
    const error = await publish(sandbox, id, join(agents, 'my-agent'), input)
    return { sandbox, id, added: added.body, error, requests, json: requests[0]?.json ?? {}, request: requests[0] }
  } finally {
    await rm(agents, { recursive: true, force: true })
  }
}

/** Runs the webhook as Fleet's page does; the error if it is refused. */
async function publish(sandbox: Sandbox, id: string, folder: string, input: object = {}): Promise<unknown> {
  try {
    await (
      await sandbox.fleet.run(id, { folder, input: { ...input } })
    ).finished
    return undefined
  } catch (error) {
    return error
  }
}

/** A value of the right type arrives unchanged; one of another type is rejected, and nothing is sent. */
function fieldCheck(field: FormField, right: unknown, wrong: unknown): PlatformCheck {
  return async (bench) => {
    const { json } = await runOne(bench, [field], { value: right })
    expect(json['input']).toEqual({ value: right })
    expect(json['fields']).toEqual([field])
    const refused = await runOne(bench, [field], { value: wrong })
    expect(refused.error).toMatchObject({ status: 422 })
    expect(refused.requests).toEqual([])
  }
}

async function requirement(bench: Bench, tool: string) {
  const { json } = await runOne(bench)
  return (json['tool_auth_requirements'] as { tool_name: string }[]).filter(({ tool_name }) => tool_name === tool)
}

async function archivePaths(bench: Bench): Promise<string[]> {
  const { json } = await runOne(bench)
  const { content_base64: content } = json['files'] as { content_base64: string }
  return (await readBundle(content)).files.map(({ path }) => path)
}

const options = [
  { label: 'Development', value: 'dev' },
  { label: 'Production', value: 'prod' },
]

/** What Fleet documents: each key is a row of its tables. */
export const fleetChecks: Readonly<Record<string, PlatformCheck>> = {
  'the URL must use HTTPS': async (bench) => {
    const sandbox = await bench.start()
    const add = async (url: string) => (await call(sandbox, 'POST', base, { key, body: { name: 'a', url } })).status
    expect(await add('http://hooks.example.com/fleet')).toBe(422)
    expect(await add('https://hooks.example.com/fleet')).toBe(201)
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'app.localhost']) {
      expect(await add(`http://${host}:3000/fleet`)).toBe(201)
    }
    expect(await add('http://localhost.example.com/')).toBe(422)
  },
  'custom headers, stored encrypted': async (bench) => {
    const headers = { Authorization: 'Bearer token-1', 'X-Team': 'a' }
    const { request, added } = await runOne(bench, undefined, undefined, headers)
    expect(request!.headers).toMatchObject({ authorization: 'Bearer token-1', 'x-team': 'a' })
    expect(request!.rawHeaders).toContain('Authorization')
    expect(JSON.stringify(added)).not.toContain('token-1')
  },
  'form schema, optional': async (bench) => {
    expect((await runOne(bench)).added).toMatchObject({ form_schema: { fields: [] } })
    expect((await runOne(bench, [{ name: 'notes' }])).added).toMatchObject({
      form_schema: { fields: [{ name: 'notes' }] },
    })
  },
  'action: the name of the webhook': async (bench) => {
    expect((await runOne(bench)).json['action']).toBe('Webhook Name')
  },
  'input: the values of the form, empty without one': async (bench) => {
    expect((await runOne(bench)).json['input']).toEqual({})
    const { json } = await runOne(bench, [{ name: 'notes', type: 'textarea' }], { notes: 'User-provided value' })
    expect(json['input']).toEqual({ notes: 'User-provided value' })
  },
  'publisher: user_id and email': async (bench) => {
    const { json } = await runOne(bench)
    expect(json['publisher']).toEqual({ user_id: expect.stringMatching(/^[0-9a-f-]{36}$/), email: 'user@example.com' })
  },
  'agent: name and description': async (bench) => {
    const { json } = await runOne(bench)
    expect(json['agent']).toEqual({ name: 'My Agent', description: 'Agent description text' })
  },
  'tool_auth_requirements none': async (bench) => {
    expect(await requirement(bench, 'plain_tool')).toEqual([{ tool_name: 'plain_tool', auth_type: 'none' }])
  },
  'tool_auth_requirements api_key with required_env_vars': async (bench) => {
    expect(await requirement(bench, 'tavily_web_search')).toEqual([
      { tool_name: 'tavily_web_search', auth_type: 'api_key', required_env_vars: ['TAVILY_API_KEY'] },
    ])
  },
  'tool_auth_requirements oauth with auth_provider and scopes': async (bench) => {
    expect(await requirement(bench, 'google_calendar')).toEqual([
      { tool_name: 'google_calendar', auth_type: 'oauth', auth_provider: 'google', scopes: ['calendar.readonly'] },
    ])
  },
  'files: zip, filename, content_base64': async (bench) => {
    const { json } = await runOne(bench)
    expect(json['files']).toEqual({
      type: 'zip',
      filename: 'My_Agent.zip',
      content_base64: expect.stringMatching(/^UEsDB[A-Za-z0-9+/]+={0,2}$/),
    })
  },
  'fields: the definition of the form': async (bench) => {
    const fields = [{ name: 'notes', label: 'Deployment Notes', type: 'textarea' }]
    expect((await runOne(bench, fields)).json['fields']).toEqual(fields)
    expect((await runOne(bench)).json['fields']).toEqual([])
  },
  'field string (default)': fieldCheck({ name: 'value' }, 'text', 5),
  'field number': fieldCheck({ name: 'value', type: 'number' }, 2.5, '2.5'),
  'field boolean': fieldCheck({ name: 'value', type: 'boolean' }, false, 'false'),
  'field textarea': fieldCheck({ name: 'value', type: 'textarea' }, 'two\nlines', ['two', 'lines']),
  'field json': fieldCheck({ name: 'value', type: 'json' }, { a: [1, null] }, '{"a":'),
  'field select with options': fieldCheck({ name: 'value', type: 'select', options }, 'prod', 'Production'),
  'field default': async (bench) => {
    const field = { name: 'dry_run', label: 'Dry Run', type: 'boolean', default: true }
    expect((await runOne(bench, [field])).json['input']).toEqual({ dry_run: true })
    expect((await runOne(bench, [field], { dry_run: false })).json['input']).toEqual({ dry_run: false })
  },
  'archive AGENTS.md, config.json, tools.json': async (bench) => {
    expect(await archivePaths(bench)).toEqual(expect.arrayContaining(['AGENTS.md', 'config.json', 'tools.json']))
  },
  'archive skills/<name>/SKILL.md': async (bench) => {
    expect(await archivePaths(bench)).toContain('skills/skill-name/SKILL.md')
  },
  'archive subagents/<name>/AGENTS.md and tools.json': async (bench) => {
    expect(await archivePaths(bench)).toEqual(
      expect.arrayContaining(['subagents/research_worker/AGENTS.md', 'subagents/research_worker/tools.json']),
    )
  },
  'GET and POST /v1/platform/fleet-webhooks': async (bench) => {
    const sandbox = await bench.start()
    for (const name of ['one', 'two', 'three']) {
      const body = { name, url: 'https://example.com/', headers: { 'X-Key': 'k' } }
      expect(await call(sandbox, 'POST', base, { key, body })).toMatchObject({
        status: 201,
        body: { id: expect.any(String), name, url: 'https://example.com/', headers: { 'X-Key': expect.any(String) } },
      })
    }
    const read = async (query: string) => (await call(sandbox, 'GET', base + query, { key })).body
    const first = (await read('?page_size=2')) as { next_cursor: string }
    expect(first).toMatchObject({ items: [{ name: 'three' }, { name: 'two' }], next_cursor: expect.any(String) })
    expect(await read(`?cursor=${first.next_cursor}`)).toMatchObject({ items: [{ name: 'one' }], next_cursor: null })
    const refused = await call(sandbox, 'GET', base, { key: { 'x-api-key': 'lsv2_other' } })
    expect(refused).toMatchObject({ status: 401, body: { detail: expect.any(String) } })
  },
  'editing and deleting a webhook': async (bench) => {
    const { sandbox, id } = await runOne(bench, [{ name: 'notes' }], undefined, { 'X-Key': 'k' })
    const path = `${base}/${id}`
    const edited = await call(sandbox, 'PATCH', path, { key, body: { name: 'Renamed' } })
    expect(edited).toMatchObject({
      status: 200,
      body: { name: 'Renamed', headers: { 'X-Key': expect.any(String) }, form_schema: { fields: [{ name: 'notes' }] } },
    })
    expect((await call(sandbox, 'PATCH', path, { key, body: { url: 'http://example.com' } })).status).toBe(422)
    expect((await call(sandbox, 'GET', path, { key })).body).toEqual(edited.body)
    expect((await call(sandbox, 'DELETE', path, { key })).status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await call(sandbox, method, path, { key })).status).toBe(404)
  },
  'POST /v1/platform/fleet-webhooks/{id}/run': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    const { id } = sandbox.fleet.register({ name: 'a', url })
    // The body is what is sent on, whatever is in it.
    const body = { anything: ['每', null, 1.5], files: 'none' }
    const sent = await call(sandbox, 'POST', `${base}/${id}/run`, { key, body })
    expect(sent).toMatchObject({ status: 200, body: { upstream_body: 'ok', upstream_status_code: 200 } })
    expect(Object.keys(sent.body as object)).toContain('upstream_content_type')
    expect(requests.map(({ json }) => json)).toEqual([body])
    const bearer = { authorization: `Bearer ${sandbox.fleet.apiKey}`, 'x-tenant-id': 'tenant-1' }
    expect((await call(sandbox, 'POST', `${base}/${id}/run`, { key: bearer, body: {} })).status).toBe(200)
    const tenant = { 'x-tenant-id': 'tenant-1' }
    expect((await call(sandbox, 'POST', `${base}/${id}/run`, { key: tenant, body: {} })).status).toBe(401)
    for (const wrong of ['[]', 'text', ''])
      expect((await call(sandbox, 'POST', `${base}/${id}/run`, { key, body: wrong })).status).toBe(400)
    expect((await call(sandbox, 'POST', `${base}/none/run`, { key, body })).status).toBe(404)
    const dead = sandbox.fleet.register({ name: 'dead', url: 'http://127.0.0.1:1/' })
    const failed = await fetch(`${sandbox.url}${base}/${dead.id}/run`, { method: 'POST', headers: key, body: '{}' })
    expect(failed.status).toBe(502)
    expect(failed.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await failed.text()).toMatch(/ECONNREFUSED/)
  },
}
