import type { KeptEvent } from '@sallyport/core'

/** What stands for a value that was not kept. */
export const redacted = '[redacted]'

// Beside the headers that the receiver checks, those that carry a credential by the sound of their name: a sender may send
// more signatures than are checked, and a proxy adds credentials of its own.
const telling = /authorization|cookie|signature|secret|token|password|api-?key/

/** Takes credentials out of the headers that are kept: authorization, signatures, and whatever the sender proves itself by. */
export function redactHeaders(event: KeptEvent): KeptEvent {
  const secret = new Set(event.secretHeaders.map((name) => name.toLowerCase()))
  const isSecret = (name: string): boolean => secret.has(name) || telling.test(name)
  return {
    ...event,
    headers: event.headers.map(([name, value]) => (isSecret(name.toLowerCase()) ? [name, redacted] : [name, value])),
  }
}
