import { describeProvider, type ProviderSubject } from '@sallyport/contracts'
import { createVerifier, safeVerify, type EventMap, type Provider } from 'sallyport'
import { toHeaderList, type Scheme } from 'sallyport/provider'
import { describe, expect, it } from 'vitest'

/** What the scheme of a sender does not say of itself. */
export type SenderRules = Pick<ProviderSubject, 'type' | 'bodyOf'> & Partial<Omit<ProviderSubject, 'provider'>>

/** A delivery that was not signed by this project. */
export interface Vector {
  /** Where it is from. */
  readonly from: string
  readonly secret: string
  /** A secret of the same form that did not sign. @default the secret with another letter */
  readonly otherSecret?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** When it arrives, in milliseconds since 1970. @default now */
  readonly at?: number | undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Whether the body is JSON. @default true */
  readonly isJson?: boolean | undefined
  /** What the event must be. @default only the signature is checked */
  readonly event?: Readonly<Record<string, unknown>> | undefined
}

/** Runs the provider contract over a sender, with all that its scheme says of itself. */
export function describeSender<Events extends EventMap>(
  name: string,
  provider: Provider<Events>,
  rules: SenderRules,
): void {
  const subject = {
    secrets: ['first-secret-Zm9vYmFy', 'second-secret-YmFyYmF6'],
    notSecrets: [],
    ...readScheme(provider.scheme),
  }
  describeProvider(name, { provider, ...subject, ...rules } as ProviderSubject<Events>)
}

/** Known-good deliveries: each is accepted, and rejected with another secret or with a byte of the body changed. */
export function describeVectors<Events extends EventMap>(provider: Provider<Events>, vectors: readonly Vector[]): void {
  describe(`known-good deliveries of ${provider.name}`, () => {
    it.each(vectors.map((vector) => [vector.from, vector] as const))('%s', async (_from, vector) => {
      const { secret, at = Date.now(), method = 'POST', url = '/', event } = vector
      const headers = toHeaderList({ 'content-type': 'application/json', ...vector.headers })
      const body = Buffer.from(vector.body as string)
      const delivery = { method, url, headers, body, receivedAt: at, secure: true }
      const judge = (key: string, bytes: Uint8Array = body): string => {
        const verdict = createVerifier(provider, { secret: key }).authenticate({ ...delivery, body: bytes })
        return verdict.ok ? 'ok' : verdict.code
      }
      // A body that is not JSON is rejected after its signature has been found good.
      expect(judge(secret)).toBe(vector.isJson === false ? 'BODY_NOT_JSON' : 'ok')
      const altered = Uint8Array.from(body)
      altered[altered.length - 2]! ^= 1
      expect(judge(secret, altered)).toBe('SIGNATURE_MISMATCH')
      const other =
        vector.otherSecret ?? secret.replace(/[A-Za-z](?=[^A-Za-z]*$)/, (last) => (last === 'Q' ? 'g' : 'Q'))
      expect(judge(other)).toBe('SIGNATURE_MISMATCH')
      if (event === undefined) return
      const result = await safeVerify(provider, { ...delivery, secret })
      expect(result.ok && result.event).toMatchObject(event)
    })
  })
}

/** The header, what else is signed, where the time is, and how several signatures are joined. */
function readScheme(scheme: Scheme): Partial<ProviderSubject> {
  const { header, signed } = scheme.describe()
  const { freshness } = scheme
  const definition = scheme.definition?.()
  const isSigned = definition?.kind === 'hmac' || definition?.kind === 'ed25519' || definition?.kind === 'public-key'
  const options = isSigned ? definition.options : undefined
  return {
    signatureHeader: header,
    signedHeaders: signed.flatMap((part) => (part.startsWith('header ') ? [part.slice('header '.length)] : [])),
    time: freshness.from === 'nowhere' ? 'none' : definition?.kind === 'jwt' ? 'token' : freshness.from,
    timeHeader: freshness.from === 'header' ? freshness.name.toLowerCase() : undefined,
    timeField: options?.fields?.timestamp,
    severalJoinedBy: options?.separator ?? (options?.fields === undefined ? undefined : ','),
  }
}
