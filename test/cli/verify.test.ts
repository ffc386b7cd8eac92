import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const secret = 'whsec_of-the-verify-command'
const env = { SONZAI_WEBHOOK_SECRET: secret }
const cleaning: (() => Promise<void>)[] = []
let folder: string

beforeAll(async () => {
  folder = await temporaryFolder((work) => cleaning.push(work))
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

interface Capture {
  readonly options?: Partial<SignOptions>
  readonly lineEnd?: string
  readonly before?: string
  readonly body?: (body: Buffer) => Uint8Array
  readonly extraHeaders?: string[]
}

/** A captured request. */
function capture({
  options = {},
  lineEnd = '\n',
  before = '',
  body = (same) => same,
  extraHeaders = [],
}: Capture = {}): Buffer {
  const signed = signDelivery(sonzai(), { secret, ...options })
  const head = [
    'POST https://hooks.example.com/webhooks/sonzai?a=1 HTTP/1.1',
    ...Object.entries(signed.plainHeaders).map(([name, value]) => `${name}: ${value}`),
    ...extraHeaders,
  ]
  return Buffer.concat([
    Buffer.from(`${before}${head.join(lineEnd)}${lineEnd}${lineEnd}`),
    body(Buffer.from(signed.body)),
  ])
}

const verify = (request: Uint8Array, ...args: string[]) =>
  runJson(['verify', 'sonzai', '--request', '-', ...args], { env, input: request, cwd: folder })

describe('a request that verifies', () => {
  it('ends with 0 and prints what it is', async () => {
    const { code, stdout, stderr } = await run(['verify', 'sonzai', '--request', '-'], { env, input: capture() })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ verifies {2}sonzai · agent\.message · signed \S+Z · with env:SONZAI_WEBHOOK_SECRET\n$/)
  })

  it('prints one JSON object with --json', async () => {
    expect(await verify(capture({ lineEnd: '\r\n' }))).toEqual({
      code: 0,
      stderr: '',
      records: [
        {
          ok: true,
          provider: 'sonzai',
          keyId: 'env:SONZAI_WEBHOOK_SECRET',
          type: 'agent.message',
          signedAt: expect.stringMatching(/Z$/),
          findings: [],
          notes: [],
        },
      ],
    })
  })

  it('may have comments and a line end after the body', async () => {
    const length = signDelivery(sonzai(), { secret }).body.byteLength
    const request = capture({
      before: '### a delivery\n# @name x\n\n',
      extraHeaders: [`Content-Length: ${length}`],
      body: (bytes) => Buffer.concat([bytes, Buffer.from('\n')]),
    })
    expect(await verify(request)).toMatchObject({
      code: 0,
      records: [{ ok: true, notes: [expect.stringContaining('left out')] }],
    })
  })

  it('may have a chunked body', async () => {
    const request = capture({
      extraHeaders: ['Transfer-Encoding: chunked'],
      body: (bytes) =>
        Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]),
    })
    expect(await verify(request)).toMatchObject({
      code: 0,
      records: [{ notes: ['the chunks of the body were joined'] }],
    })
  })

  it('may have a header of mostly blanks', async () => {
    const request = capture({ extraHeaders: [`X-Note: \t a${' '.repeat(500_000)}b \t`] })
    expect(await verify(request)).toMatchObject({ code: 0, records: [{ ok: true }] })
  })

  it('is judged by the time it arrived', async () => {
    const now = Date.UTC(2026, 0, 2)
    const old = capture({ options: { now } })
    expect(await verify(old)).toMatchObject({
      code: 1,
      records: [{ code: 'TIMESTAMP_STALE', findings: [{ cause: 'TIME_OLD' }] }],
    })
    for (const args of [
      ['--at', '2026-01-02T00:04:00Z'],
      ['--at', String(now / 1000)],
      ['--ignore-age'],
      ['--tolerance', '900000000'],
    ])
      expect(await verify(old, ...args)).toMatchObject({ code: 0, records: [{ ok: true }] })
    const noted = capture({ options: { now }, before: '# received-at: 2026-01-02T00:00:01Z\n' })
    expect(await verify(noted)).toMatchObject({ code: 0 })
  })
})

describe('a request that does not verify', () => {
  it('ends with 1 and prints the reason and the fix', async () => {
    const input = capture({ body: (bytes) => Buffer.concat([bytes, Buffer.from('\n')]) })
    const { code, stdout, stderr } = await run(['verify', 'sonzai', '--request', '-'], { env, input })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const [head, reason, fix] = stdout.split('\n')
    expect(head).toBe('✗ does not verify  sonzai · SIGNATURE_MISMATCH')
    expect(reason).toBe('  proven    The end or the beginning of the body was altered: a line end was added at its end')
    expect(fix).toMatch(/^ {12}Capture and forward the bytes/)
  })

  it.each([
    ['a wrong secret', { SONZAI_WEBHOOK_SECRET: 'whsec_another' }, 'UNEXPLAINED'],
    ['a secret with a line end', { SONZAI_WEBHOOK_SECRET: `${secret} ` }, 'SECRET_WHITESPACE'],
  ])('is explained: %s', async (_what, environment, cause) => {
    const result = await runJson(['verify', 'sonzai', '--request', '-'], { env: environment, input: capture() })
    expect(result).toMatchObject({ code: 1, records: [{ ok: false, findings: [{ cause }] }] })
  })

  it('says what to do about a signature that was left out', async () => {
    const input = Buffer.from(
      capture()
        .toString()
        .replace(/(sonzai-signature): .*/i, '$1: [redacted]'),
    )
    const { records } = await verify(input)
    expect(records).toMatchObject([{ ok: false, notes: [expect.stringMatching(/Sonzai-Signature.*is \[redacted\]/i)] }])
    expect(String(records[0]!['notes'])).toContain('--sign')
    const other = await verify(capture({ extraHeaders: ['Cookie: [redacted]'] }))
    expect(other).toMatchObject({ code: 0, records: [{ notes: [] }] })
  })

  it('prints no secret, signature or payload', async () => {
    const request = capture({ body: (bytes) => Buffer.from(bytes.toString().replace('}', ',"x":"hidden-payload"}')) })
    const { code, stdout, stderr } = await run(['verify', 'sonzai', '--request', '-', '--json'], {
      env,
      input: request,
    })
    expect(code).toBe(1)
    const signature = /v1=([0-9a-f]+)/.exec(request.toString())![1]!
    for (const hidden of [secret.slice(6), signature, 'hidden-payload']) expect(stdout + stderr).not.toContain(hidden)
  })
})

describe('other evidence', () => {
  const bodyOf = (bytes: Buffer) => Buffer.from(bytes.toString().replaceAll('agent', 'aGENt'))

  it('names the other secret that verifies', async () => {
    await writeFile(join(folder, 'github.key'), 'a-key-of-github', { mode: 0o600 })
    const environment = {
      SONZAI_WEBHOOK_SECRET: 'whsec_another',
      GITHUB_WEBHOOK_SECRET_FILE: join(folder, 'github.key'),
      OLD_WEBHOOK_SECRET: secret,
    }
    const result = await runJson(['verify', 'sonzai', '--request', '-'], { env: environment, input: capture() })
    expect(result).toMatchObject({
      code: 1,
      records: [
        {
          findings: [{ cause: 'SECRET_WRONG', certainty: 'proven', detail: 'it verifies with env:OLD_WEBHOOK_SECRET' }],
        },
      ],
    })
  })

  it('trusts the secret if the requests of --also verify', async () => {
    const at = (hour: number): Partial<Capture> => ({
      options: { now: Date.UTC(2026, 0, 2, hour) },
      before: `# received-at: 2026-01-02T0${hour}:00:00.000Z\n`,
    })
    await writeFile(join(folder, 'before.http'), capture(at(1)))
    await writeFile(join(folder, 'after.http'), capture(at(5)))
    const odd = capture({ ...at(3), body: bodyOf })
    const before = ['--also', 'before.http']
    expect(await verify(odd, ...before)).toMatchObject({
      code: 1,
      records: [{ findings: [{ cause: 'BODY_ALTERED', certainty: 'possible' }] }],
    })
    expect(await verify(odd, ...before, '--also', 'after.http')).toMatchObject({
      code: 1,
      records: [{ findings: [{ cause: 'BODY_ALTERED', certainty: 'likely' }] }],
    })
  })

  it.each([
    ['missing.http', 4, 'ENOENT'],
    ['invalid.http', 1, 'REQUEST_INVALID'],
  ])('rejects --also %s', async (file, code, reason) => {
    await writeFile(join(folder, 'invalid.http'), '{}')
    expect(await verify(capture(), '--also', file)).toMatchObject({ code, records: [{ code: reason }] })
  })
})

describe('--secret', () => {
  it('accepts several places if one matches', async () => {
    await writeFile(join(folder, 'old.key'), 'whsec_older\n', { mode: 0o600 })
    const result = await verify(capture(), '--secret', 'file:old.key', '--secret', 'env:SONZAI_WEBHOOK_SECRET')
    expect(result).toMatchObject({ code: 0, records: [{ keyId: 'env:SONZAI_WEBHOOK_SECRET' }] })
  })

  it('defaults to the file that NAME_FILE names', async () => {
    const path = join(folder, 'mounted.key')
    await writeFile(path, `${secret}\r\n`)
    await chmod(path, 0o600)
    const result = await runJson(['verify', 'sonzai', '--request', '-'], {
      env: { SONZAI_WEBHOOK_SECRET_FILE: path },
      input: capture(),
    })
    expect(result).toMatchObject({ code: 0, records: [{ keyId: `file:${path}` }] })
  })

  it.each([
    ['--secret', 'env:NOT_SET', 3, 'SECRET_MISSING'],
    ['--secret', 'file:missing.key', 4, 'SECRET_UNREADABLE'],
  ])('%s %s ends with %d and %s', async (flag, place, exit, code) => {
    expect(await verify(capture(), flag, place)).toMatchObject({ code: exit, records: [{ ok: false, code }] })
  })
})

describe('an invalid --request', () => {
  it.each([
    ['', 1],
    ['{"json":true}', 1],
    ['POST / HTTP/1.1\nno header here\n\n{}', 2],
    ['# comment\nGET\n', 2],
  ])('ends with 1 and the line number for %j', async (text, line) => {
    const { code, records } = await verify(Buffer.from(text))
    expect({ code, records }).toMatchObject({
      code: 1,
      records: [{ code: 'REQUEST_INVALID', message: expect.stringContaining(`line ${line} `) }],
    })
  })

  it.each([
    ['verify sonzai --request none.http', 'ENOENT', '--request:', 'none.http does not exist'],
    ['verify sonzai --request .', 'EISDIR', '--request:', ' is a folder; name a file'],
    ['send sonzai agent.wakeup --to http://localhost:1 --data .', 'EISDIR', '--data:', ' is a folder; name a file'],
    ['bundle check . --policy none.json', 'ENOENT', '--policy:', 'none.json does not exist'],
  ])('ends with 4 for: %s', async (words, reason, option, problem) => {
    expect(await runJson(words.split(' '), { env, cwd: folder })).toMatchObject({
      code: 4,
      records: [{ ok: false, code: reason, message: expect.stringMatching(`^${option} ${folder}.*${problem}$`) }],
    })
  })
})

describe('a configured provider', () => {
  it('is known to verify', async () => {
    const { body, plainHeaders } = signDelivery(invoratec(), { secret: 'acme-secret-acme' })
    const request = [
      'POST /hooks/acme',
      ...Object.entries(plainHeaders).map(([name, value]) => `${name}: ${value}`),
      '',
      Buffer.from(body).toString(),
    ]
    const core = join(import.meta.dirname, '..', '..', 'packages', 'sallyport', 'src', 'provider.ts')
    await writeFile(
      join(folder, 'sallyport.config.ts'),
      `import { parts, defineProvider, fromBody, hmac } from ${JSON.stringify(core)}
     interface Named { readonly event: string }
     export default { providers: { acme: { secret: 'env:ACME', provider: defineProvider({
       name: 'acme',
       scheme: hmac({ header: 'x-webhook-signature', prefix: 'sha256=', encoding: 'hex', signed: [parts.body], freshness: fromBody('timestamp', 'iso') }),
       identify: ({ body }) => ({ type: (body as unknown as Named).event, data: body.data }),
       events: {},
     }) } } }`,
    )
    const result = await runJson(['verify', 'acme', '--request', '-'], {
      env: { ACME: 'acme-secret-acme' },
      input: request.join('\n'),
      cwd: folder,
    })
    expect(result).toMatchObject({ code: 0, records: [{ ok: true, provider: 'acme', type: 'tool.executed' }] })
  })
})
