import { createHmac } from 'node:crypto'
import { safeVerify } from 'sallyport'
import { polar } from 'sallyport/providers/polar'
import { expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

const rules = {
  severalJoinedBy: ' ',
  type: 'order.paid',
  bodyOf: (type: string, timestamp: string, data: Readonly<Record<string, unknown>>) => ({ type, timestamp, data }),
}

describeSender('polar', polar(), {
  ...rules,
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  notSecrets: ['whsec_'],
})
describeSender('polar, older secrets', polar(), {
  ...rules,
  secrets: ['polar_whs_9fK3mQ7pR2sT8vX1yZ4bN6cD0eG5hJ7k', 'whsec_taken-as-it-is'],
  notSecrets: ['polar_whs_'],
})

it.each([
  ['its text', 'ok'],
  ['what it decodes to', 'ok'],
  ['its text without the prefix', 'SIGNATURE_MISMATCH'],
] as const)('signed with a secret of Standard Webhooks as %s: %s', async (what, expected) => {
  const [secret, rest] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
  const key = what === 'its text' ? secret : what === 'what it decodes to' ? Buffer.from(rest, 'base64') : rest
  const body = Buffer.from('{"type":"order.paid","timestamp":"2026-11-29T08:00:00Z","data":{"id":"1"}}')
  const time = String(Math.floor(Date.now() / 1000))
  const mac = createHmac('sha256', key).update(`msg_1.${time}.`).update(body).digest('base64')
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': time, 'webhook-signature': `v1,${mac}` }
  const result = await safeVerify(polar(), { secret, headers, body })
  expect(result.ok ? 'ok' : result.code).toBe(expected)
})
