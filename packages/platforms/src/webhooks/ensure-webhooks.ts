import type { CallOptions } from '../http/options.ts'
import type { InvoratecClient } from '../invoratec/client.ts'
import { PlatformError } from '../platform-error.ts'
import type { SecretStore, StoredSecrets } from '../secrets/secret-store.ts'
import { isLost, isRotating, withNewSecret, withoutRetired } from '../secrets/stored-secrets-change.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { rotateWithOverlap } from '../rotation/rotate-with-overlap.ts'
import { createSecret } from './create-secret.ts'
import { findDifferences, fingerprintOf } from './differences.ts'
import { toEnsureReport, type EnsuredWebhook, type EnsureReport } from './ensure-report.ts'
import type { DesiredWebhook, Registration, WebhookPort } from './port.ts'
import { secretName } from './target.ts'
import { toPort } from './to-port.ts'

/** A registration that is to be at Sonzai. */
export type DesiredSonzaiWebhook = Pick<DesiredWebhook, 'eventType' | 'projectId' | 'url' | 'authHeader'>

/** A subscription that is to be at Invoratec; its secret is made here. */
export type DesiredInvoratecWebhook = Pick<DesiredWebhook, 'eventType' | 'url' | 'filter'>

/** Options of `ensureWebhooks`. */
export interface EnsureOptions {
  /** Where secrets are kept. */
  readonly secrets: SecretStore
  /** Whether registrations nobody desires are deleted; they are reported either way. @default false */
  readonly deleteExtra?: boolean
  /** Reports what would be done, and does nothing. @default false */
  readonly dryRun?: boolean
  /** What to do about a registration whose secret the store does not have: say so, or rotate it. @default 'report' */
  readonly missingSecret?: 'report' | 'rotate'
  /** Sonzai: further projects to look for registrations that nobody desires. @default those of the desired ones */
  readonly projects?: readonly string[]
  readonly signal?: AbortSignal | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/**
 * Makes the registrations at a platform what they are to be: registers what is missing, updates what differs, reports what
 * is extra, and keeps every secret in the store as soon as it is known. Run it as often as you like: a second run changes
 * nothing. One registration that fails does not keep the others from being looked at; see `report.ok`.
 *
 * @throws PlatformError when the registrations cannot be listed or the store not be written, before anything is changed;
 * `PLATFORM_OPTION_INVALID` for two desired ones that are the same registration
 * @example
 * const report = await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { secrets: store })
 * if (!report.ok) console.error(String(report))
 */
export async function ensureWebhooks(
  client: SonzaiClient,
  desired: readonly DesiredSonzaiWebhook[],
  options: EnsureOptions,
): Promise<EnsureReport>
export async function ensureWebhooks(
  client: InvoratecClient,
  desired: readonly DesiredInvoratecWebhook[],
  options: EnsureOptions,
): Promise<EnsureReport>
export async function ensureWebhooks(
  client: SonzaiClient | InvoratecClient,
  desired: readonly DesiredWebhook[],
  options: EnsureOptions,
): Promise<EnsureReport> {
  const { dryRun = false, deleteExtra = false, projects = [], signal } = options
  const port = toPort(client)
  const wanted = new Map(desired.map((one) => [port.keyOf(one), one]))
  if (wanted.size < desired.length) throw invalid(port, 'two of the desired webhooks are the same registration')
  for (const one of desired) port.check(one)

  const named = [...desired.map(({ projectId }) => projectId), ...projects]
  const registered = await port.list(named.length === 0 ? [undefined] : [...new Set(named)], { signal })
  const byKey = new Map<string, Registration>()
  const extra: Registration[] = []
  for (const one of registered) {
    const key = port.keyOf(one)
    if (!wanted.has(key) || byKey.has(key)) extra.push(one)
    else byKey.set(key, one)
  }

  const parts: Parts = { client, port, options, call: { signal }, now: options.now ?? Date.now }
  const done: EnsuredWebhook[] = []
  for (const [key, one] of wanted) done.push(await settle(one, () => ensureOne(parts, one, byKey.get(key))))
  for (const one of extra) {
    const action = deleteExtra ? 'deleted' : 'extra'
    done.push(
      await settle(one, async () => {
        if (deleteExtra && !dryRun) await port.remove(one, { signal })
        return { ...toPlace(one), action, secret: 'none' }
      }),
    )
  }
  return toEnsureReport(port.platform, dryRun, done)
}

interface Parts {
  readonly client: SonzaiClient | InvoratecClient
  readonly port: WebhookPort
  readonly options: EnsureOptions
  readonly call: CallOptions
  readonly now: () => number
}

async function ensureOne(
  parts: Parts,
  desired: DesiredWebhook,
  current: Registration | undefined,
): Promise<EnsuredWebhook> {
  const { port, options } = parts
  const place = toPlace(desired)
  const name = secretName(port.platform, desired)
  const record = await options.secrets.get(name)
  const isKnown = hasSecret(record, parts.now())
  if (current === undefined) {
    if (options.dryRun) return { ...place, action: 'registered', secret: 'stored' }
    return { ...place, action: 'registered', secret: await register(parts, desired, name, undefined) }
  }
  const differences = findDifferences(port, desired, current, record)
  if (differences.length > 0) {
    const known = isKnown ? 'known' : 'missing'
    if (options.dryRun) return { ...place, action: 'updated', differences, secret: known }
    const secret = await update(parts, desired, current, isKnown ? record : undefined)
    if (secret === 'missing' && options.missingSecret === 'rotate') await rotate(parts, desired)
    return { ...place, action: 'updated', differences, secret: secret === 'missing' ? afterRotation(options) : secret }
  }
  if (isKnown) return { ...place, action: 'unchanged', secret: 'known' }
  if (options.missingSecret !== 'rotate') return { ...place, action: 'unchanged', secret: 'missing' }
  if (!options.dryRun) await rotate(parts, desired)
  return { ...place, action: 'rotated', secret: 'stored' }
}

function afterRotation({ missingSecret }: EnsureOptions): 'stored' | 'missing' {
  return missingSecret === 'rotate' ? 'stored' : 'missing'
}

function hasSecret(record: StoredSecrets | undefined, now: number): boolean {
  if (record === undefined || (isLost(record, now) && !isRotating(record, now))) return false
  return withoutRetired(record.secrets, now).some(({ notAfter }) => notAfter === undefined)
}

/** Registers anew; the store is written before, so that one which cannot be written loses no secret. */
async function register(
  { port, options, call, now }: Parts,
  desired: DesiredWebhook,
  name: string,
  keep: string | undefined,
): Promise<EnsuredWebhook['secret']> {
  const { secrets } = options
  const fingerprint = fingerprintOf(desired)
  const chosen = port.secretsFrom === 'caller' ? (keep ?? createSecret()) : undefined
  const keepSecret = async (secret: string): Promise<void> => {
    const at = now()
    // Whatever was there is of a registration that is gone: no delivery of it is under way for long.
    const times = { now: at, retireAt: at + overlapMs }
    await secrets.update(name, (current) => ({ ...withNewSecret(current, secret, times), fingerprint }))
  }
  if (chosen === undefined) await secrets.update(name, (current) => current ?? { secrets: [] })
  else await keepSecret(chosen)
  const given = await port.register(desired, chosen, call)
  if (given === undefined) return 'missing'
  if (chosen === undefined) await keepSecret(given)
  return 'stored'
}

const overlapMs = 10 * 60_000

async function update(
  parts: Parts,
  desired: DesiredWebhook,
  current: Registration,
  record: StoredSecrets | undefined,
): Promise<EnsuredWebhook['secret']> {
  const { port, call } = parts
  if (port.secretsFrom === 'platform') {
    // Registering changes what is there, and says no secret.
    const given = await port.register(desired, undefined, call)
    return given === undefined ? (record === undefined ? 'missing' : 'known') : 'stored'
  }
  // A subscription cannot be changed: the new one first, so that no event falls between.
  const keep = record?.secrets.at(-1)?.secret
  await register(parts, desired, secretName(port.platform, desired), keep)
  await port.remove(current, call)
  return keep === undefined ? 'stored' : 'known'
}

async function rotate({ client, options, call, now }: Parts, desired: DesiredWebhook): Promise<void> {
  const { eventType, projectId, url, filter = {} } = desired
  const target = client.platform === 'sonzai' ? { eventType, projectId } : { eventType, url, filter }
  await rotateWithOverlap(client, target, { store: options.secrets, now, signal: call.signal })
}

async function settle(place: DesiredWebhook, work: () => Promise<EnsuredWebhook>): Promise<EnsuredWebhook> {
  try {
    return await work()
  } catch (error) {
    if (!PlatformError.is(error)) throw error
    return { ...toPlace(place), action: 'failed', secret: 'missing', error }
  }
}

function toPlace({
  eventType,
  projectId,
  url,
}: DesiredWebhook): Pick<EnsuredWebhook, 'eventType' | 'projectId' | 'url'> {
  return projectId === undefined ? { eventType, url } : { eventType, projectId, url }
}

function invalid({ platform }: WebhookPort, detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', { platform, operation: 'ensureWebhooks', detail })
}
