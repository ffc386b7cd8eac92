import type { StoredSecrets } from '../secrets/secret-store.ts'
import type { DesiredWebhook, Registration, WebhookPort } from './port.ts'
import { digestOf, toPlainUrl } from './target.ts'

/** The members in which a registration is not what is desired. */
export function findDifferences(
  { platform }: WebhookPort,
  desired: DesiredWebhook,
  current: Registration,
  record: StoredSecrets | undefined,
): string[] {
  const differences: string[] = []
  if (toPlainUrl(desired.url) !== toPlainUrl(current.url)) differences.push('url')
  if (!current.isActive) differences.push('active')
  if (platform === 'sonzai' && (desired.authHeader ?? '') !== (current.authHeader ?? '')) differences.push('authHeader')
  if (platform === 'invoratec' && !hasFilter(desired, current, record)) differences.push('filter')
  return differences
}

/** The documented list does not show filters; what was registered from here is remembered with the secret. */
function hasFilter(desired: DesiredWebhook, { filter }: Registration, record: StoredSecrets | undefined): boolean {
  if (filter !== undefined) return fingerprintOf({ filter }) === fingerprintOf(desired)
  return record?.fingerprint === undefined || record.fingerprint === fingerprintOf(desired)
}

/** A digest of what a registration holds beside its URL. */
export function fingerprintOf({ filter = {} }: Pick<DesiredWebhook, 'filter'>): string {
  return digestOf(toCanonicalText(filter))
}

/** JSON with members in order; equal values give equal texts. */
function toCanonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
