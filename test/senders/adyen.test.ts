import { createReceiver, safeVerify } from 'sallyport'
import { adyen } from 'sallyport/providers/adyen'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSignedMembers } from '../support/senders/describe-signed-members.ts'

// https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures, read 29 November 2026; the second
// item and its signature: webhook-co/webhook.
const secret = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'
const documented = {
  pspReference: '7914073381342284',
  merchantAccountCode: 'TestMerchant',
  merchantReference: 'TestPayment-1407325143704',
  amount: { value: 1130, currency: 'EUR' },
  eventCode: 'AUTHORISATION',
  success: 'true',
  additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' },
}
const second = {
  ...documented,
  pspReference: '8888888888888888',
  merchantReference: 'TestPayment-2',
  amount: { value: 2260, currency: 'EUR' },
  eventCode: 'CAPTURE',
  additionalData: { hmacSignature: 'rxCpIouv7Oj8fEJfT3W0tQgH5YWbagEBg4tHp51xS1s=' },
}
// https://github.com/Adyen/adyen-node-api-library, hmacValidator.spec.ts, read 29 November 2026.
const librarySecret = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00'
const ofLibrary = {
  pspReference: 'pspReference',
  originalReference: 'originalReference',
  merchantAccountCode: 'merchantAccount',
  merchantReference: 'reference',
  amount: { currency: 'EUR', value: 1000 },
  eventCode: 'CAPTURE',
  eventDate: '1970-01-01T00:00:00.000Z',
  paymentMethod: 'VISA',
  reason: 'reason',
  success: 'true',
  additionalData: { hmacSignature: 'xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=' },
}

const item = 'notificationItems.0.NotificationRequestItem'

describeSignedMembers('adyen', adyen({ acceptBatches: true }), {
  secrets: [secret, librarySecret],
  notSecrets: ['not hex', 'abc', 'zz'.repeat(32)],
  signature: `${item}.additionalData.hmacSignature`,
  signed: ['pspReference', 'merchantAccountCode', 'merchantReference', 'eventCode', 'success', 'amount.currency'].map(
    (name) => `${item}.${name}`,
  ),
  unsigned: `${item}.reason`,
})

const toBody = (...items: readonly object[]): Buffer =>
  Buffer.from(
    JSON.stringify({ live: 'false', notificationItems: items.map((one) => ({ NotificationRequestItem: one })) }),
  )
const verify = async (body: Buffer, key = secret, provider = adyen()) => {
  const result = await safeVerify(provider, { secret: key, headers: { 'content-type': 'application/json' }, body })
  return result.ok ? [result.event.type, result.event.data] : result.code
}

describe('known-good deliveries of adyen', () => {
  it('verifies the one of the document', async () => {
    const { additionalData: _, ...signed } = documented
    expect(await verify(toBody(documented))).toEqual(['AUTHORISATION', signed])
    expect(await verify(toBody(documented), librarySecret)).toBe('SIGNATURE_MISMATCH')
    expect(await verify(toBody({ ...documented, success: 'false' }))).toBe('SIGNATURE_MISMATCH')
  })

  it('verifies the one of the library', async () => {
    expect(await verify(toBody(ofLibrary), librarySecret)).toEqual([
      'CAPTURE',
      expect.objectContaining({ originalReference: 'originalReference' }),
    ])
    expect(await verify(toBody(ofLibrary))).toBe('SIGNATURE_MISMATCH')
  })
})

describe('a batch of Adyen', () => {
  const open = adyen({ acceptBatches: true })

  it('is rejected unless it is asked for, so that no items are put together again', async () => {
    expect(await verify(toBody(documented, second))).toBe('EVENT_UNIDENTIFIED')
  })

  it('is accepted when every item is genuine', async () => {
    expect(await verify(toBody(documented, second), secret, open)).toEqual([
      'batch',
      {
        items: [
          expect.objectContaining({ eventCode: 'AUTHORISATION' }),
          expect.objectContaining({ eventCode: 'CAPTURE' }),
        ],
      },
    ])
  })

  it('is a duplicate in another order, and has no item twice', async () => {
    const receiver = createReceiver(open, { secret }).on('batch', () => {})
    const send = async (...items: readonly object[]) => {
      const headers = { 'content-type': 'application/json' }
      const { code, outcome } = await receiver.receive({ method: 'POST', url: '/', headers, body: toBody(...items) })
      return code ?? outcome
    }
    expect(await send(documented, second)).toBe('handled')
    expect(await send(second, documented)).toBe('duplicate')
    expect(await send(documented, { ...documented, reason: 'another' })).toBe('SIGNATURE_MALFORMED')
  })

  it('is rejected whole when one item is forged, wherever it is', async () => {
    const forged = { ...second, amount: { value: 500_000, currency: 'EUR' } }
    const unsigned = { ...second, additionalData: {} }
    for (const items of [
      [documented, forged],
      [forged, documented],
      [documented, second, forged],
      [documented, forged, second],
    ])
      expect(await verify(toBody(...items))).toBe('SIGNATURE_MISMATCH')
    for (const items of [[documented, unsigned], [unsigned, documented], []])
      expect(await verify(toBody(...items))).toBe('SIGNATURE_MISSING')
    // The signature of another item.
    const borrowed = { ...second, additionalData: documented.additionalData }
    expect(await verify(toBody(documented, borrowed))).toBe('SIGNATURE_MISMATCH')
  })
})

describe('adyen()', () => {
  it('passes on what is not signed only when that is accepted', async () => {
    const body = toBody({ ...documented, reason: 'forged', live: 'true' })
    expect(JSON.stringify(await verify(body))).not.toContain('forged')
    const open = adyen({ acceptUnsignedMembers: true })
    expect(await verify(body, secret, open)).toEqual(['AUTHORISATION', expect.objectContaining({ reason: 'forged' })])
  })

  it('answers [accepted], also to a duplicate', async () => {
    const receiver = createReceiver(adyen(), { secret }).on('AUTHORISATION', () => {})
    const delivery = signDelivery(adyen(), { secret })
    for (const outcome of ['handled', 'duplicate'])
      expect(await receiver.receive(delivery)).toMatchObject({ outcome, status: 200, body: '[accepted]' })
  })

  it('rejects a member that could be moved into another', async () => {
    const moved = {
      ...documented,
      merchantAccountCode: 'TestMerchant:TestPayment-1407325143704',
      merchantReference: '1130',
    }
    expect(await verify(toBody(moved))).toBe('SIGNED_MEMBER_INVALID')
    expect(await verify(toBody({ ...documented, amount: { value: ['1130'], currency: 'EUR' } }))).toBe(
      'SIGNED_MEMBER_INVALID',
    )
  })
})
