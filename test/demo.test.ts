import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startConsole } from '../examples/demo/console.ts'
import { startProgram, type Ending } from './support/examples/program.ts'

const patience = 240_000

describe('npm run demo', () => {
  let folder: string
  let ended: Ending

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-test-'))
    ended = await startProgram('examples/demo/main.ts', [], { TMPDIR: folder, TEMP: folder }).end()
  }, patience)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('ends with 0 and every outcome as expected', () => {
    const { code, stdout, stderr } = ended
    const wrong = stdout.split('\n').filter((line) => /^ *✗/.test(line))
    expect({ code, stderr, wrong }).toEqual({ code: 0, stderr: '', wrong: [] })
    expect(stdout).toMatch(/^✓ (\d+) of \1 outcomes as expected, in [\d.]+ s$/m)
  })

  it('fits a terminal of 80 columns, and has no colours elsewhere', () => {
    expect(ended.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stripVTControlCharacters(ended.stdout)).toBe(ended.stdout)
  })

  it('leaves no file behind', async () => {
    expect(await readdir(folder)).toEqual([])
  })

  it('registers every event type, and a second time nothing', () => {
    expect(readChapter(1)).toEqual([
      '32 webhooks  Sonzai: one per event type, each with a secret',
      '10 webhooks  Invoratec: the same',
      '42 webhooks  unchanged when run again, as at every deploy',
      '4 webhooks  Fleet: a deploy button per server, with a token',
    ])
  })

  it('delivers every event type that both platforms declare', () => {
    const lines = readChapter(2)
    const counts = lines.map((line) => Number(/^(\d+) × 200 handled {2}/.exec(line)?.[1]))
    const types = Object.keys({ ...sonzai().events, ...invoratec().events })
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(types.length)
    expect(lines.map((line) => /(\w+):/.exec(line)?.[1])).toEqual(['express', 'koa', 'fastify', 'fetch'])
  })

  it('answers genuine and hostile deliveries alike on all servers', () => {
    expect(readChapter(3)).toEqual([
      '200 handled  genuine: the handler runs',
      '200 duplicate  the same bytes again: answered, not handled',
      '401 SIGNATURE_MISMATCH  forged: signed with a guessed secret',
      '401 SIGNATURE_MISMATCH  altered: one bit of the body flipped',
      '401 SIGNATURE_MISSING  not signed at all',
      '401 TIMESTAMP_STALE  stale: captured, sent again ten minutes later',
      '401 SIGNATURE_MISMATCH  the same with a new time: it is signed too',
      '401 TIMESTAMP_FUTURE  dated ten minutes ahead',
      '400 HEADER_DISAGREES  an unsigned header names another event',
      '400 SIGNATURE_MALFORMED  malformed: a signature cut short',
      '400 BODY_NOT_JSON  malformed: signed, but not JSON',
      '422 PAYLOAD_INVALID  signed, but agent_id is a number',
      '413 BODY_TOO_LARGE  more than 1 MiB, which would fill the memory',
      '405 METHOD_NOT_ALLOWED  GET instead of POST',
      '1 handler ran  per server: for the genuine one, and no other',
      '100 right answers  `sallyport send`: 100 deliveries, half forged',
    ])
  })

  it('handles each event once, whatever the network does', () => {
    expect(readChapter(4)).toEqual([
      '200 handled, then 200 duplicate  sent twice',
      'lost, then 200 handled  the connection broke',
      '401 SIGNATURE_MISMATCH, then 200 handled  a byte changed on the way',
      '401 TIMESTAMP_STALE, then 200 handled  held up for ten minutes',
      '500 HANDLER_FAILED, then 200 handled  the handler threw once',
      '0 rejected, signed with 4 secrets  3 new secrets under load',
    ])
  })

  it('reviews and deploys an agent, and rejects hostile archives', () => {
    expect(readChapter(5)).toEqual([
      '200 checked  a dry run: reviewed, nothing written',
      '200 deployed  published: reviewed, and deployed',
      '200 unchanged  published again: the same files',
      '200 deployed  published with another prompt; the review says:',
      '200 rolled back  rolled back: the release before is current again',
      '401 CREDENTIAL_MISMATCH  published without the token',
      '422 NOT_READY  release-notes needs Slack: no account is there',
      '422 PATH_TRAVERSAL  hostile: a path that leaves the folder',
      '422 DUPLICATE_NAME  hostile: AGENTS.md, and agents.md to replace it',
      '422 RATIO_TOO_HIGH  hostile: a ZIP bomb, 20 MiB of zeros',
      '0 handlers ran  hostile archives stop before any review',
      'meeting-preparer  on disk: one agent, with its first prompt',
    ])
    expect(ended.stdout).toMatch(/review says:\n {6}notice .*prompt changed.*\n {6}-You prepare .*\n {6}\+You prepare /)
  })

  it('deploys a commit, and loses none to a rolled secret', () => {
    expect(readChapter(6)).toEqual([
      '200 handled  committed: reviewed and deployed',
      'meeting-preparer by ada@example.com  its manifest names the commit',
      '1 release  Fleet publishes the same files',
      '425 SIGNATURE_MISMATCH, then 200 handled  the secret is rolled, known late',
    ])
  })

  it('loses no event when the server is killed with kill -9', () => {
    expect(readChapter(7)).toEqual([
      '202, on disk  an event whose handler fails: tried 3 times',
      '1 dead event  `sallyport inbox list --state dead` shows it',
      '202, on disk  40 events at once',
      'killed after 15 of 40  others were half handled at that moment',
      '202, on disk  20 came while it was down: the platform retried',
      '1 event replayed  `sallyport inbox replay --state dead`',
      '61 of 61, 0 lost  every acknowledged event is handled',
      'exit code 0  nothing is left to do, and the server ends',
    ])
    expect(ended.stdout).toContain('shows it\n      3 attempts, then: Error: the handler cannot read this message\n')
  })

  it('says what to type next', () => {
    expect(ended.stdout).toMatch(/\nNext:\n {2}npm run demo -- --keep .*\n {2}npm run sallyport -- --help /)
  })

  it('rejects an unknown option before anything starts', async () => {
    const { code, stdout, stderr } = await startProgram('examples/demo/main.ts', ['--kept']).end()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe('usage: npm run demo [-- --keep]\n')
  })

  /** The outcomes of a chapter that were right, as `result  step`. */
  function readChapter(number: number): string[] {
    const [, text = ''] = new RegExp(`^${number}\\. (.*?)^(?:\\d\\. |✓|✗)`, 'ms').exec(ended.stdout) ?? []
    return [...text.matchAll(/^ {2}✓ (.*?) {2,}(.*)$/gm)].map(([, result, step]) => `${result}  ${step}`)
  }
})

describe('startConsole', () => {
  it('runs a console over the inbox of a folder, and stops it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-test-'))
    const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, 'events.db') }) })
    await inbox.ready()
    await inbox.stop()
    const { url, stop } = await startConsole(folder, 'agents')
    expect((await fetch(url)).status).toBe(200)
    await stop()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    await rm(folder, { recursive: true })
  })

  it('fails without an inbox', async () => {
    await expect(startConsole(join(tmpdir(), 'sallyport-no-such-folder'), 'agents')).rejects.toThrow()
  })
})
