import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signDelivery } from 'sallyport/testing'
import { sonzai } from 'sallyport/providers/sonzai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHosted, runJson } from '../support/cli/host.ts'

const secret = 'whsec_long-enough-for-a-real-secret'
const variable = `SONZAI_WEBHOOK_SECRET=${secret}\n`
const marked = (text: string): Buffer => Buffer.from(`\ufeff${text}`)
const wide = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')

let cwd: string
const cleaning: (() => Promise<void>)[] = []
beforeAll(async () => {
  cwd = await temporaryFolder((work) => cleaning.push(work))
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

async function withFile(name: string, bytes: Uint8Array, args: readonly string[], env: Record<string, string> = {}) {
  await writeFile(join(cwd, name), bytes, { mode: 0o600 })
  return runJson(args, { cwd, env })
}

const refusal = (message: string) => ({
  code: 3,
  records: [{ ok: false, code: 'ENCODING_UNSUPPORTED', message }],
})

describe('a file that a person wrote', () => {
  it('may have a byte order mark', async () => {
    const doctor = ['doctor', '--env-from', 'dev.env']
    expect(await withFile('dev.env', marked(variable), doctor)).toMatchObject({ code: 0 })
    const env = { SONZAI_WEBHOOK_SECRET_FILE: 'secret' }
    const { records } = await withFile('secret', marked(`${secret}\n`), ['doctor'], env)
    expect(JSON.stringify(records)).toContain(`file:secret is set, ${secret.length} characters`)
  })

  it.each([
    ['--env-from', 'dev.env', ['doctor', '--env-from', 'dev.env'], '--env-from: dev.env'],
    [
      'a secret',
      'secret',
      ['send', 'sonzai', 'agent.message', '--to', 'http://127.0.0.1:9', '--secret', 'file:secret'],
      'file:secret',
    ],
    ['an API key', 'key', ['webhooks', 'list', 'sonzai', '--api-key', 'file:key'], 'file:key'],
  ])('is refused in UTF-16: %s', async (_what, name, args, place) => {
    expect(await withFile(name, wide(variable), args)).toMatchObject(refusal(`${place} is encoded in UTF-16`))
  })

  it('is refused in Latin-1', async () => {
    const bytes = Buffer.from(`# für Tests\n${variable}`, 'latin1')
    expect(await withFile('dev.env', bytes, ['doctor', '--env-from', 'dev.env'])).toMatchObject(
      refusal('--env-from: dev.env is not UTF-8 (Latin-1, or another code page)'),
    )
  })

  it('is left as it is by --make-secrets if it is UTF-16', async () => {
    const bytes = wide('OTHER=1\n')
    const { code, records } = await withFile('made.env', bytes, ['listen', '--make-secrets', 'made.env', '--port', '0'])
    expect({ code, text: JSON.stringify(records) }).toEqual({ code: 3, text: expect.stringContaining('UTF-16') })
    expect(await readFile(join(cwd, 'made.env'))).toEqual(bytes)
  })
})

describe('a request file', () => {
  const signed = signDelivery(sonzai(), { secret })
  const head = ['POST / HTTP/1.1', ...Object.entries(signed.plainHeaders).map(([name, value]) => `${name}: ${value}`)]
  const request = Buffer.concat([Buffer.from(`${head.join('\n')}\n\n`), signed.body])
  const verify = ['verify', 'sonzai', '--request', 'request.http']
  const env = { SONZAI_WEBHOOK_SECRET: secret }

  it('may have a byte order mark', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeff'), request])
    expect(await withFile('request.http', bytes, verify, env)).toMatchObject({ code: 0, records: [{ ok: true }] })
  })

  it('is refused in UTF-16', async () => {
    expect(await withFile('request.http', wide(request.toString()), verify, env)).toMatchObject({
      code: 1,
      records: [{ message: 'the request file is encoded in UTF-16' }],
    })
  })
})

describe('a secret with something around it', () => {
  it.each([
    [
      'a secret',
      ['send', 'sonzai', 'agent.message', '--to', 'http://127.0.0.1:9'],
      'SONZAI_WEBHOOK_SECRET',
      `'${secret}'`,
    ],
    ['a secret', ['listen', '--no-inbox', '--port', '0'], 'SONZAI_WEBHOOK_SECRET', `'${secret}'`],
    ['an API key', ['webhooks', 'list', 'sonzai'], 'SONZAI_API_KEY', "'sk_key'"],
  ])('is named: %s for %j', async (_what, args, name, value) => {
    const { code, stderr } = await runHosted(args, { cwd, env: { [name]: value } })
    expect(code).toBe(3)
    expect(stderr).toContain(`env:${name} has quotes around it; remove them`)
    expect(stderr).not.toContain(value.slice(1, -1))
  })
})
