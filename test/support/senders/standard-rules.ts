import type { SenderRules } from './describe-sender.ts'

/** What the scheme of a sender that follows Standard Webhooks does not say: it is one of several. */
export const standardRules: Omit<SenderRules, 'type' | 'bodyOf'> = {
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  signedHeaders: ['webhook-id', 'webhook-timestamp'],
  notSecrets: ['whsec_', 'whsec_not base64!'],
  severalJoinedBy: ' ',
}
