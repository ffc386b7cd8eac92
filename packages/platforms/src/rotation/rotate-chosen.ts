import type { InvoratecClient } from '../invoratec/client.ts'
import { PlatformError } from '../platform-error.ts'
import type { StoredSecrets } from '../secrets/secret-store.ts'
import { withNewSecret } from '../secrets/stored-secrets-change.ts'
import { fingerprintOf } from '../webhooks/differences.ts'
import type { RegisteredWebhook } from '../webhooks/port.ts'
import { toInvoratecPort } from '../webhooks/invoratec-port.ts'
import { createSecret, secretName, toPlainUrl, type WebhookTarget } from '../webhooks/target.ts'
import type { Rotated, RotationSettings } from './rotate-options.ts'

/**
 * Rotates where the caller creates the secret: the store has it before the platform, so no delivery has to wait. The new
 * webhook is registered before the old one is deleted, so no event is missed.
 */
export async function rotateChosen(
  client: InvoratecClient,
  target: WebhookTarget,
  settings: RotationSettings,
): Promise<Rotated> {
  const { store, now, windowMs, signal } = settings
  const port = toInvoratecPort(client)
  const call = { signal }
  const olds = await findAll(client, target, settings)
  const { eventType, url } = olds[0]!
  const name = secretName('invoratec', { eventType, url })
  const secret = createSecret()
  const before = await store.get(name)
  const filter = target.filter ?? olds[0]!.filter ?? recallFilter(before)
  const fingerprint = fingerprintOf({ filter })
  const at = now()
  const times = { now: at, retireAt: at + windowMs }
  const record = await store.update(name, (current) => ({ ...withNewSecret(current, secret, times), fingerprint }))
  try {
    await port.register({ eventType, url, filter }, secret, call)
  } catch (error) {
    // If the platform rejected the new webhook, the old secret must not retire. Without an answer, both stay valid.
    const isRefused = PlatformError.is(error) && error.status !== undefined && error.status < 500
    await store.update(name, (current) => (isRefused ? before : current && withoutEnd(current))).catch(() => {})
    throw error
  }
  for (const old of olds) await port.remove(old, call)
  return { name, record: record ?? { secrets: [] }, attempts: 1 }
}

function withoutEnd(record: StoredSecrets): StoredSecrets {
  return { ...record, secrets: record.secrets.map(({ notAfter: _end, ...rest }) => rest) }
}

/** The platform does not list filters, and a rotation must not drop one. */
function recallFilter(record: StoredSecrets | undefined): Record<string, unknown> {
  if (record?.fingerprint === fingerprintOf({})) return {}
  const detail = 'the platform does not list filters: pass the filter of the webhook, or {} for none'
  throw new PlatformError('PLATFORM_OPTION_INVALID', { platform: 'invoratec', operation: 'rotateWithOverlap', detail })
}

/** Finds every webhook of the event at one URL, including one left by an interrupted rotation. */
async function findAll(
  client: InvoratecClient,
  { eventType, url }: WebhookTarget,
  { signal }: RotationSettings,
): Promise<readonly RegisteredWebhook[]> {
  const registered = await toInvoratecPort(client).list([], { signal })
  const found = registered.filter(
    (one) => one.eventType === eventType && (url === undefined || toPlainUrl(one.url) === toPlainUrl(url)),
  )
  const problem =
    found.length === 0
      ? (['PLATFORM_NOT_FOUND', 'there is no such webhook'] as const)
      : new Set(found.map((one) => toPlainUrl(one.url))).size > 1
        ? (['PLATFORM_OPTION_INVALID', 'the event has webhooks at several URLs: pass url'] as const)
        : undefined
  if (problem === undefined) return found
  const [code, detail] = problem
  throw new PlatformError(code, { platform: 'invoratec', operation: 'rotateWithOverlap', detail })
}
