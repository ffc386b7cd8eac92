import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { judgeSkew } from '../../packages/cli/src/doctor/check-clock.ts'
import { temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const good = 'whsec_0123456789abcdefghijklmnopqrstuv'

interface Finding {
  readonly severity: string
  readonly check: string
  readonly subject: string
}

/** Runs doctor with a configuration. */
async function doctor(config: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const cwd = await temporaryFolder()
  await writeFile(join(cwd, 'sallyport.config.ts'), `export default ${config}\n`)
  const { code, records, stderr } = await runJson(['doctor', ...args], { cwd, env })
  const { findings = [] } = records[0] as { findings?: Finding[] }
  const bad = findings
    .filter(({ severity }) => severity !== 'ok' && severity !== 'skipped')
    .map(({ severity, subject, check }) => [severity, subject, check].join(' '))
  return { code, bad, text: JSON.stringify(records) + stderr, cwd }
}

describe('doctor', () => {
  it('ends with 0 for a sound configuration', async () => {
    const { code, bad, text } = await doctor('{}', { SONZAI_WEBHOOK_SECRET: good })
    expect({ code, bad }).toEqual({ code: 0, bad: [] })
    expect(text).not.toContain(good.slice(6))
  })

  it.each([
    ['no secret at all', '{}', {}, 'error providers secret-present'],
    [
      'a missing configured one',
      `{ providers: { stripe: { secret: 'env:NONE' } } }`,
      { SONZAI_WEBHOOK_SECRET: good },
      'error stripe secret-present',
    ],
    ['a short one', '{}', { INVORATEC_WEBHOOK_SECRET: 'short' }, 'warning invoratec secret-length'],
    ['one of equal characters', '{}', { INVORATEC_WEBHOOK_SECRET: 'a'.repeat(40) }, 'warning invoratec secret-length'],
    ['one with a space', '{}', { SONZAI_WEBHOOK_SECRET: `${good} ` }, 'error sonzai secret-space'],
    ['one in quotes', '{}', { SONZAI_WEBHOOK_SECRET: `"${good}"` }, 'error sonzai secret-space'],
    [
      'one in another format',
      '{}',
      { STANDARD_WEBHOOK_SECRET: 'whsec_not base64 at all, but long' },
      'error standard-webhooks secret-form',
    ],
    [
      'one listed twice',
      `{ providers: { sonzai: { secret: ['env:A', 'env:B'] } } }`,
      { A: good, B: good },
      'warning sonzai secret-rotation',
    ],
    [
      'a long tolerance',
      `{ providers: { sonzai: { toleranceMs: 86_400_000 } } }`,
      { SONZAI_WEBHOOK_SECRET: good },
      'warning sonzai tolerance',
    ],
    [
      'a short tolerance',
      `{ providers: { sonzai: { toleranceMs: 5_000 } } }`,
      { SONZAI_WEBHOOK_SECRET: good },
      'warning sonzai tolerance',
    ],
    [
      'large bodies',
      `{ providers: { sonzai: { maxBodyBytes: 1e9 } } }`,
      { SONZAI_WEBHOOK_SECRET: good },
      'warning sonzai limits',
    ],
    [
      'the older signature',
      `{ providers: { sonzai: { legacyBodySignature: true } } }`,
      { SONZAI_WEBHOOK_SECRET: good },
      'warning sonzai legacy-signature',
    ],
    [
      'a token over HTTP',
      `{ providers: { fleet: { url: 'http://example.com/x' } } }`,
      { FLEET_WEBHOOK_TOKEN: good },
      'error fleet https',
    ],
    [
      'payloads over HTTP',
      `{ providers: { sonzai: { url: 'http://example.com/x' } } }`,
      { SONZAI_WEBHOOK_SECRET: good },
      'warning sonzai https',
    ],
  ])('finds %s', async (_what, config, env, finding) => {
    const { code, bad, text } = await doctor(config, env)
    expect(bad).toContain(finding)
    expect(code).toBe(bad.some((one) => one.startsWith('error')) ? 1 : 0)
    for (const secret of Object.values(env).filter((value) => value.length > 10)) expect(text).not.toContain(secret)
  })

  it('warns of a readable secret file; --strict ends with 1', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'open.key')
    await writeFile(path, `${good}\n`)
    await chmod(path, 0o644)
    const env = { SONZAI_WEBHOOK_SECRET_FILE: path }
    expect(await doctor('{}', env)).toMatchObject({ code: 0, bad: ['warning sonzai secret-file'] })
    expect(await doctor('{}', env, '--strict')).toMatchObject({ code: 1 })
  })

  it('reports a file that is not an inbox', async () => {
    const env = { SONZAI_WEBHOOK_SECRET: good }
    expect(await doctor(`{ inbox: '/etc/hostname' }`, env)).toMatchObject({ code: 1, bad: ['error inbox inbox'] })
  })

  it('compares the clock with a server', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString()).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { SONZAI_WEBHOOK_SECRET: good }
    expect(await doctor('{}', env, '--clock', url)).toMatchObject({ code: 1, bad: ['error clock clock'] })
    expect(await doctor('{}', env, '--clock', 'http://127.0.0.1:9')).toMatchObject({
      code: 0,
      bad: ['warning clock clock'],
    })
    server.closeAllConnections()
  })

  it.each([
    [0, 'ok'],
    [-5_400, 'ok'],
    [20_000, 'warning'],
    [-61_000, 'error'],
  ])('judges a clock that differs by %i ms', (skew, severity) => {
    expect(judgeSkew(skew).severity).toBe(severity)
  })
})

describe('an invalid configuration', () => {
  it.each([
    ['an unknown member', `{ listenn: {} }`, 'CONFIG_INVALID', 'listenn'],
    [
      'a literal secret',
      `{ providers: { sonzai: { secret: 'whsec_hidden' } } }`,
      'CONFIG_INVALID',
      'providers.sonzai.secret',
    ],
    ['a name without a provider', '{ providers: { nobody: {} } }', 'CONFIG_INVALID', 'providers.nobody'],
    ['an invalid port', `{ listen: { port: 'hidden' } }`, 'CONFIG_INVALID', 'listen.port'],
    ['not an object', `7`, 'CONFIG_INVALID', 'default export'],
    ['wrong syntax', `{ listen: `, 'CONFIG_UNREADABLE', 'sallyport.config.ts'],
    ['an enum', `{}; enum Color { Red }`, 'CONFIG_UNREADABLE', 'strip types'],
    ['a missing package', `await import('not-installed-at-all')`, 'CONFIG_UNREADABLE', 'installed'],
  ])('ends with 3 and shows no value: %s', async (_what, config, code, words) => {
    const result = await doctor(config, {})
    expect(result.code).toBe(3)
    expect(result.text).toContain(code)
    expect(result.text).toContain(words)
    expect(result.text).not.toContain('hidden')
  })

  it('ends with 4 without the file, 3 without an export', async () => {
    const cwd = await temporaryFolder()
    await mkdir(join(cwd, 'sub'))
    await writeFile(join(cwd, 'sub', 'own.mjs'), 'export const config = {}\n')
    expect(await runJson(['doctor', '--config', 'none.ts'], { cwd })).toMatchObject({
      code: 4,
      records: [{ code: 'CONFIG_MISSING' }],
    })
    expect(await runJson(['doctor'], { cwd, env: { SALLYPORT_CONFIG: 'sub/own.mjs' } })).toMatchObject({
      code: 3,
      records: [{ code: 'CONFIG_INVALID' }],
    })
  })
})
