import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findSecrets } from './find-secrets.ts'
import { maskSecrets } from './mask-secrets.ts'
import { randomSecrets } from './random-secret.test.ts'

describe('findSecrets', () => {
  it.each(Object.entries(randomSecrets))('finds and masks a %s anywhere', (kind, secret) => {
    const around = fc.constantFrom(
      '',
      ' ',
      '\n',
      '"',
      "'",
      '`',
      '=',
      ': ',
      '(',
      ')',
      '\r\n',
      ' héé',
      '智能体',
      String.raw`\n`,
      '%20',
    )
    fc.assert(
      fc.property(secret, around, around, ({ text, secret: hidden }, before, after) => {
        const whole = `line\n${before}${text}${after}`
        const found = findSecrets(whole)
        expect(found.map((each) => each.kind)).toContain(kind)
        for (const { shown = '' } of found) expect(shown.length).toBeLessThanOrEqual(4)
        const masked = maskSecrets(whole)
        expect(masked.text).not.toContain(hidden)
        expect(masked.text.split('\n')).toHaveLength(whole.split('\n').length)
        expect(findSecrets(masked.text)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    'YOUR_API_KEY',
    'sk-...',
    'sk-your-key-here-0123456789abcdef',
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'sk-proj-XXXXXXXXXXXXXXXXXXXXXXXXXXXX',
    'ghp_000000000000000000000000000000000000',
    'AKIAIOSFODNN7EXAMPLE',
    'api_key = "${API_KEY}"',
    'apiKey: process.env.TAVILY_API_KEY_FOR_SEARCH',
    'token = os.environ["SLACK_TOKEN_0A1B2C3D4E5F6A7B8C9D"]',
    'password: <your password goes here>',
    'secret: {{ secrets.PRODUCTION_SIGNING_SECRET_2 }}',
    'postgres://user:password@localhost/db?example',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7bq1c9v1Xk\n-----END PUBLIC KEY-----',
    'risk-management-and-compliance-overview-2024-v2',
    'class="sk-navigation-header-container-wrapper"',
    'the token: internationalization-of-documents',
    'whsec_ is the prefix of a webhook secret',
    'a digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'xoxo-kisses-and-hugs-to-everybody',
    'xai-org/grok-1-open-release-of-march-2024',
    'pplx-7b-online, pplx-70b-online',
    'r8_im2col_kernel_with_shared_memory',
    'dapi0123456789abcdef',
    'ABSKip the next eighty characters of this sentence',
    'a1_8Q~short',
    'AccountKey=<the key of the account>;EndpointSuffix=core.windows.net',
    'SKU0123456789abcdef0123456789abcdef',
    'ACdeadbeef01234567deadbeef01234567 is an account, not a key',
    'key-value-store-2024, key-0a1b2c3d',
    'shpat_ is the prefix of a token',
    'dop_v1_0a1b2c3d4e5f',
    'at 12345678:AA the walk ends',
    'Main.module.function_name_of_something_long_2',
    'https://discord.com/api/webhooks/{id}/{token}',
    'ntn_total_number_of_turns_2024',
    'lin_regression_with_intercept_and_two_slopes',
    'pattern.compile(0a1b2c3d4e5f)',
    'ATATT3 begins an Atlassian token',
    'hvs.min.js?v=20240101',
    'dckr_pat_short',
    'rubygems_mirror_of_2024',
    'sntrys_ is the prefix of a token',
    'glsa_configuration_of_the_lighting_system',
    'glob-pattern-matching-for-javascript-2024',
    'sb_secret_of_the_old_house_by_the_sea',
    'tskey-auth-short',
    'AGE-SECRET-KEY-1 begins a key of age',
    'rk_test_short2024',
  ])('does not report %j', (text) => {
    const found = findSecrets(text)
    // A password in a URL is a generic finding; this one is a word.
    expect(found.filter(({ generic }) => !generic)).toEqual([])
    if (!text.startsWith('postgres')) expect(found).toEqual([])
  })

  it('hides a private key without an end, and nothing after', () => {
    const line = fc.stringMatching(/^[A-Za-z0-9+/]{64}$/)
    fc.assert(
      fc.property(line, line, (one, other) => {
        const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${one}\n${other}\n# Remarks: see above`
        const masked = maskSecrets(text).text
        expect(masked).not.toContain(one)
        expect(masked).not.toContain(other)
        expect(masked).toContain('# Remarks: see above')
      }),
    )
  })

  it('takes linear time on any text', () => {
    const hostile = [
      'eyJ',
      'eyJaaaaaaaaaa.',
      'sk-',
      'ghp_',
      'AKIA',
      'SG.',
      'SG.aaaaaaaaaaaaaaaaaaaa',
      'xoxb-',
      'whsec_',
      'token:',
      'token: a1B2c3D4e5F6g7H8i9J0',
      'a://b:',
      'aws_secret_access_key = ',
      'https://hooks.slack.com/services/T',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`,
      'a',
      'A1',
      ' ',
      String.raw`\n`,
    ]
    for (const piece of hostile) {
      const text = piece.repeat(Math.ceil(300_000 / piece.length))
      const began = performance.now()
      findSecrets(text)
      expect(performance.now() - began, piece).toBeLessThan(2_000)
    }
  })
})
