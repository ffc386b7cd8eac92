import type { Delivery, Provider, Secrets } from 'sallyport'
import type { DiagnoseOptions, DiagnosisCause } from 'sallyport/diagnose'
import { toHeaderList } from 'sallyport/provider'
import { fleet } from '@sallyport/fleet'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { arrive, signedAt } from './signed.ts'

/** A captured delivery whose trouble is known. */
export interface KnownCase {
  readonly name: string
  readonly provider: Provider
  readonly delivery: Delivery
  readonly options: DiagnoseOptions
  /** The cause; then other findings that are true of it. */
  readonly truths: readonly [DiagnosisCause, ...DiagnosisCause[]]
}

/** What happened to a delivery, or to the receiver's secret. */
interface Trouble {
  readonly truths: KnownCase['truths']
  /** What the sender signed. @default compact JSON */
  readonly sent?: string
  readonly signedWith?: string
  readonly configured?: Secrets
  readonly change?: (delivery: Delivery) => Partial<Delivery>
  readonly options?: Partial<DiagnoseOptions>
}

const secrets = ['whsec_bG9uZyBlbm91Z2ggc2VjcmV0', 'whsec_YW5vdGhlciBnb29kIHNlY3JldCBvZiBvdXJz'] as const
const strange = 'whsec_bm9ib2R5IGtub3dzIHRoaXM='
const minute = 60_000
const hour = 60 * minute

const value = {
  event_type: 'agent.message',
  type: 'invoice.paid',
  timestamp: new Date(signedAt).toISOString(),
  created: signedAt / 1000,
  data: { note: 'Grüße', amount: 1250 },
}
const compact = JSON.stringify(value)
const pretty = JSON.stringify(value, undefined, 2)

const bytes = (text: string) => (): Partial<Delivery> => ({ body: Buffer.from(text) })
const later = (ms: number) => (): Partial<Delivery> => ({ receivedAt: signedAt + ms })
const lengthOf =
  (text: string) =>
  (delivery: Delivery): Partial<Delivery> => ({
    headers: toHeaderList([...delivery.headers, ['content-length', String(Buffer.byteLength(text))]]),
  })

/** As who edits an old capture to make it fresh. */
const withTime =
  (ms: number) =>
  ({ headers }: Delivery): Partial<Delivery> => ({
    headers: toHeaderList(
      [...headers].map(([name, text]): [string, string] => [
        name,
        text.replace(String(signedAt / 1000), String((signedAt + ms) / 1000)),
      ]),
    ),
    receivedAt: signedAt + ms,
  })

const signatureHeader = (provider: Provider): string => provider.scheme.describe().header
const withSignature =
  (provider: Provider, edit: (text: string, name: string) => readonly (readonly [string, string])[]) =>
  ({ headers }: Delivery): Partial<Delivery> => ({
    headers: toHeaderList(
      [...headers].flatMap(([name, text]) =>
        name.toLowerCase() === signatureHeader(provider)
          ? edit(text, name).map(([a, b]): [string, string] => [a, b])
          : [[name, text] as [string, string]],
      ),
    ),
  })

/** Trouble of senders that sign the body. */
function* troublesOf(provider: Provider, secret: string): Generator<Trouble> {
  const other = (ms: number, key = secret): Delivery => arrive(provider, { secret: key, body: compact }, later(ms))
  const replaced = compact.replace('agent.message', 'user.blocked!')

  yield { truths: ['BODY_WHITESPACE'], change: bytes(`${compact}\n`) }
  yield { truths: ['BODY_WHITESPACE'], sent: `${compact}\n`, change: bytes(compact) }
  yield { truths: ['BODY_LINE_ENDINGS'], sent: pretty, change: bytes(pretty.replaceAll('\n', '\r\n')) }
  yield { truths: ['BODY_RESERIALISED'], sent: pretty, change: bytes(compact) }
  yield { truths: ['BODY_RESERIALISED'], change: bytes(pretty) }
  yield { truths: ['BODY_CHARSET'], change: () => ({ body: Buffer.from(compact, 'latin1') }) }
  yield { truths: ['BODY_BYTE_ORDER_MARK'], change: bytes(`\ufeff${compact}`) }
  yield { truths: ['BODY_ENCODED'], change: bytes(Buffer.from(compact).toString('base64')) }
  yield {
    truths: ['BODY_LENGTH', 'UNEXPLAINED'],
    change: (delivery) => ({ ...lengthOf(compact)(delivery), ...bytes(compact.slice(0, 70))() }),
  }
  yield { truths: ['BODY_REPLACEMENT_CHARACTERS', 'UNEXPLAINED'], change: bytes(compact.replaceAll(/[üß]/g, '\ufffd')) }
  yield { truths: ['BODY_EMPTY', 'UNEXPLAINED'], change: bytes('') }
  yield { truths: ['BODY_SINGLE_BYTE'], change: bytes(compact.replace('"type"', '"tyqe"')) }
  yield { truths: ['BODY_SINGLE_BYTE'], change: bytes(compact.replace('invoice', 'Invoice')) }
  yield { truths: ['BODY_SINGLE_BYTE'], change: bytes(compact.replace('1250', '12507')) }
  yield {
    truths: ['BODY_MEMBER_ORDER'],
    change: bytes(JSON.stringify(Object.fromEntries(Object.entries(value).toReversed()))),
  }
  yield {
    truths: ['BODY_MEMBER_ORDER'],
    change: bytes(compact.replace('"note":"Grüße","amount":1250', '"amount":1250,"note":"Grüße"')),
  }
  yield { truths: ['BODY_ALTERED', 'UNEXPLAINED'], change: bytes(replaced) }
  yield {
    truths: ['BODY_ALTERED', 'UNEXPLAINED'],
    change: bytes(replaced),
    options: { also: [other(-hour), other(hour)] },
  }
  yield { truths: ['BODY_ALTERED', 'UNEXPLAINED'], change: bytes(replaced), options: { also: [other(hour)] } }

  yield { truths: ['SECRET_WHITESPACE'], configured: `${secret}\n` }
  yield { truths: ['SECRET_WHITESPACE'], configured: `"${secret}"` }
  // The others take the secret with or without its prefix.
  if (provider.name !== 'sonzai' && provider.name !== 'standard-webhooks')
    yield { truths: ['SECRET_PREFIX'], configured: secret.slice('whsec_'.length) }
  yield { truths: ['SECRET_ENCODING'], configured: Buffer.from(secret).toString('base64') }
  yield { truths: ['SECRET_INACTIVE'], configured: [{ secret, notAfter: signedAt - 1 }, strange] }
  yield { truths: ['SECRET_WRONG'], configured: strange, options: { otherSecrets: [{ id: 'env:OTHER', secret }] } }
  yield { truths: ['SECRET_WRONG', 'UNEXPLAINED'], signedWith: strange, change: lengthOf(compact) }
  yield { truths: ['SECRET_WRONG', 'UNEXPLAINED'], signedWith: strange, sent: compact.replace('ü', '\ufffd') }
  // Rotated between the two.
  yield { truths: ['SECRET_WRONG', 'UNEXPLAINED'], signedWith: strange, options: { also: [other(-hour)] } }
  yield {
    truths: ['SECRET_WRONG', 'UNEXPLAINED'],
    signedWith: strange,
    options: { also: [other(-hour), other(hour, strange)] },
  }

  yield { truths: ['SIGNATURE_DAMAGED'], change: withSignature(provider, (text, name) => [[name, swapLetter(text)]]) }
  yield { truths: ['SIGNATURE_FORM'], change: withSignature(provider, (text, name) => [[name, `"${text}"`]]) }
  yield { truths: ['HEADER_RENAMED'], change: withSignature(provider, (text, name) => [[`X-Forwarded-${name}`, text]]) }
  yield {
    truths: ['HEADER_REPEATED'],
    change: withSignature(provider, (text, name) => [
      [name, text],
      [name, text],
    ]),
  }
  yield { truths: ['REFUSED'], change: withSignature(provider, () => []) }
  yield { truths: ['REFUSED'], change: () => ({ method: 'PUT' }) }

  if (provider.scheme.freshness.from === 'nowhere') return
  const { from } = provider.scheme.freshness
  if (from === 'signature' || from === 'header') yield { truths: ['TIME_ALTERED'], change: withTime(3 * hour) }
  yield { truths: ['TIME_OLD'], change: later(20 * minute) }
  yield { truths: ['TIME_OLD'], change: later(hour) }
  yield { truths: ['TIME_AHEAD'], change: later(-7 * minute) }
  yield { truths: ['TIME_ZONE', 'TIME_AHEAD'], change: later(-2 * hour) }
  yield { truths: ['TIME_ZONE', 'TIME_OLD'], change: later(5.5 * hour) }
}

// In the middle of the signature, whatever is around it.
function swapLetter(text: string): string {
  const at = text.length - 20
  return text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
}

/** Trouble of a sender that sends the secret itself. */
function* troublesOfToken(provider: Provider, secret: string): Generator<Trouble> {
  const sent = (credential: string) => withSignature(provider, (_text, name) => [[name, credential]])
  yield { truths: ['CREDENTIAL_FORM'], change: sent(`"${secret}"`) }
  yield { truths: ['CREDENTIAL_FORM'], change: sent(`Token ${secret}`) }
  yield { truths: ['CREDENTIAL_FORM'], change: sent(`Basic ${Buffer.from(`fleet:${secret}`).toString('base64')}`) }
  yield { truths: ['CREDENTIAL_WRONG'], signedWith: strange }
  yield { truths: ['CREDENTIAL_WRONG'], change: sent('Basic Z2F0ZXdheTpwYXNzd29yZA==') }
  yield { truths: ['SECRET_WRONG'], configured: strange, options: { otherSecrets: [{ id: 'env:OTHER', secret }] } }
  yield { truths: ['SECRET_WHITESPACE'], configured: `${secret}\n` }
  yield { truths: ['SECRET_PREFIX'], configured: secret.slice('whsec_'.length) }
  yield { truths: ['REFUSED'], change: withSignature(provider, () => []) }
  yield { truths: ['REFUSED'], change: () => ({ method: 'PUT' }) }
}

/** Captures with known trouble: every provider, every secret, everything that is known to go wrong. */
export function* knownCases(): Generator<KnownCase> {
  const providers = [
    sonzai(),
    invoratec(),
    github(),
    langsmith(),
    stripe(),
    standardWebhooks({ events: {} }),
    fleet(),
  ] as unknown as Provider[]
  for (const provider of providers) {
    for (const secret of secrets) {
      const troubles = provider.name === 'fleet' ? troublesOfToken : troublesOf
      for (const { truths, sent = compact, signedWith = secret, configured = secret, change, options } of troubles(
        provider,
        secret,
      ))
        yield {
          name: `${provider.name}: ${truths[0]}`,
          provider,
          delivery: arrive(provider, { secret: signedWith, body: sent }, change),
          // Where there is nothing to be found, a long search changes nothing.
          options: {
            secret: configured,
            toleranceMs: 5 * minute,
            searchBytes: truths.includes('UNEXPLAINED') ? 8 * 1024 ** 2 : undefined,
            ...options,
          },
          truths,
        }
    }
  }
}
