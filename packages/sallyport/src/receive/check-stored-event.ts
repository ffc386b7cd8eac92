import { SallyportError } from '../errors/sallyport-error.ts'
import { redactedHeader, type InboxEvent } from './inbox.ts'
import type { KeySource } from '../verify/key-source.ts'
import type { Settings } from './options.ts'
import type { Provider } from '../verify/provider.ts'
import { readStoredData, toDelivery } from './read-stored-event.ts'
import { createAuthentication } from '../verify/authenticate.ts'
import { validate } from '../verify/validate.ts'
import { isRefusal, type Refusal, type Verdict } from '../verify/verdict.ts'

/** What a receiver says today of an event that an inbox has kept. */
export interface StoredEventCheck {
  /**
   * Whether the kept bytes prove their sender, with today's secrets and by the clock of their arrival; `'redacted'` where
   * the inbox left out the header that proves it.
   */
  readonly sender: Verdict | 'redacted'
  /** Whether the data fits today's schema of its type; places in the data where it does not. */
  readonly data: { readonly ok: true } | { readonly ok: false; readonly issues: readonly string[] } | Refusal
}

/** What checking a kept event needs of its receiver. */
export interface StoredEventCheckParts {
  readonly provider: Provider
  readonly settings: Settings
  readonly keySource: KeySource
}

/**
 * Makes what verifies and validates kept events again; no handler runs.
 *
 * @throws SallyportError from the check: `OPTION_INVALID` for another provider's event; `SECRET_RESOLVER_FAILED`
 */
export function createStoredEventCheck(parts: StoredEventCheckParts): (kept: InboxEvent) => Promise<StoredEventCheck> {
  const { provider, settings, keySource } = parts
  const authenticate = createAuthentication(provider, settings, keySource)

  async function checkSender(kept: InboxEvent): Promise<StoredEventCheck['sender']> {
    const secret = new Set(kept.secretHeaders.map((name) => name.toLowerCase()))
    if (kept.headers.some(([name, value]) => value === redactedHeader && secret.has(name.toLowerCase())))
      return 'redacted'
    const delivery = toDelivery(kept)
    const authentic = await authenticate(delivery, delivery, { known: {}, isAnswered: false })
    return authentic.ok ? { ok: true, keyId: authentic.proof.keyId } : authentic
  }

  async function checkData(kept: InboxEvent): Promise<StoredEventCheck['data']> {
    const read = await readStoredData(provider, kept, settings.maxBodyBytes)
    if (isRefusal(read)) return read
    if (!Object.hasOwn(provider.events, kept.type)) return { ok: true }
    const validation = await validate(provider.events[kept.type]!, read.data)
    return validation.ok ? { ok: true } : validation
  }

  return async (kept) => {
    if (kept.provider !== provider.name)
      throw new SallyportError('OPTION_INVALID', `${provider.name}: the event is one of "${kept.provider}"`)
    return { sender: await checkSender(kept), data: await checkData(kept) }
  }
}
