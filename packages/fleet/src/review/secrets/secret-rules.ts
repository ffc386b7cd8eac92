/** A place in a text that looks like a secret. */
export interface FoundSecret {
  /** Kind of the secret, for people. */
  readonly kind: string
  /** Offsets in UTF-16 units; the end is exclusive. */
  readonly start: number
  readonly end: number
  /** The first four characters, if they show only the kind. */
  readonly shown?: string | undefined
  /** Many harmless texts have this shape too. */
  readonly generic: boolean
}

/** A well-known shape of a secret. */
export interface SecretRule {
  /** Kind of the secret, for people. */
  readonly kind: string
  /**
   * Finds it; group 1, if any, is the secret itself. Linear by construction: a fixed beginning that cannot follow a character
   * of its own class, then one run of a class.
   */
  readonly pattern: RegExp
  /** It must look random, for shapes that words can have. @default false */
  readonly random?: boolean | undefined
  /** The first characters show only the kind, so they may be shown. @default true */
  readonly showStart?: boolean | undefined
  /** Many harmless texts have this shape too. @default false */
  readonly generic?: boolean | undefined
}

// Not within a word, but possibly after an escape of JSON or of a URL.
const start = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))`
const rule = (kind: string, pattern: string, rest: Omit<SecretRule, 'kind' | 'pattern'> = {}): SecretRule => ({
  kind,
  pattern: new RegExp(start + pattern, 'dg'),
  ...rest,
})

/** In order of precedence: a text found by an earlier rule is not reported again. */
export const secretRules: readonly SecretRule[] = [
  rule('AWS access key id', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])'),
  rule('Anthropic API key', 'sk-ant-[A-Za-z0-9_-]{20,}'),
  rule('OpenAI API key', 'sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}'),
  rule('OpenRouter API key', 'sk-or-v1-[0-9a-f]{32,}'),
  rule('OpenAI-style API key', 'sk-[A-Za-z0-9_-]{24,}', { random: true }),
  rule('LangSmith API key', 'lsv2_[a-z]{2}_[0-9a-f]{32}_[0-9a-f]{10}'),
  rule('LangSmith API key', 'ls__[0-9a-f]{32}'),
  rule('GitHub token', 'gh[pousr]_[A-Za-z0-9]{36,}'),
  rule('GitHub token', 'github_pat_[A-Za-z0-9_]{36,}'),
  rule('GitLab token', 'gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{20,}'),
  rule('Slack token', 'xox[abeoprs]-[A-Za-z0-9-]{10,}', { random: true }),
  rule('Slack app token', 'xapp-[0-9]-[A-Za-z0-9-]{20,}'),
  rule(
    'Slack webhook',
    String.raw`https:\/\/hooks\.slack\.com\/services\/(T[A-Za-z0-9]{6,}\/B[A-Za-z0-9]{6,}\/[A-Za-z0-9]{16,})`,
    { showStart: false },
  ),
  rule('Stripe live key', '[sr]k_live_[A-Za-z0-9]{16,}'),
  rule('Stripe test key', 'rk_test_[A-Za-z0-9]{16,}'),
  rule('webhook signing secret', 'whsec_[A-Za-z0-9+/=]{16,}', { random: true }),
  rule('API key (sk_)', 'sk_(?:test_)?[A-Za-z0-9]{20,}', { random: true }),
  rule('Invoratec API key', 'claw_[A-Za-z0-9_-]{16,}', { random: true }),
  rule('Google API key', 'AIza[A-Za-z0-9_-]{35}'),
  rule('Google OAuth client secret', 'GOCSPX-[A-Za-z0-9_-]{20,}'),
  rule('Google OAuth token', String.raw`ya29\.[A-Za-z0-9_-]{20,}`),
  rule('Google service account key id', String.raw`"private_key_id"\s{0,8}:\s{0,8}"([0-9a-f]{40})"`, {
    showStart: false,
  }),
  rule('npm token', 'npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])'),
  rule('PyPI token', 'pypi-[A-Za-z0-9_-]{40,}'),
  rule('Tavily API key', 'tvly-[A-Za-z0-9_-]{20,}', { random: true }),
  rule('Hugging Face token', '(?:hf_|api_org_)[A-Za-z0-9]{30,}'),
  rule('Groq API key', 'gsk_[A-Za-z0-9]{40,}'),
  rule('xAI API key', 'xai-[A-Za-z0-9]{60,}'),
  rule('Perplexity API key', 'pplx-[A-Za-z0-9]{40,}'),
  rule('Replicate API token', 'r8_[A-Za-z0-9]{37}(?![A-Za-z0-9])'),
  rule('Databricks token', 'dapi[0-9a-f]{32}(?![A-Za-z0-9])'),
  rule('Amazon Bedrock API key', 'ABSK[A-Za-z0-9+/]{80,}'),
  rule('Azure client secret', String.raw`[A-Za-z0-9_.~-]{3}\dQ~[A-Za-z0-9_.~-]{31,34}(?![A-Za-z0-9_.~-])`, {
    showStart: false,
  }),
  rule('Azure access key', '(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{42,86}={1,2})', { showStart: false }),
  rule('Twilio API key', 'SK[0-9a-f]{32}(?![A-Za-z0-9])'),
  rule('Mailgun API key', 'key-[0-9a-f]{32}(?![A-Za-z0-9])'),
  rule('Shopify token', 'shp(?:at|ca|pa|ss)_[0-9a-f]{32}'),
  rule('DigitalOcean token', 'do[opr]_v1_[0-9a-f]{64}'),
  rule('Telegram bot token', '[0-9]{8,10}:(AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])', { showStart: false }),
  rule(
    'Discord bot token',
    String.raw`[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])`,
    { showStart: false },
  ),
  rule(
    'Discord webhook',
    String.raw`https:\/\/discord(?:app)?\.com\/api\/webhooks\/([0-9]{16,20}\/[A-Za-z0-9_-]{60,})`,
    { showStart: false },
  ),
  rule('Notion token', 'ntn_[A-Za-z0-9]{40,}'),
  rule('Linear API key', 'lin_(?:api|oauth)_[A-Za-z0-9]{32,}'),
  rule('Airtable token', String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}`),
  rule('Atlassian API token', 'AT(?:ATT|CTT)3[A-Za-z0-9_=-]{50,}'),
  rule('HashiCorp Vault token', String.raw`hv[sbr]\.[A-Za-z0-9_-]{24,}`),
  rule('Docker token', 'dckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}'),
  rule('RubyGems API key', 'rubygems_[0-9a-f]{48}'),
  rule('Sentry token', 'sntry[su]_[A-Za-z0-9+/=_-]{40,}'),
  rule('Grafana token', 'gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}', { random: true }),
  rule('Supabase key', 'sb(?:p|_secret)_[A-Za-z0-9_-]{22,}', { random: true }),
  rule('Tailscale key', 'tskey-[a-z]+-[A-Za-z0-9-]{20,}'),
  rule('age private key', 'AGE-SECRET-KEY-1[A-Z0-9]{58}'),
  rule('SendGrid API key', String.raw`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}`),
  rule('JSON Web Token', String.raw`eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}`),
  {
    kind: 'AWS secret access key',
    pattern: /aws_?secret_?(?:access_?)?key["'`]?[ \t]{0,8}[:=][ \t]{0,8}["'`]?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/dgi,
    random: true,
    showStart: false,
  },
  {
    kind: 'password in a URL',
    pattern: /(?<![A-Za-z+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@?#"'`<>]{0,64}:([^\s:/@?#"'`<>]{6,128})@/dgi,
    showStart: false,
    generic: true,
  },
  {
    kind: 'value that looks like a secret',
    pattern:
      /(?:api[_-]?key|secret(?:[_-]?key)?|(?:access|auth|bearer|refresh)?[_-]?token|passw(?:or)?d|credential)["'`]?[ \t]{0,8}[:=][ \t]{0,8}["'`]?(?:bearer )?([A-Za-z0-9+/_-]{20,256}={0,2})/dgi,
    random: true,
    showStart: false,
    generic: true,
  },
]

/** Every text that a rule can match contains one of these; most short texts contain none and need no search. */
export const anyTrigger =
  /A[KSB]IA|ACCA|[srg]k[-_]|lsv2_|ls__|gh[pousr]_|github_pat|glpat|xox|xapp|slack\.com|whsec|claw|AIza|GOCSPX|ya29|npm_|pypi|tvly|hf_|SG\.|eyJ|xai-|pplx|r8_|dapi|ABSK|\dQ~|SK[0-9a-f]{8}|shp|do[opr]_v1|gl[a-z]{1,5}[-_]|api_org|\d:AA|\.[\w-]{6}\.[\w-]{27}|discord|ntn_|lin_|pat[a-z\d]{14}\.|AT[AC]TT3|hv[sbr]\.|dckr|rubygems|sntry|sb(?:p|_secret)_|key|secret|token|passw|credential|@/i
