import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlaceholder, looksRandom } from './placeholder.ts'
import { secretRules } from './secret-rules.ts'

/** A text with a secret in it. */
export interface SecretSample {
  readonly text: string
  readonly secret: string
}

const alphabets = { upper: /[A-Z0-9]/, alphanumeric: /[A-Za-z0-9]/, hexadecimal: /[0-9a-f]/ }

const drawn = (length: number, alphabet: keyof typeof alphabets = 'alphanumeric') =>
  fc
    .stringMatching(new RegExp(`^${alphabets[alphabet].source}{${length}}$`))
    .filter((text) => !isPlaceholder(text) && looksRandom(text))

const make = (build: (part: string, other: string) => string, length: number, alphabet?: keyof typeof alphabets) =>
  fc.tuple(drawn(length, alphabet), drawn(40)).map(([part, other]): SecretSample => {
    return { text: build(part, other), secret: part }
  })

/** Secrets drawn by lot, by what the scanner calls them. None is written out, so that no scanner of this repository minds. */
export const randomSecrets: Readonly<Record<string, fc.Arbitrary<SecretSample>>> = {
  'AWS access key id': make((part) => `AKIA${part}`, 16, 'upper'),
  'Anthropic API key': make((part) => `sk-ant-api03-${part}`, 60),
  'OpenAI API key': make((part) => `sk-proj-${part}`, 48),
  'OpenRouter API key': make((part) => `sk-or-v1-${part}`, 64, 'hexadecimal'),
  'OpenAI-style API key': make((part) => `sk-${part}`, 48),
  'LangSmith API key': make(
    (part, other) => `lsv2_pt_${part}_${Buffer.from(other).toString('hex').slice(0, 10)}`,
    32,
    'hexadecimal',
  ),
  'GitHub token': make((part) => `ghp_${part}`, 36),
  'GitLab token': make((part) => `glpat-${part}`, 20),
  'Slack token': make((part) => `xoxb-${part}`, 40),
  'Slack app token': make((part) => `xapp-1-${part}`, 40),
  'Slack webhook': make((part) => `https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/${part}`, 24),
  'Stripe live key': make((part) => `sk_live_${part}`, 24),
  'webhook signing secret': make((part) => `whsec_${part}`, 32),
  'API key (sk_)': make((part) => `sk_${part}`, 32),
  'Invoratec API key': make((part) => `claw_${part}`, 32),
  'Google API key': make((part) => `AIza${part}`, 35),
  'Google OAuth client secret': make((part) => `GOCSPX-${part}`, 28),
  'Google OAuth token': make((part) => `ya29.${part}`, 80),
  'Google service account key id': make((part) => `"private_key_id": "${part}"`, 40, 'hexadecimal'),
  'npm token': make((part) => `npm_${part}`, 36),
  'PyPI token': make((part) => `pypi-${part}`, 80),
  'Tavily API key': make((part) => `tvly-dev-${part}`, 32),
  'Hugging Face token': make((part) => `hf_${part}`, 34),
  'Groq API key': make((part) => `gsk_${part}`, 52),
  'SendGrid API key': make((part, other) => `SG.${part}.${other}`, 22),
  'Stripe test key': make((part) => `rk_test_${part}`, 24),
  'xAI API key': make((part) => `xai-${part}`, 80),
  'Perplexity API key': make((part) => `pplx-${part}`, 48),
  'Replicate API token': make((part) => `r8_${part}`, 37),
  'Databricks token': make((part) => `dapi${part}`, 32, 'hexadecimal'),
  'Amazon Bedrock API key': make((part) => `ABSK${part}`, 110),
  'Azure client secret': make((part) => `a1_8Q~${part}`, 34),
  'Azure access key': make((part) => `AccountName=a;AccountKey=${part}==;`, 86),
  'Twilio API key': make((part) => `SK${part}`, 32, 'hexadecimal'),
  'Mailgun API key': make((part) => `key-${part}`, 32, 'hexadecimal'),
  'Shopify token': make((part) => `shpat_${part}`, 32, 'hexadecimal'),
  'DigitalOcean token': make((part) => `dop_v1_${part}`, 64, 'hexadecimal'),
  'Telegram bot token': make((part) => `123456789:AA${part}`, 33),
  'Discord bot token': make((part, other) => `M${part}.Gabc12.${other.slice(0, 38)}`, 25),
  'Discord webhook': make((part) => `https://discord.com/api/webhooks/112233445566778899/${part}`, 68),
  'Notion token': make((part) => `ntn_${part}`, 46),
  'Linear API key': make((part) => `lin_api_${part}`, 40),
  'Airtable token': make((part, other) => `pat${other.slice(0, 14)}.${part}`, 64, 'hexadecimal'),
  'Atlassian API token': make((part) => `ATATT3${part}`, 180),
  'HashiCorp Vault token': make((part) => `hvs.${part}`, 90),
  'Docker token': make((part) => `dckr_pat_${part}`, 27),
  'RubyGems API key': make((part) => `rubygems_${part}`, 48, 'hexadecimal'),
  'Sentry token': make((part) => `sntrys_${part}`, 80),
  'Grafana token': make((part) => `glsa_${part}`, 41),
  'Supabase key': make((part) => `sb_secret_${part}`, 31),
  'Tailscale key': make((part) => `tskey-auth-${part}`, 32),
  'age private key': make((part) => `AGE-SECRET-KEY-1${part}`, 58, 'upper'),
  'JSON Web Token': make((part, other) => `eyJ${part}.eyJ${part}.${other}`, 36),
  'AWS secret access key': make((part) => `aws_secret_access_key = ${part}`, 40),
  'password in a URL': make((part) => `postgres://user:${part}@localhost/db`, 20),
  'value that looks like a secret': make((part) => `api_key = "${part}"`, 32),
  'private key': make((part) => `-----BEGIN RSA PRIVATE KEY-----\n${part}\n${part}\n-----END RSA PRIVATE KEY-----`, 64),
}

describe('randomSecrets', () => {
  it('has a sample for every rule', () => {
    const kinds = new Set([...secretRules.map(({ kind }) => kind), 'private key'])
    expect(Object.keys(randomSecrets).toSorted()).toEqual([...kinds].toSorted())
  })
})
