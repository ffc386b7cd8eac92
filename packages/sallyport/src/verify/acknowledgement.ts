import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { failProvider } from './check-provider.ts'
import type { Provider } from './provider.ts'

/** Media types of what a receiver answers. */
export const answerTypes = ['application/json', 'text/plain', 'text/xml'] as const

/** What acknowledges a delivery, for a sender that reads the answer. A handler's own reply comes first. */
export interface Acknowledgement {
  /** @default 200, or 202 for an event that an inbox stores */
  readonly status?: 200 | 204 | undefined
  /** @default 'text/plain' */
  readonly type?: (typeof answerTypes)[number] | undefined
  /** The same for every delivery. @default '' */
  readonly body?: string | undefined
}

const maxLength = 1_024

const rules: OptionRules<Acknowledgement> = {
  status: { allowed: '200 or 204', accepts: (value) => value === 200 || value === 204 },
  type: allow.oneOf(...answerTypes),
  body: allow.text,
}

/** @throws SallyportError `PROVIDER_INVALID` for an acknowledgement that cannot be sent */
export function checkAcknowledgement({ name, acknowledgement }: Provider): void {
  if (acknowledgement === undefined) return
  checkOptions(`${name}, acknowledgement`, acknowledgement, rules, failProvider)
  const { status, body = '' } = acknowledgement
  if (status === 204 && body !== '') failProvider(`${name}, acknowledgement: 204 has no body; remove one of them`)
  if (body.length > maxLength)
    failProvider(`${name}, acknowledgement: the body must have at most 1,024 characters, not ${body.length}`)
}
