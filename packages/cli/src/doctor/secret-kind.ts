import type { Provider } from 'sallyport'

/** What a text is, by a beginning that is public knowledge: no text is shown. */
const kinds: readonly (readonly [beginning: RegExp, kind: string, use?: 'live' | 'never'])[] = [
  [/^[srp]k_live_/, 'a live Stripe API key', 'live'],
  [/^[srp]k_test_/, 'a Stripe test API key'],
  [/^sk-ant-/, 'an Anthropic API key'],
  [/^sk[-_]/, 'an API key'],
  [/^(?:we|evt|acct|whe|ed)_[A-Za-z0-9]{10,}$/, 'an id of Stripe'],
  [/^(?:gh[pousr]_|github_pat_)/, 'a GitHub token'],
  [/^glpat-/, 'a GitLab token'],
  [/^(?:lsv2_|ls__)/, 'a LangSmith API key'],
  [/^claw_/, 'an Invoratec API key'],
  [/^xox[a-z]-|^xapp-/, 'a Slack token'],
  [/^A[KS]IA[A-Z0-9]{16}$/, 'an AWS access key id'],
  [/^AIza[\w-]{30,}$/, 'a Google API key'],
  [/^npm_[A-Za-z0-9]{30,}$/, 'an npm token'],
  [/^SG\.[\w-]+\./, 'a SendGrid API key'],
  [/^eyJ[\w-]+\.[\w-]+\./, 'a JSON Web Token'],
  [/^-----BEGIN /, 'a PEM block, such as a private key'],
  [/^[a-z][a-z\d+.-]*:\/\//i, 'a URL', 'never'],
  [/^(?:sha256|sha1)=|^t=\d+,|^v1a?,(?!whsec_|whpk_)/, 'a signature of a delivery', 'never'],
  [/^(?:env|file):/, 'the place of a secret', 'never'],
]

/** What was given instead of a signing secret. */
export interface OtherKind {
  readonly kind: string
  /** Whether it opens an account, so that a leak costs money. */
  readonly isLive: boolean
  /** Whether it may be the secret all the same: the owner of the webhook may have chosen this text. */
  readonly isPossible: boolean
}

/**
 * Whether a text is something else than a signing secret, such as an API key.
 *
 * @param prefix what secrets of the provider begin with; empty where its owner chooses any text
 */
export function findOtherKind({ scheme }: Provider, prefix: string, secret: string): OtherKind | undefined {
  // What is around it has a finding of its own.
  const text = secret.replace(/^[\s"'`]+/, '')
  const found = kinds.find(([beginning]) => beginning.test(text))
  if (found === undefined) return undefined
  const isAccepted = scheme.prepareKey(secret) !== undefined
  const [, kind, use] = found
  const isPrivate = /^-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)
  // It takes this block and not a damaged one, so it reads PEM.
  const readsPem = isAccepted && text.startsWith('-----') && scheme.prepareKey(`${text.slice(0, 40)}!`) === undefined
  if (readsPem && !isPrivate) return undefined
  const isChosen = prefix === '' && isAccepted && !isPrivate
  return { kind, isLive: use === 'live', isPossible: use === undefined && (isChosen || readsPem) }
}

// Of documents and examples. Random base64 has none of them: the short ones stand beside a separator.
const placeholder =
  /your[-_ ]|[-_ ]your|example|placeholder|change[-_ ]?me|replace[-_ ]|insert[-_ ]|redacted|(?:super|my|test|dummy|webhook|top)[-_ ]secret|secret[-_ ]here|to everybody|password|x{6}|\*{3}|\.{3}|…|^<.*>$|^\$\{?\w+\}?$/i

/** Whether a text is a placeholder of a document, such as `whsec_your_secret_here`. */
export function isPlaceholder(secret: string): boolean {
  return placeholder.test(secret)
}

const marks = /^(?:v1,)?whsec_/

/** Whether a provider decodes its secrets from base64, so that not every text is one. */
function decodesBase64({ scheme }: Provider): boolean {
  return scheme.prepareKey('whsec_!') === undefined && scheme.prepareKey('whsec_AAAA') !== undefined
}

/** What is wrong with the prefix or the encoding of a secret; `undefined` if nothing is. It is possible where it may verify. */
export function findEncodingFlaw(
  provider: Provider,
  secret: string,
): { readonly flaw: string; readonly isPossible: boolean } | undefined {
  if (/^(?:whsec_){2}/.test(secret)) return { flaw: 'has the prefix whsec_ twice', isPossible: false }
  if (!decodesBase64(provider) || /^(?:v1a,)?whpk_/.test(secret)) return undefined
  const text = secret.replace(marks, '')
  if (/^(?:[\da-f]{2}){16,}$|^(?:[\dA-F]{2}){16,}$/.test(text))
    return {
      flaw: 'looks like hex; this provider reads base64',
      isPossible: provider.scheme.prepareKey(secret) !== undefined,
    }
  if (/^[\w-]{16,}=*$/.test(text) && /[-_]/.test(text))
    return { flaw: 'is written as base64url; this provider reads base64', isPossible: false }
  return undefined
}

/** Bytes of a secret that a provider decodes from base64; `undefined` for other secrets. */
export function countBytes(provider: Provider, secret: string): number | undefined {
  if (!decodesBase64(provider) || !marks.test(secret)) return undefined
  return Buffer.from(secret.replace(marks, ''), 'base64').length
}
