import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { chooseProvider } from '../../packages/cli/src/choose-provider.ts'
import { checkSecret } from '../../packages/cli/src/doctor/check-secret.ts'
import { knownProviders } from '../../packages/cli/src/known-providers.ts'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'

const cleaning: (() => Promise<void>)[] = []
afterAll(() => Promise.all(cleaning.map((work) => work())))

/** Bytes that look random and are the same in each run. */
function bytes(count: number, seed: number | string): Buffer {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_block, index) =>
    createHash('sha256').update(`${seed} ${index}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, count)
}

function findings(name: string, secret: string): string[] {
  const found = checkSecret(chooseProvider(name, {}, {}), { source: 'env:PLACE', secret })
  for (const { message, fix = '' } of found)
    expect(secret.length > 12 && (message + fix).includes(secret.slice(0, 12))).toBe(false)
  return found
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ severity, check }) => `${severity} ${check}`)
}

const b64 = (count: number, seed: number | string): string => bytes(count, seed).toString('base64')
const hex = (count: number, seed: number | string): string => bytes(count, seed).toString('hex')
const alphanumeric = (seed: number | string): string => b64(48, seed).replaceAll(/[+/=]/g, 'a').slice(0, 32)
const publicKey = (): string => {
  const { publicKey: key } = generateKeyPairSync('ed25519')
  return `whpk_${key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`
}
const chosen = (seed: number): string[] => [
  hex(20, seed),
  hex(32, seed),
  b64(24, seed),
  b64(32, seed),
  bytes(32, seed).toString('base64url'),
  `whsec_${b64(32, seed)}`,
  alphanumeric(seed),
  `${seed} correct horse battery staple`,
]

const honest: Readonly<Record<string, (seed: number) => string[]>> = {
  sonzai: (seed) => [
    `whsec_${b64(32, seed)}`,
    `whsec_${hex(32, seed)}`,
    `whsec_${bytes(32, seed).toString('base64url')}`,
  ],
  stripe: (seed) => [`whsec_${alphanumeric(seed)}`, `whsec_${hex(32, seed)}`, `whsec_${b64(32, seed)}`],
  github: chosen,
  invoratec: chosen,
  fleet: chosen,
  langsmith: chosen,
  'standard-webhooks': (seed) => [
    ...[24, 32, 64].map((count) => `whsec_${b64(count, seed)}`),
    b64(32, seed),
    `v1,whsec_${b64(32, seed)}`,
    publicKey(),
  ],
}

describe('an honest secret', () => {
  it.each(Object.keys(knownProviders))('raises no alarm: %s', (name) => {
    const seeds = Array.from({ length: 200 }, (_seed, index) => index)
    const alarms = seeds.flatMap((seed) => honest[name]!(seed).flatMap((secret) => findings(name, secret)))
    expect(alarms).toEqual([])
  })
})

const everywhere = Object.keys(knownProviders)

describe('a text that is no signing secret', () => {
  it.each([
    ['a live key', `sk_live_${alphanumeric(1)}`],
    ['a restricted live key', `rk_live_${alphanumeric(1)}`],
    ['a publishable live key', `pk_live_${alphanumeric(1)}`],
    ['a test key', `sk_test_${alphanumeric(1)}`],
    ['a live key in quotes', `"sk_live_${alphanumeric(1)}"`],
    ['an API key of Sonzai', `sk_${alphanumeric(1)}`],
    ['an OpenAI key', `sk-proj-${alphanumeric(1)}`],
    ['an Anthropic key', `sk-ant-api03-${alphanumeric(1)}`],
    ['a GitHub token', `ghp_${alphanumeric(1)}`],
    ['a fine-grained GitHub token', `github_pat_${alphanumeric(1)}`],
    ['a GitHub app token', `ghs_${alphanumeric(1)}`],
    ['a LangSmith key', `lsv2_pt_${hex(16, 1)}_${hex(5, 1)}`],
    ['an Invoratec key', `claw_${alphanumeric(1)}`],
    ['a Slack token', `xoxb-${alphanumeric(1)}`],
    ['an AWS key id', `AKIA${alphanumeric(1).toUpperCase().slice(0, 16)}`],
    ['a web token', `eyJhbGciOi.eyJzdWIi.${alphanumeric(1)}`],
    ['the id of a Stripe endpoint', `we_${alphanumeric(1)}`],
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${b64(32, 1)}`],
    ['a URL', 'https://example.com/webhooks/sonzai'],
    ['a signature', `sha256=${hex(32, 1)}`],
    ['a Stripe signature', `t=1712345678,v1=${hex(32, 1)}`],
    ['a place', 'env:SONZAI_WEBHOOK_SECRET_OF_PRODUCTION'],
  ])('is found for every provider: %s', (_what, secret) => {
    for (const name of everywhere)
      expect([name, findings(name, secret)]).toEqual([name, expect.arrayContaining(['error secret-kind'])])
  })

  it.each([
    'whsec_your_signing_secret_here',
    'your-webhook-secret-goes-here',
    'change-me-please-change-me',
    'whsec_xxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'whsec_example_secret_of_the_documents',
    "It's a Secret to Everybody",
    '<paste the signing secret>',
    '${STRIPE_WEBHOOK_SECRET}',
    '$STRIPE_WEBHOOK_SECRET',
    'whsec_**************************',
    'whsec_...................',
    'my-super-secret-test-secret',
  ])('is found for every provider: %s', (secret) => {
    for (const name of everywhere) expect([name, findings(name, secret)]).toEqual([name, ['error secret-placeholder']])
  })
})

describe('a secret in another form', () => {
  it.each<[what: string, name: string, secret: string, found: string[]]>([
    ['two prefixes', 'standard-webhooks', `whsec_whsec_${b64(32, 1)}`, ['error secret-encoding']],
    ['two prefixes', 'stripe', `whsec_whsec_${alphanumeric(1)}`, ['error secret-encoding']],
    ['two prefixes', 'sonzai', `whsec_whsec_${b64(32, 1)}`, ['error secret-encoding']],
    ['no prefix', 'stripe', alphanumeric(1), ['warning secret-encoding']],
    ['no prefix', 'sonzai', b64(32, 1), ['warning secret-encoding']],
    ['hex', 'standard-webhooks', `whsec_${hex(32, 1)}`, ['error secret-encoding']],
    ['hex without a prefix', 'standard-webhooks', hex(32, 1), ['error secret-encoding']],
    [
      'base64url',
      'standard-webhooks',
      `whsec_${Buffer.alloc(33, 0xfb).toString('base64url')}ab-_`,
      ['error secret-encoding'],
    ],
    ['too few bytes', 'standard-webhooks', `whsec_${b64(23, 1)}`, ['warning secret-length']],
    ['too many bytes', 'standard-webhooks', `whsec_${b64(65, 1)}`, ['warning secret-length']],
    ['no base64', 'standard-webhooks', 'whsec_not base64 at all, but long', ['error secret-form']],
  ])('is found: %s, %s', (_what, name, secret, found) => {
    expect(findings(name, secret)).toEqual(found)
  })
})

const day = 86_400_000

/** What doctor finds in a folder, without what is well. */
async function doctor(
  config: object,
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, readonly [text: string, ageMs: number]>>,
): Promise<string[]> {
  const cwd = await temporaryFolder((work) => cleaning.push(work))
  await writeFile(join(cwd, 'sallyport.config.mjs'), `export default ${JSON.stringify(config)}\n`)
  for (const [name, [text, ageMs]] of Object.entries(files)) {
    const path = join(cwd, name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text, { mode: 0o600 })
    const at = new Date(Date.now() - ageMs)
    await utimes(path, at, at)
  }
  const { stdout } = await runHere(['doctor', '--inbox', 'none.db', '--json'], { cwd, env })
  const { findings: found } = JSON.parse(stdout) as { findings: { severity: string; check: string; subject: string }[] }
  return found
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ severity, check, subject }) => `${severity} ${subject} ${check}`)
}

const first = `whsec_${b64(32, 'first')}`
const second = `whsec_${b64(32, 'second')}`
const rotating = { providers: { sonzai: { secret: ['file:new', 'file:old'] } } }
const stored = (record: object): string => JSON.stringify({ version: 1, secrets: { 'sonzai:on_wakeup_ready': record } })
const entry = (secret: string, ageMs: number, more: object = {}) => ({
  id: secret.slice(-4),
  secret,
  notBefore: Date.now() - ageMs,
  ...more,
})

describe('the age of secrets', () => {
  it.each<[what: string, config: object, files: Record<string, [string, number]>, found: string[]]>([
    ['a rotation that goes on', rotating, { new: [first, day], old: [second, 300 * day] }, []],
    [
      'a rotation that is over',
      rotating,
      { new: [first, 60 * day], old: [second, 300 * day] },
      ['warning sonzai secret-age'],
    ],
    ['one file, not old', { providers: { sonzai: { secret: 'file:new' } } }, { new: [first, 300 * day] }, []],
    [
      'one old file',
      { providers: { sonzai: { secret: 'file:new' } } },
      { new: [first, 400 * day] },
      ['warning sonzai secret-age'],
    ],
    [
      'a stored secret, not old',
      { providers: { sonzai: { secret: 'file:new' } } },
      { new: [first, day], '.sallyport/secrets.json': [stored({ secrets: [entry(second, 300 * day)] }), 0] },
      [],
    ],
    [
      'a stored secret that is old',
      { providers: { sonzai: { secret: 'file:new' } } },
      { new: [first, day], '.sallyport/secrets.json': [stored({ secrets: [entry(second, 400 * day)] }), 0] },
      ['warning sonzai:on_wakeup_ready secret-age'],
    ],
    [
      'a stored one that retires',
      { providers: { sonzai: { secret: 'file:new' } } },
      {
        new: [first, day],
        '.sallyport/secrets.json': [
          stored({ secrets: [entry(first, 500 * day, { notAfter: Date.now() + day }), entry(second, 60 * day)] }),
          0,
        ],
      },
      [],
    ],
    [
      'two stored ones without an end',
      { providers: { sonzai: { secret: 'file:new' } }, platforms: { sonzai: { secrets: 'elsewhere.json' } } },
      {
        new: [first, day],
        'elsewhere.json': [stored({ secrets: [entry(first, 90 * day), entry(second, 60 * day)] }), 0],
      },
      ['warning sonzai:on_wakeup_ready secret-age'],
    ],
    [
      'a lost one',
      { providers: { sonzai: { secret: 'file:new' } } },
      { new: [first, day], '.sallyport/secrets.json': [stored({ secrets: [], lostAt: Date.now() }), 0] },
      ['warning sonzai:on_wakeup_ready secret-lost'],
    ],
    [
      'a damaged store',
      { providers: { sonzai: { secret: 'file:new' } } },
      { new: [first, day], '.sallyport/secrets.json': ['{', 0] },
      ['error webhooks secret-file'],
    ],
  ])('is judged: %s', async (_what, config, files, found) => {
    expect(await doctor(config, {}, files)).toEqual(found)
  })
})

describe('a secret of two endpoints', () => {
  it('is found', async () => {
    const env = { SONZAI_WEBHOOK_SECRET: first, STRIPE_WEBHOOK_SECRET: first, GITHUB_WEBHOOK_SECRET: second }
    expect(await doctor({}, env, {})).toEqual(['warning stripe secret-shared'])
  })
})
