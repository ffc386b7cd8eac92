import { createHash, timingSafeEqual } from 'node:crypto'
import { SallyportError } from '../errors/sallyport-error.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { failProvider } from './check-provider.ts'
import type { HandshakeAnswer } from './handshake.ts'
import { findSecretFlaw } from './secret-flaw.ts'
import { decodePercent, readParameters } from './url-parameters.ts'
import { refuse, type Refusal } from './verdict.ts'

/** What `tokenChallenge` takes. */
export interface TokenChallengeOptions {
  /** The verify token, or several during rotation, as they were entered at the sender. */
  readonly token: string | readonly string[]
  /** Name of the URL parameter with the token. */
  readonly tokenParameter: string
  /** Name of the URL parameter whose value is sent back. */
  readonly challengeParameter: string
  /** Parameters that must have exactly these values. @default none */
  readonly fixed?: Readonly<Record<string, string>> | undefined
}

/** A GET that a sender makes to check an endpoint. */
export interface TokenChallenge {
  /** Answers a GET. @param url path and query */
  answer(url: string): HandshakeAnswer | Refusal
}

const rules: OptionRules<TokenChallengeOptions> = {
  token: allow.anything,
  tokenParameter: allow.required(allow.filled),
  challengeParameter: allow.required(allow.filled),
  fixed: allow.record,
}

const maxTokenLength = 1_024

/**
 * A check by GET, as of Meta: the URL has a verify token, which is compared in constant time, and a challenge, which is sent
 * back as plain text. Each parameter must be there exactly once. The token is kept as a digest: printing a provider does not
 * show it.
 *
 * @throws SallyportError `SECRET_MISSING` without a token; `SECRET_INVALID` for an empty one, or one with white space around it
 * @example
 * get: tokenChallenge({ token, tokenParameter: 'hub.verify_token', challengeParameter: 'hub.challenge', fixed: { 'hub.mode': 'subscribe' } })
 */
export function tokenChallenge(options: TokenChallengeOptions): TokenChallenge {
  checkOptions('tokenChallenge', options, rules, failProvider)
  const { tokenParameter, challengeParameter } = options
  const fixed = Object.entries(options.fixed ?? {})
  const accepted = toDigests(options.token)

  return Object.freeze({
    answer(url: string): HandshakeAnswer | Refusal {
      const token = readOnce(url, tokenParameter)
      const challenge = readOnce(url, challengeParameter)
      const isComplete = fixed.every(([name, value]) => readOnce(url, name) === value)
      if (!isComplete || token === undefined || challenge === undefined) return refuse('HANDSHAKE_INVALID')
      return isOneOf(accepted, token) ? { text: challenge } : refuse('CREDENTIAL_MISMATCH')
    },
  })
}

function toDigests(token: TokenChallengeOptions['token']): Buffer[] {
  const tokens: readonly unknown[] = typeof token === 'string' ? [token] : Array.isArray(token) ? token : []
  if (tokens.length === 0) throw new SallyportError('SECRET_MISSING', 'tokenChallenge: the verify token is missing')
  return tokens.map((each) => {
    if (typeof each !== 'string' || each === '' || each.length > maxTokenLength)
      throw new SallyportError('SECRET_INVALID', 'tokenChallenge: the verify token is empty or too long')
    const flaw = findSecretFlaw(each)
    if (flaw !== undefined) throw new SallyportError('SECRET_INVALID', `tokenChallenge: the verify token ${flaw}`)
    return toDigest(each)
  })
}

/** The value of a parameter that is there exactly once, decoded as a form; bounded. */
function readOnce(url: string, name: string): string | undefined {
  const values = readParameters(url, name)
  const [written = ''] = values
  if (values.length !== 1 || written.length > 3 * maxTokenLength) return undefined
  return decodePercent(written.replaceAll('+', ' '))
}

// No early end: how long it takes says nothing about which token is near.
function isOneOf(accepted: readonly Buffer[], token: string): boolean {
  const digest = toDigest(token)
  return accepted.map((each) => timingSafeEqual(each, digest)).includes(true)
}

// Digests have equal lengths, so the comparison does not show the length of the token.
function toDigest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
