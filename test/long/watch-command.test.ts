import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { createReceiver, RejectError } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { start, temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'

const secret = 'whsec_YSBzZWNyZXQgb2YgYWxlcnRzIQ=='

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

/** A store with one dead event. */
async function makeStore(): Promise<void> {
  const receiver = createReceiver(stripe(), { secret: 'whsec_watched', inbox: join(folder, 'events.db'), log: false })
  receiver.onError(() => {})
  receiver.onAny(() => {
    throw new RejectError('no')
  })
  await receiver.receive(signDelivery(stripe(), { secret: 'whsec_watched', type: 'invoice.paid' }))
  await expect.poll(async () => (await receiver.inbox!.stats()).counts.dead).toBe(1)
  await receiver.inbox!.stop()
}

async function discardAll(): Promise<void> {
  const inbox = createInbox(join(folder, 'events.db'))
  await inbox.discard({})
  await inbox.stop()
}

const once = (args: readonly string[] = [], env: Record<string, string> = {}, columns?: number) =>
  runHere(['watch', '--inbox', 'events.db', '--once', '--without', 'space', ...args], { cwd: folder, env, columns })

interface Post {
  readonly headers: Record<string, string>
  readonly body: string
}

async function serve(answer: (post: Post) => number): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    response.writeHead(answer({ headers: request.headers as Record<string, string>, body })).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/a-path`
}

describe('sallyport watch --once', () => {
  it('tells of a dead event once, and once that it is gone', async () => {
    await makeStore()
    const first = await once()
    expect(first).toMatchObject({ code: 1, stderr: '1 alert raised\n' })
    expect(first.stdout).toMatch(/^20\S+Z {2}raised {3}SQLite, \S+events\.db: 1 dead event; replay or discard them\n$/)
    expect(await once()).toMatchObject({ code: 1, stdout: '' })
    await discardAll()
    expect(await once()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('cleared'),
      stderr: 'no alert is raised\n',
    })
    expect(await once()).toMatchObject({ code: 0, stdout: '' })
  })

  it('prints JSON, and lines that fit a terminal', async () => {
    await makeStore()
    const { stdout } = await once(['--json'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, kind: 'raised', alert: { rule: 'dead-letters', value: 1 } })
    const narrow = await once(['--name', 'another'], {}, 80)
    for (const line of stripVTControlCharacters(narrow.stdout).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('posts a signed webhook, and ends with 4 if it was not sent', async () => {
    await makeStore()
    const posts: Post[] = []
    let status = 400
    const url = await serve((post) => {
      posts.push(post)
      return status
    })
    const env = { SALLYPORT_WATCH_SECRET: secret }
    const failed = await once(['--webhook', url, '--dead', '0'], env)
    expect(failed.stderr).toMatch(/A notice was not sent: webhook 1, 127\.0\.0\.1:\d+: 127\.0\.0\.1:\d+ answered 400/)
    expect(failed.stderr).not.toContain('a-path')
    status = 200
    expect(await once(['--webhook', url], env)).toMatchObject({ code: 1, stdout: '' })
    expect(posts).toHaveLength(2)
    expect(new Webhook(secret).verify(posts[1]!.body, posts[1]!.headers)).toMatchObject({
      type: 'sallyport.alert.raised',
      data: { watch: 'sallyport-watch', rule: 'dead-letters' },
    })
    await discardAll()
    status = 500
    expect(await once(['--webhook', url], env)).toMatchObject({ code: 4 })
  })

  it('takes each rule, and leaves rules out', async () => {
    await makeStore()
    expect(await once(['--dead', '1'])).toMatchObject({ code: 0 })
    expect(await once(['--without', 'dead'])).toMatchObject({ code: 0 })
    const full = ['watch', '--inbox', 'events.db', '--once', '--without', 'dead', '--space', '99.999%']
    expect(await runHere(full, { cwd: folder })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the disk has'),
    })
  })

  it.each<[readonly string[], number, string]>([
    [['--silent', 'stripe'], 2, 'Use a provider and a duration'],
    [['--silent', 'stripe=6'], 2, 'Use a duration'],
    [['--space', '120%'], 2, 'Use a part below 100%'],
    [['--without', 'dread'], 2, 'Use one of against-past'],
    [['--slack', 'https://hooks.slack.com/services/a-path'], 2, '--slack must be env:NAME or file:PATH'],
    [['--webhook-secret', 'env:SALLYPORT_WATCH_SECRET'], 2, '--webhook-secret needs --webhook'],
    [['--slack', 'env:NOWHERE'], 3, 'NOWHERE is not set or empty'],
    [['--slack', 'env:SLACK_URL'], 3, 'notify.slack must be a URL of hooks.slack.com'],
    [['--webhook', 'http://example.com/a-path'], 3, 'must be an HTTPS URL'],
    [['--inbox', 'missing.db'], 4, 'there is no inbox'],
  ])('explains %j', async (args, code, message) => {
    await makeStore()
    const ended = await once(args, {
      SLACK_URL: 'https://example.com/a-path',
      SALLYPORT_WATCH_SECRET: secret,
    })
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(message) })
    expect(ended.stderr + ended.stdout).not.toContain('a-path')
  })
})

describe('sallyport watch', () => {
  it('tells Slack, and ends on SIGTERM', async () => {
    await makeStore()
    const posts: string[] = []
    const url = await serve(({ body }) => {
      posts.push(body)
      return 200
    })
    const args = ['watch', '--inbox', 'events.db', '--slack', 'env:SLACK_URL', '--silent', 'stripe=6h']
    const program = start(args, { cwd: folder, env: { SLACK_URL: url } })
    await program.sees(/raised {3}.*1 dead event/)
    await expect.poll(() => posts.join()).toContain(':red_circle: Raised: SQLite')
    const { code, stderr } = await program.end('SIGTERM')
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^Watching SQLite, .*\n$/) })
  })
})
