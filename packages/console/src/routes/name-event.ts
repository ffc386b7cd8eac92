import type { StoredEvent } from 'sallyport/inbox'

/** An event in the audit list. */
export function nameEvent({ provider, id }: Pick<StoredEvent, 'provider' | 'id'>): string {
  return `${provider}/${id}`
}
