import { createReceiver } from 'sallyport'
import { notion } from 'sallyport/providers/notion'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const bodyOf = (type: string, timestamp: string, { id, ...data }: Readonly<Record<string, unknown>>): object => ({
  id: JSON.stringify(id ?? 1),
  timestamp,
  type,
  attempt_number: 1,
  entity: { id: '153104cd-477e-809d-8dc4-ff2d96ae3090', type: 'page' },
  data,
})

describeSender('notion', notion({ receiveVerificationToken: () => {} }), { type: 'page.created', bodyOf })

const token = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl'
const id = '367cba44-b6f3-4c92-81e7-6a2e9659efd4'

describeVectors(notion(), [
  {
    from: 'signed by @notionhq/client 5.26.0',
    secret: token,
    headers: {
      'x-notion-signature': 'sha256=f5656fd295265e65fdef6b1421a1628db867327723cc5a9f560b42444bd0dd0c',
    },
    body: `{"id":"${id}","timestamp":"2024-12-05T23:55:34.285Z","workspace_id":"13950b26-c203-4f3b-b97d-93ec06319565","subscription_id":"29d75c0d-5546-4414-8459-7b7a92f1fc4b","integration_id":"0ef2e755-4912-8096-91c1-00376a88a5ca","type":"page.created","authors":[{"id":"c7c11cca-1d73-471d-9b6e-bdef51470190","type":"person"}],"accessible_by":[],"attempt_number":1,"entity":{"id":"153104cd-477e-809d-8dc4-ff2d96ae3090","type":"page"},"data":{"parent":{"id":"13950b26-c203-4f3b-b97d-93ec06319565","type":"space"}}}`,
    event: {
      id,
      type: 'page.created',
      envelope: {
        createdAt: new Date('2024-12-05T23:55:34.285Z'),
        account: '13950b26-c203-4f3b-b97d-93ec06319565',
      },
    },
  },
])

describe('the verification token of Notion', () => {
  const body = Buffer.from(`{"verification_token":"${token}"}`)
  const post = (signature: string) => ({
    method: 'POST',
    url: '/',
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'x-notion-signature': `sha256=${signature}`,
    },
    body: () => Promise.resolve(body),
  })
  // As @notionhq/client 5.26.0 signs it.
  const own = '461e8cbcba8a75c3edd866f0e71280f5a85cbf21eff040ebd10fe266df38a735'

  it.each(['an-earlier-secret', token])('is passed on as Notion signs it, with the secret %s', async (secret) => {
    const receive = vi.fn()
    const receiver = createReceiver(notion({ receiveVerificationToken: receive }), { secret })
    expect(await receiver.receive(post(own))).toMatchObject({ status: 200, outcome: 'handshake', body: '' })
    expect(receive).toHaveBeenCalledExactlyOnceWith(token)
    expect(await receiver.receive(post(own.replace('4', '5')))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(receive).toHaveBeenCalledOnce()
  })

  it('is refused without a function for it', async () => {
    const receiver = createReceiver(notion(), { secret: 'an-earlier-secret' })
    expect(await receiver.receive(post(own))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })
})

it('finds a retry of Notion by its id', async () => {
  const receiver = createReceiver(notion(), { secret: token }).onAny(() => {})
  const attempt = (attempt_number: number) =>
    receiver.receive(
      signDelivery(notion(), { secret: token, body: { ...bodyOf('page.moved', '', { id: 7 }), attempt_number } }),
    )
  expect(await attempt(1)).toMatchObject({ outcome: 'handled' })
  expect(await attempt(2)).toMatchObject({ outcome: 'duplicate' })
})
