import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { CallOptions } from '../http/options.ts'
import type { InvoratecClient } from '../invoratec/client.ts'
import { PlatformError } from '../platform-error.ts'
import type { SecretStore, StoredSecrets } from '../secrets/secret-store.ts'
import { isLost, isRotating, withNewSecret, withoutRetired } from '../secrets/stored-secrets-change.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { rotateWithOverlap } from '../rotation/rotate-with-overlap.ts'
import { findDifferences, fingerprintOf } from './differences.ts'
import { toEnsureReport, type EnsuredWebhook, type EnsureReport } from './ensure-report.ts'
import type { DesiredWebhook, RegisteredWebhook, WebhookPort } from './port.ts'
import { toInvoratecPort } from './invoratec-port.ts'
import { toSonzaiPort } from './sonzai-port.ts'
import { createSecret, secretName } from './target.ts'

/** A webhook that should be registered at Sonzai. */
export type DesiredSonzaiWebhook = Pick<DesiredWebhook, 'eventType' | 'projectId' | 'url' | 'authHeader'>

/** A webhook that should be registered at Invoratec; `ensureWebhooks` creates its secret. */
export type DesiredInvoratecWebhook = Pick<DesiredWebhook, 'eventType' | 'url' | 'filter'>

/** Options of `ensureWebhooks`. */
export interface EnsureOptions {
  /** Stores the secrets. */
  readonly store: SecretStore
  /** Deletes webhooks that are not desired; they are reported either way. @default false */
  readonly deleteExtra?: boolean | undefined
  /** Reports what would be done and changes nothing. @default false */
  readonly dryRun?: boolean | undefined
  /** What to do with a webhook whose secret the store does not have. @default 'report' */
  readonly missingSecret?: 'report' | 'rotate' | undefined
  /** Sonzai: more projects to search for webhooks that are not desired. @default the projects of the desired ones */
  readonly projects?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const rules: OptionRules<EnsureOptions> = {
  store: allow.required(allow.having('what createFileSecretStore() or another secret store returns', 'get', 'update')),
  deleteExtra: allow.flag,
  dryRun: allow.flag,
  missingSecret: allow.oneOf('report', 'rotate'),
  projects: allow.listOf(allow.text, 'project ids'),
  signal: allow.having('an AbortSignal', 'addEventListener'),
  now: allow.function,
}

/**
 * Creates or updates a platform's webhooks to match the desired ones (idempotent). It registers what is missing, updates
 * what differs, reports the rest, and stores each secret as soon as it is known. A failure does not stop the others; check
 * `report.ok`.
 *
 * @throws PlatformError if the webhooks cannot be listed or the store cannot be written, before anything is changed;
 * `PLATFORM_OPTION_INVALID` if two desired webhooks are the same one
 * @example
 * const report = await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { store })
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
  const port = client.platform === 'sonzai' ? toSonzaiPort(client) : toInvoratecPort(client)
  checkOptions('', options, rules, (detail) => {
    throw invalid(port, detail)
  })
  const { dryRun = false, deleteExtra = false, projects = [], signal } = options
  const wanted = new Map(desired.map((one) => [port.keyOf(one), one]))
  if (wanted.size < desired.length) throw invalid(port, 'two desired webhooks are the same one: remove one of them')
  for (const one of desired) port.check(one)

  const named = [...desired.map(({ projectId }) => projectId), ...projects]
  const registered = await port.list(named.length === 0 ? [undefined] : [...new Set(named)], { signal })
  const byKey = new Map<string, RegisteredWebhook>()
  const extra: RegisteredWebhook[] = []
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
  current: RegisteredWebhook | undefined,
): Promise<EnsuredWebhook> {
  const { port, options } = parts
  const place = toPlace(desired)
  const name = secretName(port.platform, desired)
  const record = await options.store.get(name)
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

/** Registers a webhook. The store is written first: if that fails, no secret is lost. */
async function register(
  { port, options, call, now }: Parts,
  desired: DesiredWebhook,
  name: string,
  keep: string | undefined,
): Promise<EnsuredWebhook['secret']> {
  const { store } = options
  const fingerprint = fingerprintOf(desired)
  const chosen = port.secretsFrom === 'caller' ? (keep ?? createSecret()) : undefined
  const keepSecret = async (secret: string): Promise<void> => {
    const at = now()
    // An older secret belongs to a deleted webhook, whose last deliveries arrive within minutes.
    const times = { now: at, retireAt: at + overlapMs }
    await store.update(name, (current) => ({ ...withNewSecret(current, secret, times), fingerprint }))
  }
  if (chosen === undefined) await store.update(name, (current) => current ?? { secrets: [] })
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
  current: RegisteredWebhook,
  record: StoredSecrets | undefined,
): Promise<EnsuredWebhook['secret']> {
  const { port, call } = parts
  if (port.secretsFrom === 'platform') {
    // Registering again changes the webhook and returns no secret.
    const given = await port.register(desired, undefined, call)
    return given === undefined ? (record === undefined ? 'missing' : 'known') : 'stored'
  }
  // Invoratec cannot change a webhook: register the new one first, so that no event is missed.
  const keep = record?.secrets.at(-1)?.secret
  await register(parts, desired, secretName(port.platform, desired), keep)
  await port.remove(current, call)
  return keep === undefined ? 'stored' : 'known'
}

async function rotate({ client, options, call, now }: Parts, desired: DesiredWebhook): Promise<void> {
  const { eventType, projectId, url, filter = {} } = desired
  const target = client.platform === 'sonzai' ? { eventType, projectId } : { eventType, url, filter }
  await rotateWithOverlap(client, target, { store: options.store, now, signal: call.signal })
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
