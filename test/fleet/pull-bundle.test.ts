import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  checkPolicy,
  definePolicy,
  deployBundle,
  FleetError,
  pullBundle,
  readBundle,
  readDeployment,
  readFolder,
  writeBundle,
  type ContextHubClient,
  type PullOptions,
} from '@sallyport/fleet'
import { Client } from 'langsmith'
import { afterEach, describe, expect, it } from 'vitest'

const hash = '7ca95573c8f34bd8a0b1f1a7d2f4e6c899b3a5d71e20f4c6b8a9d0e1f2030405'
const file = (content: string) => ({ type: 'file', content })
const agent = {
  'AGENTS.md': file('# Ada\n'),
  'config.json': file('{"name":"Ada","llm":1}'),
  'tools.json': file('{"tools":[{"name":"search"}]}'),
  'skills/brief': { type: 'skill', repo_handle: 'brief', commit_hash: 'abcdef12' },
  'skills/brief/SKILL.md': file('---\ndescription: Briefs\n---\nWrite.\n'),
  'subagents/worker': { type: 'agent', repo_handle: 'worker', owner: null, commit_id: null },
  'subagents/worker/AGENTS.md': file('---\ndescription: Works\n---\nWork.\n'),
}

/** A client that answers with these files. */
function clientOf(files: unknown, commit_hash: unknown = hash): ContextHubClient & { readonly calls: unknown[][] } {
  const calls: unknown[][] = []
  const answer = (...call: unknown[]): Promise<unknown> => {
    calls.push(call)
    return Promise.resolve({ commit_hash, commit_id: '0198', files })
  }
  return { calls, pullAgent: (...call) => answer('agent', ...call), pullSkill: (...call) => answer('skill', ...call) }
}

const pull = (files: unknown, options: Partial<PullOptions> = {}) =>
  pullBundle({ client: clientOf(files), repo: 'ada', commit: hash, ...options })

describe('pullBundle', () => {
  it('makes the bundle that a ZIP of the same files makes', async () => {
    const { bundle, commit } = await pull(agent, { author: 'user@example.com' })
    const zipped = await readBundle(await writeBundle(bundle))
    expect(zipped.digest).toBe(bundle.digest)
    expect({ ...zipped, files: 0 }).toEqual({ ...bundle, files: 0 })
    expect(bundle.skills).toMatchObject([{ name: 'brief', frontMatter: { description: 'Briefs' } }])
    expect(bundle.subagents).toMatchObject([{ name: 'worker', description: 'Works' }])
    expect(bundle.warnings).toEqual([])
    expect(commit).toEqual({ repo: 'ada', type: 'agent', hash, author: 'user@example.com' })
    expect((await checkPolicy(bundle, definePolicy({}))).ok).toBe(true)
  })

  it('asks for the commit by its hash', async () => {
    const client = clientOf(agent)
    await pull(agent, { client, repo: 'acme/ada' })
    expect(client.calls).toEqual([['agent', 'acme/ada', { version: hash }]])
  })

  it('follows a tag and says which commit it led to', async () => {
    const { commit } = await pull(agent, { commit: 'production' })
    expect(commit.hash).toBe(hash)
  })

  it('takes the short form of a hash', async () => {
    expect((await pull(agent, { commit: hash.slice(0, 8) })).commit.hash).toBe(hash)
  })

  it('makes a bundle of a skill by itself', async () => {
    const client = clientOf({ 'SKILL.md': file('---\nname: brief\n---\nWrite.\n'), 'scripts/run.py': file('pass\n') })
    const { bundle, commit } = await pullBundle({ client, repo: 'brief', commit: hash, type: 'skill', author: null })
    expect(client.calls).toEqual([['skill', 'brief', { version: hash }]])
    expect(bundle.files.map(({ path }) => path)).toEqual(['skills/brief/SKILL.md', 'skills/brief/scripts/run.py'])
    expect(bundle).toMatchObject({ agentsMd: '', config: {}, warnings: [], skills: [{ name: 'brief' }] })
    expect(commit).toEqual({ repo: 'brief', type: 'skill', hash, author: undefined, createdAt: undefined })
  })

  it.each<[string, object, string]>([
    ['a traversal', { '../up.md': file('') }, 'PATH_TRAVERSAL'],
    ['an absolute path', { '/etc/passwd': file('') }, 'PATH_ABSOLUTE'],
    ['a backslash', { 'a\\b.md': file('') }, 'NAME_CHARACTER'],
    ['a bidirectional character', { 'a\u202eb.md': file('') }, 'NAME_CHARACTER'],
    ['half a surrogate pair', { 'a\ud800.md': file('') }, 'NAME_NOT_UTF8'],
    ['an empty name', { '': file('') }, 'NAME_EMPTY'],
    ['an empty segment', { 'a//b.md': file('') }, 'PATH_SEGMENT_EMPTY'],
    ['a device name', { 'skills/aux.md': file('') }, 'NAME_NOT_PORTABLE'],
    ['a long name', { ['a'.repeat(256)]: file('') }, 'NAME_TOO_LONG'],
    ['a deep name', { ['a/'.repeat(33) + 'b']: file('') }, 'NAME_TOO_DEEP'],
    ['two cases of a name', { 'Notes.md': file(''), 'notes.md': file('') }, 'DUPLICATE_NAME'],
    ['two forms of a name', { 'caf\u00e9.md': file(''), 'cafe\u0301.md': file('') }, 'DUPLICATE_NAME'],
    ['a file that is a folder', { a: file(''), 'a/b.md': file('') }, 'FILE_AND_DIRECTORY'],
    ['a file with a trailing slash', { 'a/': file('') }, 'ENTRY_KIND'],
    ['a link over a file', { 'AGENTS.md/x': { type: 'skill', repo_handle: 'x' } }, 'FILE_AND_DIRECTORY'],
    ['a link without files', { 'skills/gone': { type: 'skill', repo_handle: 'gone' } }, 'LINK_UNRESOLVED'],
    ['another kind of entry', { 'a.md': { type: 'symlink', content: '/etc/passwd' } }, 'ENTRY_KIND'],
    ['an entry without content', { 'a.md': { type: 'file' } }, 'ENTRY_KIND'],
    ['an entry that is null', { 'a.md': null }, 'ENTRY_KIND'],
    ['content that is no text', { 'a.md': file('\udc00') }, 'TEXT_NOT_UTF8'],
    ['a .git folder', { '.git/config': file('') }, 'GIT_FOLDER'],
    ['a damaged config.json', { 'config.json': file('{') }, 'CONFIG_INVALID'],
    ['a damaged tools.json', { 'tools.json': file('[]') }, 'TOOLS_INVALID'],
    ['front matter with a tag', { 'skills/a/SKILL.md': file('---\na: !!js/x 1\n---\n') }, 'FRONT_MATTER_INVALID'],
    ['a long JSON document', { 'config.json': file(`{"a":"${'x'.repeat(1024 * 1024)}"}`) }, 'CONFIG_INVALID'],
  ])('rejects %s', async (_kind, files, code) => {
    await expect(pull({ 'AGENTS.md': file(''), ...files })).rejects.toMatchObject({ code })
  })

  it('keeps a file named __proto__ out of prototypes', async () => {
    const files = JSON.parse(
      '{"AGENTS.md":{"type":"file","content":""},"__proto__":{"type":"file","content":"p"}}',
    ) as object
    const { bundle } = await pull(files)
    expect(bundle.files.map(({ path }) => path)).toEqual(['AGENTS.md', '__proto__'])
  })

  it.each<[string, unknown, object, string]>([
    ['entries', agent, { maxEntries: 3 }, 'TOO_MANY_ENTRIES'],
    ['a file', agent, { maxFileBytes: 10 }, 'FILE_TOO_LARGE'],
    ['a file of wide characters', { 'AGENTS.md': file('語'.repeat(5)) }, { maxFileBytes: 14 }, 'FILE_TOO_LARGE'],
    ['all files', agent, { maxTotalBytes: 50 }, 'TOTAL_TOO_LARGE'],
  ])('limits the size of %s', async (_what, files, limits, code) => {
    await expect(pull(files, { limits })).rejects.toMatchObject({ code })
  })

  it.each<[string, Partial<PullOptions>]>([
    ['no repo', { repo: '' }],
    ['a repo that leads elsewhere', { repo: '../../settings' }],
    ['a repo with a version', { repo: 'ada:production' }],
    ['three segments', { repo: 'a/b/c' }],
    ['no commit', { commit: '' }],
    ['a prompt', { type: 'prompt' }],
  ])('rejects %s before it asks', async (_kind, options) => {
    const client = clientOf(agent)
    await expect(pull(agent, { ...options, client })).rejects.toMatchObject({ code: 'REPO_INVALID' })
    expect(client.calls).toEqual([])
  })

  it.each<[string, unknown]>([
    ['no object', 'files'],
    ['no hash', { files: {} }],
    ['files as a list', { commit_hash: hash, files: [] }],
    ['nothing', undefined],
  ])('rejects an answer with %s', async (_kind, answer) => {
    const client = { pullAgent: () => Promise.resolve(answer), pullSkill: () => Promise.resolve(answer) }
    await expect(pull({}, { client })).rejects.toMatchObject({ code: 'PULL_INVALID' })
  })

  it('reads null files as none', async () => {
    await expect(pull(null)).rejects.toMatchObject({ code: 'AGENTS_MD_MISSING' })
    await expect(pull(null, { type: 'skill' })).rejects.toMatchObject({ code: 'SKILL_MD_MISSING' })
  })

  it('rejects another commit than the one it asked for', async () => {
    const client = clientOf(agent, 'ffff'.repeat(16))
    await expect(pull(agent, { client })).rejects.toMatchObject({ code: 'COMMIT_MISMATCH' })
  })

  // The real client retries these for half a minute before it gives up.
  it.each<[string, unknown, string]>([
    ['status 429', Object.assign(new Error('lsv2_pt_secret'), { status: 429 }), 'status 429'],
    ['status 503', Object.assign(new Error('lsv2_pt_secret'), { status: 503 }), 'status 503'],
    ['a lost connection', new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }), 'ECONNREFUSED'],
    ['a timeout', new DOMException('lsv2_pt_secret', 'TimeoutError'), 'ada'],
    ['something thrown', 'lsv2_pt_secret', 'ada'],
  ])('says after %s that a later try may pass', async (_trouble, thrown, said) => {
    const fail = (): Promise<never> => Promise.reject(thrown)
    const error: unknown = await pull({}, { client: { pullAgent: fail, pullSkill: fail } }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'PULL_FAILED', message: expect.stringContaining(said) })
    expect(inspect(error, { depth: 10 })).not.toContain('lsv2_pt_secret')
  })

  it('writes commit and author into the manifest', async () => {
    const root = await mkdtemp(join(tmpdir(), 'sallyport-pull-'))
    const createdAt = '2026-11-02T08:00:00Z'
    const { bundle, commit } = await pull(agent, { author: 'user@example.com', createdAt })
    expect(commit).toEqual({ repo: 'ada', type: 'agent', hash, author: 'user@example.com', createdAt })
    await deployBundle(bundle, root, { name: 'ada', commit })
    const { current } = await readDeployment(root, 'ada')
    expect(current?.manifest?.commit).toEqual(commit)
  })

  it('deploys a skill, which can be read again', async () => {
    const root = await mkdtemp(join(tmpdir(), 'sallyport-pull-'))
    const { bundle, commit } = await pull({ 'SKILL.md': file('Write.\n') }, { type: 'skill' })
    const { path } = await deployBundle(bundle, root, { name: 'ada', commit })
    expect((await readFolder(path, {}, 'skill')).digest).toBe(bundle.digest)
    await expect(readFolder(path)).rejects.toMatchObject({ code: 'AGENTS_MD_MISSING' })
  })
})

describe('the client of LangSmith', () => {
  const stops: (() => void)[] = []
  afterEach(() => stops.splice(0).forEach((stop) => stop()))

  async function serve(status: number, body: string): Promise<{ client: Client; requests: IncomingMessage[] }> {
    const requests: IncomingMessage[] = []
    const server = createServer((request, response) => {
      requests.push(request)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    stops.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const apiUrl = `http://127.0.0.1:${port}`
    return { client: new Client({ apiUrl, apiKey: 'lsv2_pt_secret' }), requests }
  }

  it('pulls over HTTP', async () => {
    const { client, requests } = await serve(
      200,
      JSON.stringify({ commit_hash: hash, commit_id: '0198', files: agent }),
    )
    const { bundle } = await pullBundle({ client, repo: 'ada', commit: hash })
    expect(bundle.config.name).toBe('Ada')
    expect(requests[0]!.url).toBe(`/v1/platform/hub/repos/-/ada/directories?repo_type=agent&commit=${hash}`)
    expect(requests[0]!.headers['x-api-key']).toBe('lsv2_pt_secret')
  })

  it.each([
    [401, 'PULL_DENIED'],
    [403, 'PULL_DENIED'],
    [404, 'COMMIT_NOT_FOUND'],
    [400, 'PULL_INVALID'],
  ])('fails with a code for status %d, and shows no secret', async (status, code) => {
    const { client } = await serve(status, '{"detail":"invalid key lsv2_pt_secret"}')
    const error: unknown = await pullBundle({ client, repo: 'ada', commit: hash }).catch((caught: unknown) => caught)
    expect(FleetError.is(error)).toBe(true)
    expect(error).toMatchObject({ code })
    expect((error as Error).message).toContain(`status ${status}`)
    expect(inspect(error, { depth: 10 })).not.toContain('lsv2_pt_secret')
  })

  it.each(['<html>', '{"detail":"moved"}'])('fails with a code for the answer %j', async (body) => {
    const { client } = await serve(200, body)
    const pulled = pullBundle({ client, repo: 'ada', commit: hash })
    await expect(pulled).rejects.toMatchObject({ name: 'FleetError' })
  })
})
