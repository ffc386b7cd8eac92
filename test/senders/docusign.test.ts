import { createReceiver } from 'sallyport'
import { docusign } from 'sallyport/providers/docusign'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('docusign', docusign(), {
  type: 'envelope-completed',
  bodyOf: (event, generatedDateTime, { id, ...data }) => ({
    event,
    configurationId: 1,
    generatedDateTime,
    data: { envelopeId: id === undefined ? undefined : JSON.stringify(id), ...data },
  }),
})

describe('docusign()', () => {
  const [old, current] = ['old-key', 'current-key']
  const receive = (secret: string, delivery: object) =>
    createReceiver(docusign(), { secret })
      .onAny(() => {})
      .receive(delivery as never)

  it('finds the signature of its key among the numbered headers', async () => {
    const { plainHeaders: headers, ...delivery } = signDelivery(docusign(), { secret: [old, current] })
    const { 'x-docusign-signature-1': first, 'x-docusign-signature-2': second, ...others } = headers
    expect([first, second].every((signature) => signature?.length === 44)).toBe(true)
    for (const secret of [old, current])
      expect(await receive(secret, { ...delivery, headers })).toMatchObject({ outcome: 'handled' })
    const hundredth = { ...others, 'X-DocuSign-Signature-1': first, 'X-DocuSign-Signature-100': second }
    expect(await receive(current, { ...delivery, headers: hundredth })).toMatchObject({ outcome: 'handled' })
    for (const name of ['x-docusign-signature-101', 'x-docusign-signature-0', 'x-docusign-signature'])
      expect(await receive(current, { ...delivery, headers: { ...others, [name]: second } })).toMatchObject({
        code: 'SIGNATURE_MISSING',
      })
    expect(await receive('another-key', { ...delivery, headers })).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it('finds a retry, whose count differs', async () => {
    const receiver = createReceiver(docusign(), { secret: current }).onAny(() => {})
    const send = async (body: object) =>
      (await receiver.receive(signDelivery(docusign(), { secret: current, body }))).outcome
    const event = {
      event: 'recipient-completed',
      configurationId: 1,
      generatedDateTime: '2026-11-29T08:00:00.1234567Z',
      retryCount: 0,
      data: { accountId: 'a', envelopeId: 'e', recipientId: '1' },
    }
    expect(await send(event)).toBe('handled')
    expect(await send({ ...event, retryCount: 1 })).toBe('duplicate')
    for (const other of [
      { ...event, configurationId: 2 },
      { ...event, event: 'recipient-delivered' },
      { ...event, generatedDateTime: '2026-11-29T08:00:00.1234568Z' },
      { ...event, data: { ...event.data, recipientId: '2' } },
    ])
      expect(await send(other)).toBe('handled')
  })
})

// `computeHash` of docusign/code-examples-node (lib/connect/examples/validateWebhookMessage.js), run on 30 November 2026.
describeVectors(docusign(), [
  {
    from: 'signed by code-examples-node',
    secret: 'sallyport-known-good-secret',
    headers: { 'x-docusign-signature-1': 'lCYFp40nVk+IMwdO7MqU8wfP6qCJKBb1EcuWyc8KMJg=' },
    body: '{"event":"envelope-completed","apiVersion":"v2.1","retryCount":0,"configurationId":10184900,"generatedDateTime":"2026-11-29T08:00:00.1234567Z","data":{"accountId":"a1","userId":"u1","envelopeId":"e1","note":"naïve"}}',
    event: { type: 'envelope-completed' },
  },
])
