import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fleet, readBundle } from '@sallyport/fleet'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipFiles } from '../../packages/sallyport/src/testing/fixtures/zip.ts'
import { readSource } from '../../packages/cli/src/bundle/read-source.ts'
import { run as runCommand } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const { body: payload } = signDelivery(fleet(), { secret: 'unused' })
const { files } = JSON.parse(Buffer.from(payload).toString()) as { files: { content_base64: string } }
const archive = Buffer.from(files.content_base64, 'base64')
const hostile = zipFiles({ 'AGENTS.md': '# Hostile', '../escape': 'x' })

const mebibyte = 1024 * 1024
let folder: string
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-bundles-'))
  for (const name of ['agent/skills/one', 'vast', 'linked']) await mkdir(at(name), { recursive: true })
  const contents: Readonly<Record<string, string | Uint8Array>> = {
    'agent.zip': archive,
    'payload.json': payload,
    payload: Buffer.concat([Buffer.from('\ufeff\n '), payload]),
    'archive.json': archive,
    'hostile.zip': hostile,
    empty: '',
    text: 'hello',
    'cut.json': Buffer.from(payload).subarray(0, 500),
    'list.json': '[]',
    'other.json': '{"files":{"content_base64":7}}',
    'latin1.json': Buffer.from('{"\u00e9":1}', 'latin1'),
    huge: '',
    'vast/model': '',
    'agent/AGENTS.md': '# Folder',
    'agent/skills/one/SKILL.md': 'Do it.',
    'agent/config.json': '{"name":"Red \\u001b[31m\\r\\nagent","description":"of a folder"}',
  }
  for (const [name, content] of Object.entries(contents)) await writeFile(at(name), content)
  await truncate(at('huge'), 49 * mebibyte)
  await truncate(at('vast/model'), 33 * mebibyte)
  await symlink('/', at('linked/AGENTS.md'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(...parameters: string[]) {
  const { code, stdout, stderr } = await runCommand(['bundle', ...parameters])
  return { code, lines: stdout.split('\n').slice(0, -1), stdout, stderr }
}

const parse = (line: string): unknown => JSON.parse(line)

describe('bundle inspect --json', () => {
  it('prints a line per argument and ends with 1 if one is rejected', async () => {
    const { code, lines, stderr } = await run('inspect', '--json', at('agent.zip'), at('missing'), at('hostile.zip'))
    const bundle = await readBundle(archive)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe(
      JSON.stringify({
        file: at('agent.zip'),
        ok: true,
        digest: bundle.digest,
        files: bundle.files.map(({ path, bytes, sha256 }) => ({ path, size: bytes.length, sha256 })),
        interrupts: bundle.tools.interrupts.map(({ key, tool, enabled, effective, reason }) => {
          return { key, tool, enabled, effective, reason }
        }),
        warnings: [],
      }),
    )
    expect(bundle.tools.interrupts).toMatchObject([{ effective: 'no', reason: { code: 'switched-off' } }])
    expect(parse(lines[1]!)).toEqual({ file: at('missing'), ok: false, code: 'NOT_FOUND', message: expect.any(String) })
    expect(parse(lines[2]!)).toMatchObject({ file: at('hostile.zip'), ok: false, code: 'PATH_TRAVERSAL' })
  })

  it('ends with 0 and recognises each kind by its content', async () => {
    const { code, lines } = await run(
      'inspect',
      at('payload.json'),
      at('payload'),
      at('archive.json'),
      at('agent'),
      '--json',
    )
    const read = lines.map(parse) as { ok: boolean; digest: string; warnings: { code: string }[] }[]
    expect(code).toBe(0)
    expect(new Set(read.slice(0, 3).map(({ digest }) => digest)).size).toBe(1)
    expect(read[3]).toMatchObject({ ok: true, warnings: [{ code: 'TOOLS_MISSING', path: 'tools.json' }] })
  })

  it('accepts hundreds of arguments', async () => {
    const many = Array.from({ length: 600 }, (_, index) => at(['agent.zip', 'payload.json', 'missing'][index % 3]!))
    const { code, lines } = await run('inspect', '--json', ...many)
    expect(code).toBe(4)
    expect(lines.map((line) => (parse(line) as { file: string }).file)).toEqual(many)
  })
})

describe('bundle inspect', () => {
  it('prints what a bundle contains', async () => {
    const { code, stdout } = await run('inspect', at('agent.zip'))
    expect(code).toBe(0)
    for (const part of [
      /^✓ .*agent\.zip$/m,
      /^ {2}agent +Meeting preparer: Looks up who you meet today\.$/m,
      /^ {2}digest +[0-9a-f]{64}$/m,
      /^ {2}files +6, together 986 bytes$/m,
      /^ +142 {2}[0-9a-f]{12} {2}config\.json$/m,
      /^ {2}tools +google_calendar_list_events: .*from Fleet tools, https:\/\/tools\.example\.com$/m,
      /^ +tavily_web_search: .* \(research_worker\)$/m,
      /^ {2}interrupts +google_calendar_list_events: runs freely$/m,
      /^ {2}subagents +research_worker: Finds what is new about one person\.$/m,
      /^ {2}skills +brief: How a briefing is laid out\.$/m,
      /^ {2}warnings +none$/m,
    ]) {
      expect(stdout).toMatch(part)
    }
  })

  it('prints why a bundle is rejected, without control characters', async () => {
    const { code, stdout } = await run('inspect', at('hostile.zip'), at('agent'))
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ .*hostile\.zip\n {2}rejected +PATH_TRAVERSAL: .*\.\.\/escape\n\n✓ /)
    expect(stdout).toContain(String.raw`Red \u{1b}[31m\r\nagent: of a folder`)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  it.each<[parameters: string[], message: string]>([
    [[], 'Usage: sallyport bundle'],
    [['inspect'], "missing required argument 'bundle'"],
    [['list', 'x.zip'], "unknown command 'list'"],
    [['inspect', '--verbose', 'x.zip'], "unknown option '--verbose'"],
  ])('ends with 2 and prints to stderr only for %j', async (parameters, message) => {
    const { code, stdout, stderr } = await run(...parameters)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('ends with 2 for --json without a bundle', async () => {
    const { code, records, stderr } = await runJson(['bundle', 'inspect'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(records).toMatchObject([{ ok: false, code: 'USAGE' }])
  })
})

describe('rejected bundles', () => {
  it.each([
    ['empty', 'ARCHIVE_TOO_SMALL'],
    ['text', 'ARCHIVE_TOO_SMALL'],
    ['cut.json', 'BODY_NOT_JSON'],
    ['list.json', 'BODY_NOT_OBJECT'],
    ['other.json', 'PAYLOAD_INVALID'],
    ['latin1.json', 'BODY_NOT_UTF8'],
    ['huge', 'ARCHIVE_TOO_LARGE'],
    ['vast', 'FILE_TOO_LARGE'],
    ['linked', 'ENTRY_KIND'],
    ['agent.zip/inside', 'NOT_FOUND'],
    ['agent/skills', 'AGENTS_MD_MISSING'],
    ['/dev/null', 'NOT_A_FILE'],
  ])('rejects %j with %s', async (name, code) => {
    const inspection = await readSource(name, folder, {})
    expect(inspection).toMatchObject({ file: name, ok: false, code })
    expect(JSON.stringify(inspection)).not.toContain(folder)
  })
})
