import { relative } from 'node:path'
import { clipVisible } from '../../errors/visible-text.ts'
import { describeError, type ErrorCode } from '../../errors/error-codes.ts'
import type { Outcome } from '../reply.ts'
import type { DeliveryReport } from '../report.ts'
import { commandProviders } from './command-providers.ts'
import type { LoggedAttempt } from './lines.ts'

const seeError = 'See the error.'

/** What the developer of the endpoint does, where the error table speaks to the sender. */
const steps: Readonly<Partial<Record<ErrorCode | Outcome, string>>> = {
  METHOD_NOT_ALLOWED: 'Send deliveries with POST. Opening the URL in a browser sends GET.',
  CONTENT_TYPE_UNSUPPORTED: 'Set the webhook to send application/json at the sender.',
  MULTIPART_UNSUPPORTED: 'Set the webhook to send application/json at the sender; multipart is never read.',
  CONTENT_ENCODING_UNSUPPORTED: 'Turn compression off at the sender.',
  BODY_TOO_LARGE: 'Raise maxBodyBytes if the sender really sends that much.',
  BODY_ABORTED: 'The sender hung up early; it sends the delivery again.',
  BODY_TIMEOUT: 'The sender is slow; raise bodyTimeoutMs if it always is.',
  BODY_ALREADY_PARSED: 'Mount the webhook route above express.json() and every other body parser.',
  REQUEST_UNREADABLE: `Pass the request as the host got it. ${seeError}`,
  SENDER_UNKNOWN: 'No header of a sender of anyOf: give the webhook a secret there. curl does not sign.',
  SENDER_AMBIGUOUS: 'Headers of two senders of anyOf: a proxy may add one. Give each sender its own path.',
  SIGNATURE_MISSING: 'The sender did not sign: give the webhook a secret there. curl does not sign.',
  CREDENTIAL_MISSING: 'Set the shared secret at the sender, where your provider reads it.',
  TIMESTAMP_STALE: "Check this computer's clock. An old capture must be signed again.",
  TIMESTAMP_FUTURE: "Check this computer's clock.",
  HANDSHAKE_INVALID: 'This is no check by the sender: a parameter is missing or repeated, or its challenge is odd.',
  TOKEN_CLAIM_MISMATCH:
    'The token is for another receiver or account: compare issuer, audience and claims with your options.',
  SECRET_UNKNOWN: 'Your secret function found none, or no secret is within notBefore and notAfter.',
  EVENT_UNIDENTIFIED: 'The delivery names no event type: is this the right provider?',
  EVENT_UNKNOWN: "Declare the type with withEvents(), or set unknownEvents: 'accept'.",
  PAYLOAD_INVALID: 'Compare the schema of this type with what the sender documents.',
  DELIVERY_REJECTED: 'Your handler threw a RejectError, so the sender is asked not to retry.',
  HANDLER_FAILED: `Your handler threw. ${seeError} A retry runs it again.`,
  HANDLER_TIMEOUT: 'Your handler takes longer than handlerTimeoutMs; store events first with an inbox.',
  DELIVERY_IN_PROGRESS: 'Nothing to do: a copy of this event is being handled now.',
  REPLAY_GUARD_FAILED: `Your replay guard failed. ${seeError}`,
  REPLAY_GUARD_FULL: 'Raise the capacity of the replay guard, or use an inbox.',
  INBOX_FAILED: `The inbox did not store the event. ${seeError}`,
  SECRET_RESOLVER_FAILED: `Your secret function failed or was slow. ${seeError}`,
  KEY_UNAVAILABLE: `The sender's key could not be fetched: can this server reach it? ${seeError}`,
  INTERNAL: seeError,
  handshake: 'The sender checked the endpoint; it sends events from now on.',
  duplicate: 'This event arrived before, so your handlers do not run again.',
  ignored: 'No handler for this type: add one with receiver.on() or onAny().',
  unknown: 'Not declared by the provider: use withEvents() or onUnknown().',
}

/**
 * What to do next about a delivery; nothing for one that was handled or stored. A step that begins with `run: ` or `then: ` is a
 * command.
 *
 * @param command how the `sallyport` command is started here
 */
export function findNextSteps(report: DeliveryReport, command: string): string[] {
  const { code, outcome, provider, issues } = report
  const step = steps[code ?? outcome] ?? (code && describeError(code).fix)
  if (step === undefined) return []
  const places = issues === undefined ? [] : [clipVisible(`at ${issues.join(', ')}`, 200)]
  return [step, ...places, ...(commandProviders.has(provider) ? findCommands(code, report, command) : [])]
}

// Where the headers alone were enough, no body was read, and there is nothing to verify.
function findCommands(code: ErrorCode | undefined, { provider, bodyBytes }: DeliveryReport, command: string): string[] {
  if (code === 'SIGNATURE_MISSING') return [`run: ${command} send ${provider}`]
  if (code !== 'SIGNATURE_MISMATCH' || bodyBytes === undefined) return []
  return [
    'To find the cause, let the sender send it to this, which records it:',
    `run: ${command} listen --record captures`,
    `then: ${command} verify ${provider} --request captures/<file>.http`,
  ]
}

/** What to do next about an attempt of an inbox. */
export function findAttemptSteps(outcome: LoggedAttempt['outcome'], inbox: string, command: string): string[] {
  if (outcome === 'handled') return []
  if (outcome === 'ignored') return [steps.ignored!]
  if (outcome === 'failed') return [`The inbox tries it again. ${seeError}`]
  // Only a path that a shell takes as it is.
  const [, file] = /^SQLite, ([\w./-]+)$/.exec(inbox) ?? []
  const list = `run: ${command} inbox list --state dead --inbox ${relative(process.cwd(), file ?? '')}`
  return ['The inbox gave it up. Correct the cause, then replay it.', ...(file === undefined ? [] : [list])]
}
