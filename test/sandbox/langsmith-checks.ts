import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pullBundle, readFolder } from '@sallyport/fleet'
import { Client } from 'langsmith'
import { createReceiver } from 'sallyport'
import { langsmith } from 'sallyport/providers/langsmith'
import { expect } from 'vitest'
import { finish, hmacHex, startCatcher, type PlatformCheck } from '../support/sandbox/open-platform.ts'
import { call, keys, type Bench } from '../support/sandbox/open-sandbox.ts'
import type { Sandbox } from '@sallyport/sandbox'

const examples = join(import.meta.dirname, '..', '..', 'examples', 'agents')

/** A sandbox over a copy of the example agents and one skill. */
async function startHub(bench: Bench): Promise<{ sandbox: Sandbox; agents: string; skills: string; client: Client }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-hub-'))
  const [agents, skills] = [join(folder, 'agents'), join(folder, 'skills')]
  await cp(examples, agents, { recursive: true })
  await mkdir(join(skills, 'brief'), { recursive: true })
  await writeFile(join(skills, 'brief', 'SKILL.md'), '---\nname: brief\n---\nWrite a brief.\n')
  bench.onEnd(() => rm(folder, { recursive: true, force: true }))
  const sandbox = await bench.start({ agents, skills, retry: { delayMs: 0 } })
  return {
    sandbox,
    agents,
    skills,
    client: new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey }),
  }
}

/** Answers with these statuses in turn, the last one for ever. */
async function answerWith(
  bench: Bench,
  ...statuses: number[]
): Promise<{ url: string; bodies: string[]; signatures: string[] }> {
  const bodies: string[] = []
  const signatures: string[] = []
  const url = await bench.serveWith((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      bodies.push(Buffer.concat(chunks).toString())
      signatures.push(String(request.headers['x-langsmith-signature']))
      return response.writeHead(statuses[Math.min(bodies.length, statuses.length) - 1]!).end()
    })
  })
  return { url, bodies, signatures }
}

/** One test per row of docs.langchain.com: context-hub-webhooks, engine-webhooks, manage-contexts-sdk. */
export const langsmithChecks: Readonly<Record<string, PlatformCheck>> = {
  async 'signs a commit with the secret of the webhook'(bench) {
    const { sandbox } = await startHub(bench)
    const { url, requests } = await startCatcher(bench)
    const { signingSecret } = sandbox.langsmith.register({ url, headers: { Authorization: 'Bearer mine' } })
    const { hash, deliveries } = await sandbox.langsmith.commit('meeting-preparer')
    await finish(deliveries)
    const { headers, body, json } = requests[0]!
    expect(headers['x-langsmith-signature']).toBe(`sha256=${hmacHex(signingSecret, body)}`)
    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer mine' })
    expect(json).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      type: 'context_hub.commit.created.v1',
      created: Math.floor(bench.clock.now() / 1000),
      data: {
        commit: {
          repo_id: expect.stringMatching(/^[\da-f-]{36}$/),
          repo_handle: 'meeting-preparer',
          repo_type: 'agent',
          commit_hash: hash,
          created_at: new Date(bench.clock.now()).toISOString(),
          created_by: 'user@example.com',
          url: `https://smith.langchain.com/context/meeting-preparer/${hash.slice(0, 8)}`,
          files_changed: expect.arrayContaining([{ path: 'AGENTS.md', action: 'added' }]),
        },
      },
    })
  },

  async 'lists what a commit changed, and its parent'(bench) {
    const { sandbox, agents } = await startHub(bench)
    const { url, requests } = await startCatcher(bench)
    sandbox.langsmith.register({ url })
    const first = await sandbox.langsmith.commit('meeting-preparer')
    const folder = join(agents, 'meeting-preparer')
    await writeFile(join(folder, 'AGENTS.md'), '# Changed\n')
    await writeFile(join(folder, 'NOTES.md'), 'new\n')
    await rm(join(folder, 'skills', 'briefing', 'template.md'))
    const second = await sandbox.langsmith.commit('meeting-preparer', { author: 'ada' })
    await finish([...first.deliveries, ...second.deliveries])
    expect(
      requests.map(({ json }) => json).find(({ data }) => JSON.stringify(data).includes(second.hash)),
    ).toMatchObject({
      data: {
        commit: {
          parent_commit_hash: first.hash,
          created_by: 'ada',
          files_changed: [
            { path: 'AGENTS.md', action: 'modified' },
            { path: 'NOTES.md', action: 'added' },
            { path: 'skills/briefing/template.md', action: 'removed' },
          ],
        },
      },
    })
    await expect(sandbox.langsmith.commit('meeting-preparer')).rejects.toMatchObject({ code: 'VALUE_INVALID' })
  },

  async 'sends every commit to every webhook for commits'(bench) {
    const { sandbox } = await startHub(bench)
    const { url } = await startCatcher(bench)
    for (const kind of ['context-hub', 'context-hub', 'engine'] as const) sandbox.langsmith.register({ kind, url })
    expect((await sandbox.langsmith.commit('release-notes')).deliveries).toHaveLength(2)
    expect((await sandbox.langsmith.commit('brief', { type: 'skill' })).deliveries).toHaveLength(2)
    await sandbox.settled()
  },

  async 'pulls with the client of LangSmith, by hash'(bench) {
    const { sandbox, agents, client } = await startHub(bench)
    const before = await readFolder(join(agents, 'meeting-preparer'))
    const { hash } = await sandbox.langsmith.commit('meeting-preparer')
    await writeFile(join(agents, 'meeting-preparer', 'AGENTS.md'), '# Changed after the commit\n')
    const { bundle, commit } = await pullBundle({ client, repo: 'meeting-preparer', commit: hash })
    expect(bundle.digest).toBe(before.digest)
    expect(commit.hash).toBe(hash)
    const short = await client.pullAgent('-/meeting-preparer', { version: hash.slice(0, 8) })
    expect(short.commit_hash).toBe(hash)
  },

  async 'pulls a skill, and the latest commit without a hash'(bench) {
    const { sandbox, skills, client } = await startHub(bench)
    const uncommitted = await client.pullSkill('brief')
    expect(uncommitted.files['SKILL.md']).toMatchObject({ type: 'file' })
    const { hash } = await sandbox.langsmith.commit('brief', { type: 'skill' })
    await writeFile(join(skills, 'brief', 'SKILL.md'), 'not committed')
    expect(await client.pullSkill('brief')).toMatchObject({ commit_hash: hash, files: uncommitted.files })
    const { bundle } = await pullBundle({ client, repo: 'brief', type: 'skill', commit: hash })
    expect(bundle.skills).toMatchObject([{ name: 'brief' }])
  },

  async 'answers 404, 401 and 400 as the API documents'(bench) {
    const { sandbox, client } = await startHub(bench)
    await sandbox.langsmith.commit('meeting-preparer')
    const path = '/v1/platform/hub/repos/-/meeting-preparer/directories'
    const problem = { type: expect.any(String), title: expect.any(String), detail: expect.any(String) }
    expect(await call(sandbox, 'GET', path)).toMatchObject({ status: 401, body: { ...problem, status: 401 } })
    for (const wrong of [
      `${path}?commit=ffffffff`,
      `${path}?commit=f`,
      path.replace('-/', 'acme/'),
      path.replace('meeting', '..%2f'),
    ])
      expect(await call(sandbox, 'GET', wrong, { key: keys.fleet }), wrong).toMatchObject({ status: 404 })
    expect(await call(sandbox, 'GET', `${path}?repo_type=prompt`, { key: keys.fleet })).toMatchObject({ status: 400 })
    await expect(pullBundle({ client, repo: 'nobody', commit: 'ffffffff' })).rejects.toMatchObject({
      code: 'COMMIT_NOT_FOUND',
    })
    const stranger = new Client({ apiUrl: sandbox.url, apiKey: 'wrong' })
    await expect(pullBundle({ client: stranger, repo: 'meeting-preparer', commit: 'ffffffff' })).rejects.toMatchObject({
      code: 'PULL_DENIED',
    })
  },

  async 'does not keep what is no text, or a link'(bench) {
    const { sandbox, agents } = await startHub(bench)
    await writeFile(join(agents, 'meeting-preparer', 'logo.png'), Buffer.from([0x89, 0xff]))
    await expect(sandbox.langsmith.commit('meeting-preparer')).rejects.toMatchObject({ code: 'VALUE_INVALID' })
    await expect(sandbox.langsmith.commit('../agents')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  },

  async 'makes 4 attempts with the same bytes'(bench) {
    const { sandbox } = await startHub(bench)
    const { url, bodies, signatures } = await answerWith(bench, 500, 408, 425, 429)
    sandbox.langsmith.register({ url })
    const { deliveries } = await sandbox.langsmith.commit('meeting-preparer')
    const { status, attempts } = await deliveries[0]!.finished
    expect(status).toBe('failed')
    expect(attempts.map(({ responseCode }) => responseCode)).toEqual([500, 408, 425, 429])
    expect(new Set(bodies).size).toBe(1)
    expect(new Set(signatures).size).toBe(1)
  },

  async 'retries only 408, 425, 429, 5xx and lost connections'(bench) {
    const { sandbox } = await startHub(bench)
    const made: [first: number, attempts: number, status: string][] = []
    for (const first of [200, 302, 400, 401, 403, 404, 409, 413, 422, 408, 425, 429, 500, 503]) {
      const { url } = await answerWith(bench, first, 204)
      const { id } = sandbox.langsmith.register({ kind: 'engine', url })
      const [delivery] = sandbox.langsmith.trigger('issue.created')
      const { status, attempts } = await delivery!.finished
      made.push([first, attempts.length, status])
      sandbox.langsmith.delete(id)
    }
    expect(made).toEqual([
      ...[200, 302].map((code) => [code, 1, 'delivered']),
      ...[400, 401, 403, 404, 409, 413, 422].map((code) => [code, 1, 'failed']),
      ...[408, 425, 429, 500, 503].map((code) => [code, 2, 'delivered']),
    ])
    const { url } = await startCatcher(bench)
    sandbox.langsmith.register({ kind: 'engine', url })
    const [lost] = sandbox.langsmith.trigger('issue.created', { faults: ['drop'] })
    expect((await lost!.finished).attempts.map(({ responseCode }) => responseCode)).toEqual([0, 200])
  },

  async 'rolls the secret at once, and a receiver loses no event'(bench) {
    const { sandbox } = await startHub(bench)
    const { now } = bench.clock
    const secrets: string[] = []
    const types: string[] = []
    const receiver = createReceiver(langsmith(), { secret: () => secrets, now }).onAny(
      ({ type }) => void types.push(type),
    )
    // The new secret arrives only after the first delivery that it signed.
    let rolled: string | undefined
    receiver.onReject(() => void (rolled !== undefined && secrets.push(rolled)))
    const { id, signingSecret } = sandbox.langsmith.register({ url: await bench.serve(receiver) })
    secrets.push(signingSecret)
    rolled = sandbox.langsmith.rollSecret(id).signingSecret
    const { deliveries } = await sandbox.langsmith.commit('meeting-preparer')
    const { status, attempts } = await deliveries[0]!.finished
    expect(attempts.map(({ responseCode }) => responseCode)).toEqual([425, 200])
    expect(status).toBe('delivered')
    expect(types).toEqual(['context_hub.commit.created.v1'])
    expect(rolled).not.toBe(signingSecret)
  },

  async 'filters Engine events by type and severity'(bench) {
    const { sandbox } = await startHub(bench)
    const { url, requests } = await startCatcher(bench)
    sandbox.langsmith.register({ kind: 'engine', url, severityThreshold: 1 })
    const all = ['issue.created', 'issue.trace.added', 'issue.agent_run.failed']
    sandbox.langsmith.register({ kind: 'engine', url, eventTypes: all, severityThreshold: 0 })
    const count = (...[type, options]: Parameters<typeof sandbox.langsmith.trigger>): number =>
      sandbox.langsmith.trigger(type, options).length
    expect(count('issue.created', { object: { severity: 2 } })).toBe(0)
    expect(count('issue.created', { object: { severity: 1 } })).toBe(1)
    expect(count('issue.created', { object: { severity: 0 } })).toBe(2)
    expect(count('issue.trace.added', { object: { severity: 0 }, trace: { comment: null }, requestId: 'req-1' })).toBe(
      1,
    )
    // Run failures have no severity.
    expect(count('issue.agent_run.failed')).toBe(1)
    await sandbox.settled()
    expect(requests.map(({ json }) => json).find(({ type }) => type === 'issue.trace.added')).toMatchObject({
      request_id: 'req-1',
      data: { object: { severity: 0 }, trace: { comment: null, run_id: expect.any(String) } },
    })
    expect(() => sandbox.langsmith.trigger('issue.closed')).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }))
  },

  async 'shows webhooks without secrets and header values'(bench) {
    const { sandbox } = await startHub(bench)
    const { signingSecret, ...view } = sandbox.langsmith.register({
      url: 'https://example.com/hub',
      headers: { 'X-Key': 'hidden' },
    })
    expect(sandbox.langsmith.list()).toEqual([view])
    expect(view).toMatchObject({ kind: 'context-hub', url: 'https://example.com/hub', headers: ['X-Key'] })
    expect(JSON.stringify(view)).not.toContain('hidden')
    expect(sandbox.langsmith.edit(view.id, { url: 'https://example.com/new' })).toMatchObject({ headers: ['X-Key'] })
    sandbox.langsmith.delete(view.id)
    expect(sandbox.langsmith.list()).toEqual([])
    expect(() => sandbox.langsmith.rollSecret(view.id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
    expect(signingSecret.length).toBeGreaterThan(30)
  },

  async 'rejects webhooks that LangSmith would reject'(bench) {
    const { sandbox } = await startHub(bench)
    for (const wrong of [
      { url: 'http://example.com/' },
      { url: 'ftp://example.com/' },
      { url: 'https://example.com/', headers: { 'Content-Type': 'text/plain' } },
      { kind: 'engine' as const, url: 'https://example.com/', eventTypes: ['issue.closed'] },
      { kind: 'engine' as const, url: 'https://example.com/', severityThreshold: 4 },
    ])
      expect(() => sandbox.langsmith.register(wrong)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }))
    // The Engine also takes http.
    expect(sandbox.langsmith.register({ kind: 'engine', url: 'http://example.com/' }).kind).toBe('engine')
  },

  async 'never lets a custom header replace the signature'(bench) {
    const { sandbox } = await startHub(bench)
    const { url, requests } = await startCatcher(bench)
    sandbox.langsmith.register({ url, headers: { 'x-langsmith-signature': 'sha256=mine' } })
    await finish((await sandbox.langsmith.commit('meeting-preparer')).deliveries)
    expect(requests[0]!.headers['x-langsmith-signature']).toMatch(/^sha256=[\da-f]{64}$/)
  },

  async 'is handled by a receiver, faults included'(bench) {
    const { sandbox } = await startHub(bench)
    const secrets: string[] = []
    const receiver = createReceiver(langsmith(), { secret: () => secrets, now: bench.clock.now }).onAny(() => {})
    secrets.push(sandbox.langsmith.register({ kind: 'engine', url: await bench.serve(receiver) }).signingSecret)
    const answersTo = async (fault: string): Promise<(string | undefined)[]> => {
      const [delivery] = sandbox.langsmith.trigger('issue.created', { faults: [fault] })
      return (await delivery!.finished).attempts.map(
        ({ responseBody }) => /"(?:outcome|code)":"(\w+)"/.exec(responseBody ?? '')?.[1],
      )
    }
    expect(await answersTo('duplicate')).toEqual(['handled', 'duplicate'])
    expect(await answersTo('wrong-signature')).toEqual(['SIGNATURE_MISMATCH', 'handled'])
    expect(await answersTo('corrupt')).toEqual(['SIGNATURE_MISMATCH', 'handled'])
    expect(await answersTo('stale')).toEqual(['handled'])
  },
}
