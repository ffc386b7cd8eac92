import type { KeptEvent } from '@sallyport/core'

/** What stands for a value that was not kept. */
export const redacted = '[redacted]'

const always = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key'])

/** Takes credentials out of the headers that are kept: the authorization headers, and those the sender signs with. */
export function redactHeaders(event: KeptEvent): KeptEvent {
  const secret = new Set(event.secretHeaders.map((name) => name.toLowerCase()))
  const isSecret = (name: string): boolean => always.has(name) || secret.has(name)
  return {
    ...event,
    headers: event.headers.map(([name, value]) => (isSecret(name.toLowerCase()) ? [name, redacted] : [name, value])),
  }
}
