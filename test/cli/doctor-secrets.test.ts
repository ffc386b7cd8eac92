import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineProvider, hmac, noTimestamp, parts, sharedSecret, type Scheme } from 'sallyport/provider'
import { afterAll, describe, expect, it } from 'vitest'
import { chooseProvider, lookUpProvider, type ChosenProvider } from '../../packages/cli/src/choose-provider.ts'
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

const loaded = new Map(
  await Promise.all(
    Object.keys(knownProviders).map(async (name) => [name, await chooseProvider(name, {}, {})] as const),
  ),
)
const findings = (name: string, secret: string): string[] => findingsOf(loaded.get(name)!, secret)

function findingsOf(chosen: ChosenProvider, secret: string): string[] {
  const found = checkSecret(chosen, { source: 'env:PLACE', secret })
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
const chosenByOwner = (seed: number): string[] => [
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
  github: chosenByOwner,
  invoratec: chosenByOwner,
  fleet: chosenByOwner,
  langsmith: chosenByOwner,
  'standard-webhooks': (seed) => [
    ...[24, 32, 64].map((count) => `whsec_${b64(count, seed)}`),
    b64(32, seed),
    `v1,whsec_${b64(32, seed)}`,
    publicKey(),
  ],
}

/** Of a sender that is not listed: with its prefix, or any text, where that can be a secret of it. */
function honestOf(name: string, seed: number): string[] {
  const { secretPrefix } = knownProviders[name]!
  const made = secretPrefix === '' ? chosenByOwner(seed) : [secretPrefix + b64(32, seed)]
  const { scheme } = loaded.get(name)!.provider
  return honest[name]?.(seed) ?? made.filter((secret) => scheme.prepareKey(secret) !== undefined)
}

describe('an honest secret', () => {
  it.each(Object.keys(knownProviders))('raises no alarm: %s', (name) => {
    const seeds = Array.from({ length: Object.hasOwn(honest, name) ? 200 : 20 }, (_seed, index) => index)
    const alarms = seeds.flatMap((seed) => honestOf(name, seed).flatMap((secret) => findings(name, secret)))
    expect(alarms).toEqual([])
  })
})

const token = (seed: number): string =>
  `eyJhbGciOiJIUzI1NiJ9.${bytes(60, seed).toString('base64url')}.${bytes(32, seed).toString('base64url')}`

/** Secrets of a form that is rare, and that may be mistakes too. */
const rare: Readonly<Record<string, (seed: number) => string[]>> = {
  fleet: (seed) => [token(seed), `Bearer ${token(seed)}`, `sk_${alphanumeric(seed)}`, `we_${alphanumeric(seed)}`],
  github: (seed) => [token(seed), `sk-${alphanumeric(seed)}`],
  invoratec: (seed) => [token(seed), `claw_${alphanumeric(seed)}`],
  langsmith: (seed) => [token(seed), `lsv2_pt_${hex(16, seed)}`],
  'standard-webhooks': (seed) => [`whsec_${hex(32, seed)}`, `whsec_${hex(24, seed)}`, hex(32, seed)],
}

describe('an honest secret of a rare form', () => {
  it.each(Object.keys(rare))('is no error: %s', (name) => {
    const seeds = Array.from({ length: 200 }, (_seed, index) => index)
    const errors = seeds.flatMap((seed) =>
      rare[name]!(seed).flatMap((secret) => findings(name, secret).filter((found) => found.startsWith('error'))),
    )
    expect(errors).toEqual([])
  })

  it('ends doctor with 0', async () => {
    const cwd = await temporaryFolder((work) => cleaning.push(work))
    const env = { FLEET_WEBHOOK_TOKEN: token(1), STANDARD_WEBHOOK_SECRET: `whsec_${hex(32, 1)}` }
    const { code, stdout } = await runHere(['doctor', '--inbox', 'none.db', '--json'], { cwd, env })
    const { findings: found } = JSON.parse(stdout) as { findings: { severity: string; check: string }[] }
    const about = found.filter(({ check }) => check === 'secret-kind' || check === 'secret-encoding')
    expect({ code, about }).toEqual({
      code: 0,
      about: [expect.objectContaining({ severity: 'warning' }), expect.objectContaining({ severity: 'warning' })],
    })
  })
})

/** A provider of the user's own with a scheme. */
function own(scheme: Scheme): ChosenProvider {
  const provider = defineProvider({ name: 'own', scheme, events: {}, identify: () => ({}) as never })
  return { ...lookUpProvider('own', { providers: { own: { provider } } }, {}), provider }
}

describe('a PEM block', () => {
  const pair = generateKeyPairSync('ed25519')
  const pems = {
    public: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString().trim(),
    private: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString().trim(),
  }
  const readPem = (secret: string): KeyObject | undefined => {
    try {
      return createPublicKey(secret)
    } catch {
      return undefined
    }
  }
  const shared = sharedSecret({ header: 'x-token' })
  const signed = hmac({
    header: 'x-signature',
    encoding: 'hex',
    signed: [parts.body],
    freshness: noTimestamp('of no use here'),
  })
  it.each<[what: string, scheme: Scheme, key: keyof typeof pems, found: string[]]>([
    ['a public key, where the scheme reads PEM', { ...shared, prepareKey: readPem }, 'public', []],
    [
      'a private key, where the scheme reads PEM',
      { ...shared, prepareKey: readPem },
      'private',
      ['warning secret-kind'],
    ],
    ['a public key, where any text is a secret', signed, 'public', ['warning secret-kind']],
    ['a private key, where any text is a secret', signed, 'private', ['error secret-kind']],
    ['a public key, where lines are no secret', shared, 'public', ['error secret-kind']],
  ])('is judged by what the scheme takes: %s', (_what, scheme, key, found) => {
    expect(findingsOf(own(scheme), pems[key])).toEqual(found)
  })
})

const everywhere = Object.keys(knownProviders)
// Where the secret is a public key, no other text can be one.
const ofAnyText = everywhere.filter(
  (name) =>
    knownProviders[name]!.secretPrefix === '' &&
    loaded.get(name)!.provider.scheme.prepareKey('correct horse battery staple') !== undefined,
)

describe('a text that is no signing secret', () => {
  // Any text may be a secret where its owner chooses it, so there only what never is one is an error.
  it.each<[what: string, secret: string, isNever?: true]>([
    ['a live key', `sk_live_${alphanumeric(1)}`, true],
    ['a restricted live key', `rk_live_${alphanumeric(1)}`, true],
    ['a publishable live key', `pk_live_${alphanumeric(1)}`, true],
    ['a test key', `sk_test_${alphanumeric(1)}`],
    ['a live key in quotes', `"sk_live_${alphanumeric(1)}"`, true],
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
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${b64(32, 1)}`, true],
    ['a URL', 'https://example.com/webhooks/sonzai', true],
    ['a signature', `sha256=${hex(32, 1)}`, true],
    ['a Stripe signature', `t=1712345678,v1=${hex(32, 1)}`, true],
    ['a place', 'env:SONZAI_WEBHOOK_SECRET_OF_PRODUCTION', true],
  ])('is found for every provider: %s', (_what, secret, isNever) => {
    for (const name of everywhere) {
      const severity = isNever === undefined && ofAnyText.includes(name) ? 'warning' : 'error'
      expect([name, findings(name, secret)]).toEqual([name, expect.arrayContaining([`${severity} secret-kind`])])
    }
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
    ['hex', 'standard-webhooks', `whsec_${hex(32, 1)}`, ['warning secret-encoding']],
    ['hex without a prefix', 'standard-webhooks', hex(32, 1), ['warning secret-encoding']],
    ['hex that is no base64', 'standard-webhooks', `whsec_${hex(17, 1)}`, ['error secret-encoding']],
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
