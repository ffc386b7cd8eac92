import type { StoredSecrets } from '../secrets/secret-store.ts'
import type { DesiredWebhook, RegisteredWebhook, WebhookPort } from './port.ts'
import { digestOf, toPlainUrl } from './target.ts'

/** Lists the fields in which a webhook differs from the desired one. */
export function findDifferences(
  { platform }: WebhookPort,
  desired: DesiredWebhook,
  current: RegisteredWebhook,
  record: StoredSecrets | undefined,
): string[] {
  const differences: string[] = []
  if (toPlainUrl(desired.url) !== toPlainUrl(current.url)) differences.push('url')
  if (!current.isActive) differences.push('active')
  if (platform === 'sonzai' && (desired.authHeader ?? '') !== (current.authHeader ?? '')) differences.push('authHeader')
  if (platform === 'invoratec' && !hasFilter(desired, current, record)) differences.push('filter')
  return differences
}

/** The platform does not list filters, so a digest of the filter is stored beside the secret. */
function hasFilter(desired: DesiredWebhook, { filter }: RegisteredWebhook, record: StoredSecrets | undefined): boolean {
  if (filter !== undefined) return fingerprintOf({ filter }) === fingerprintOf(desired)
  return record?.fingerprint === undefined || record.fingerprint === fingerprintOf(desired)
}

/** Returns a digest of the filter, the only field the platform does not list. */
export function fingerprintOf({ filter = {} }: Pick<DesiredWebhook, 'filter'>): string {
  return digestOf(toCanonicalText(filter))
}

/** Converts to JSON with sorted keys; equal values give equal texts. */
function toCanonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
