import { describeError, SallyportError, type ErrorCode, type StoredEventCheck } from 'sallyport'
import type { Check } from '../api.ts'
import { ConsoleError } from '../console-error.ts'
import { getEvent } from '../store.ts'
import { toProof } from '../to-proof.ts'
import { readKey } from './read-call.ts'
import { needStore, type Route } from './route.ts'

/** Verifies and validates an event again; no handler runs. */
export const check: Route = {
  needs: 'check',
  async answer({ body }, parts): Promise<Check> {
    const event = await getEvent(needStore(parts), readKey(body['key']))
    const receiver = parts.receivers.get(event.provider)
    if (receiver === undefined) throw new ConsoleError('CONSOLE_NO_RECEIVER')
    try {
      const { sender, data } = await receiver.checkStored(event)
      const proof = toProof(event)
      return { sender: proof === 'key' ? toSender(sender) : proof, data: toData(data) }
    } catch (cause) {
      const detail = SallyportError.is(cause) ? `${cause.title} (${cause.code})` : undefined
      throw new ConsoleError('CONSOLE_CHECK_FAILED', detail, { cause })
    }
  },
}

function toSender(sender: StoredEventCheck['sender']): Check['sender'] {
  if (sender === 'redacted') return 'redacted'
  return sender.ok ? { ok: true, keyId: sender.keyId } : toRefusal(sender.code)
}

function toData(data: StoredEventCheck['data']): Check['data'] {
  if (data.ok) return { ok: true }
  return 'issues' in data ? { ok: false, issues: data.issues } : toRefusal(data.code)
}

function toRefusal(code: ErrorCode): { ok: false; code: string; title: string } {
  return { ok: false, code, title: describeError(code).title }
}
