import { fromHeader } from '../verify/freshness.ts'
import { parts } from '../verify/schemes/message.ts'

/** What Standard Webhooks signs, and where the signatures are; senders differ in their keys. */
export const standardMessage = {
  header: 'webhook-signature',
  separator: ' ',
  encoding: 'base64',
  signed: [
    parts.header('webhook-id'),
    parts.literal('.'),
    parts.header('webhook-timestamp'),
    parts.literal('.'),
    parts.body,
  ],
  freshness: fromHeader('webhook-timestamp', 'seconds'),
} as const
