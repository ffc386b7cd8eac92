import { createPrivateKey, sign as signBytes } from 'node:crypto'
import { createReceiver, safeVerify } from 'sallyport'
import { awsSns, type AwsSnsOptions } from 'sallyport/providers/aws-sns'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import { createAuthority } from '../support/keys/authority.ts'
import { snsCertificate, snsMessages } from '../support/senders/aws-sns-vectors.ts'

// The signature is in the body and covers some members alone, so the rules of the provider
// contract about every byte of the body do not apply: these tests say what holds instead.
const topicArn = 'arn:aws:sns:eu-central-1:123456789012:orders'
const authority = createAuthority('Authority')
const own = authority.issue({ name: 'sns', hosts: ['sns.amazonaws.com'] })
const other = authority.issue({ name: 'sns', hosts: ['sns.amazonaws.com'] })
const serve = (certificate: string) =>
  vi.fn<NonNullable<AwsSnsOptions['fetch']>>(() => Promise.resolve(new Response(certificate)))
const make = (options: Partial<AwsSnsOptions> = {}) => awsSns({ topicArn, fetch: serve(own.cert), ...options })
const kinds = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const
const now = Date.UTC(2026, 10, 29, 8)

type Message = Record<string, unknown>

/** A signed message, changed after it was signed. */
function signed(type: string, change: Message = {}, key = own.key): Buffer {
  const { body } = signDelivery(make(), { secret: key, type, now })
  return Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(body).toString()) as Message), ...change }))
}

const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' }

async function verify(from: ReturnType<typeof awsSns>, body: Uint8Array, receivedAt = now) {
  const result = await safeVerify(from, { headers, body, receivedAt })
  return result.ok ? result.event : result.code
}

describe('the messages in the tests of AWS SDK for Java', () => {
  const known = { topicArn: 'arn:aws:sns:us-west-2:131990247566:dongie-standard-topic' }

  it.each(snsMessages.map((message) => [message.Type, message.SignatureVersion, message] as const))(
    '%s with signature version %s',
    async (type, version, message) => {
      const fetch = serve(snsCertificate)
      const at = Date.parse(message.Timestamp) + 1_000
      const body = Buffer.from(JSON.stringify(message, null, 2))
      expect(await verify(make({ ...known, fetch }), body, at)).toMatchObject({
        type,
        id: message.MessageId,
        keyId: 'SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8',
        data: { Message: message.Message },
      })
      expect(fetch.mock.calls[0]![0].href).toBe(message.SigningCertURL)
      const altered = Buffer.from(JSON.stringify({ ...message, Message: `${message.Message} ` }))
      expect(await verify(make({ ...known, fetch }), altered, at)).toBe('SIGNATURE_MISMATCH')
      const strict = await verify(make({ ...known, fetch, requireSha256: true }), body, at)
      expect(strict).toEqual(version === '1' ? 'SIGNATURE_MALFORMED' : expect.objectContaining({ type }))
    },
  )
})

describe('a message of SNS', () => {
  it.each(kinds)('is accepted and handled once: %s', async (type) => {
    const seen: unknown[] = []
    const receiver = createReceiver(make(), { now: () => now }).onAny((event) => void seen.push(event))
    const delivery = { method: 'POST', url: '/', headers, body: signed(type) }
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'duplicate' })
    expect(seen).toMatchObject([{ type, data: { TopicArn: topicArn } }])
  })

  it.each([
    ['Notification', { SubscribeURL: 'https://evil.example', Token: 'x' }],
    ['SubscriptionConfirmation', { Subject: 'Visit https://evil.example' }],
  ])('does not take members for signed that are not in a %s', async (type, added) => {
    const event = await verify(make(), signed(type, added))
    const { data } = event as { data: Message }
    expect(data).toMatchObject({ Type: type, unsigned: added })
    for (const name of Object.keys(added)) expect(data).not.toHaveProperty(name)
  })

  it('is rejected when a signed member is changed, removed or no text', async () => {
    for (const type of kinds) {
      const whole = JSON.parse(signed(type).toString()) as Message
      for (const name of Object.keys(whole)) {
        if (/^(?:Unsubscribe|MessageAttributes)/.test(name)) continue
        for (const value of [undefined, null, 5, `${String(whole[name])}x`, `${String(whole[name])}\n`]) {
          const found = await verify(make(), signed(type, { [name]: value }))
          expect(found, `${type}.${name} as ${String(value)}`).toBeTypeOf('string')
        }
      }
    }
  })

  it('has its unsigned members apart from the others', async () => {
    const forged = {
      MessageAttributes: { kind: { Value: 'forged' } },
      UnsubscribeURL: 'https://evil.example',
      extra: 1,
    }
    const event = await verify(make(), signed('Notification', forged))
    expect(event).toMatchObject({ data: { Message: '{"order":"A-1"}', unsigned: forged } })
    expect(Object.keys((event as { data: object }).data).toSorted()).toEqual(
      ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type', 'unsigned'].toSorted(),
    )
  })

  it('cannot be cut in another way', async () => {
    const whole = JSON.parse(signed('Notification').toString()) as Record<string, string>
    const moved = { Message: 'a', MessageId: `b\nSubject\n${whole['Subject']}`, Subject: undefined }
    const text = `Message\na\nMessageId\nb\nSubject\n${whole['Subject']}\nTimestamp\n${whole['Timestamp']}\nTopicArn\n${topicArn}\nType\nNotification\n`
    const Signature = signBytes('sha256', Buffer.from(text), createPrivateKey(own.key)).toString('base64')
    expect(await verify(make(), signed('Notification', { ...moved, Signature }))).toBe('SIGNATURE_MALFORMED')
    expect(await verify(make(), signed('Notification', { Message: 'a', MessageId: 'b', Signature }))).toMatchObject({
      id: 'b',
    })
  })

  it('is rejected from another key, topic, kind or version', async () => {
    expect(await verify(make(), signed('Notification', {}, other.key))).toBe('SIGNATURE_MISMATCH')
    expect(await verify(make({ topicArn: `${topicArn}-2` }), signed('Notification'))).toBe('SECRET_UNKNOWN')
    expect(await verify(make({ topicArn: [`${topicArn}-2`, topicArn] }), signed('Notification'))).toMatchObject({
      type: 'Notification',
    })
    for (const change of [
      { Type: '__proto__' },
      { Type: 'Other' },
      { SignatureVersion: '3' },
      { SignatureVersion: 2 },
      { Signature: 'not base64' },
    ])
      expect(await verify(make(), signed('Notification', change))).toBe('SIGNATURE_MALFORMED')
    expect(await verify(make(), signed('Notification', { Signature: undefined }))).toBe('SIGNATURE_MISSING')
  })

  it('is rejected an hour after it was published, and from tomorrow', async () => {
    expect(await verify(make(), signed('Notification'), now + 3_900_000)).toMatchObject({ type: 'Notification' })
    expect(await verify(make(), signed('Notification'), now + 3_901_000)).toBe('TIMESTAMP_STALE')
    expect(await verify(make(), signed('Notification'), now - 86_400_000)).toBe('TIMESTAMP_FUTURE')
  })

  it.each(['', '{', '[]', 'null', '5', '"text"'])('that is %j is rejected', async (text) => {
    expect(await verify(make(), Buffer.from(text))).toMatch(/^BODY_NOT_/)
  })
})

describe('the certificate of SNS', () => {
  it.each([
    'https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
    'https://sns-eu-central-1.s3.amazonaws.com/SimpleNotificationService-1.pem',
    'https://s3.eu-central-1.amazonaws.com/sns/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com/bucket/SimpleNotificationService-1.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem?x=1',
    'https://sns.eu-central-1.amazonaws.com/evil.pem',
    'https://sns.eu-central-1.amazonaws.com:444/SimpleNotificationService-1.pem',
    'https://evil@sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem',
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem',
  ])('is not fetched from %s', async (SigningCertURL) => {
    const fetch = serve(own.cert)
    expect(await verify(make({ fetch }), signed('Notification', { SigningCertURL }))).toBe('SIGNATURE_MALFORMED')
    expect(fetch).not.toHaveBeenCalled()
  })

  it('is fetched once, and nothing else is: no SubscribeURL', async () => {
    const fetch = serve(own.cert)
    const provider = make({ fetch })
    for (const type of kinds) await verify(provider, signed(type))
    expect(fetch.mock.calls.map(([url]) => url.pathname)).toEqual([
      '/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem',
    ])
  })

  it('must be for the name of the region', async () => {
    const strange = authority.issue({ name: 'sns.amazonaws.com', hosts: ['sns.eu-central-1.amazonaws.com'] })
    expect(await verify(make({ fetch: serve(strange.cert) }), signed('Notification'))).toBe('KEY_UNAVAILABLE')
    const trusted = make({ trust: [authority.cert] })
    expect(await verify(trusted, signed('Notification'))).toMatchObject({ type: 'Notification' })
    expect(await verify(make({ trust: [createAuthority('A').cert] }), signed('Notification'))).toBe('KEY_UNAVAILABLE')
  })
})

describe('awsSns options', () => {
  it.each([
    undefined,
    '',
    [],
    'orders',
    'arn:aws:sqs:eu-central-1:123456789012:orders',
    'arn:aws:sns:eu-central-1:123456789012:*',
    'arn:aws:sns:evil.example/:123456789012:orders',
    'arn:aws-evil:sns:eu-central-1:123456789012:orders',
  ])('throw for the topic %j', (topic) => {
    expect(() => awsSns({ topicArn: topic as never })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it.each([
    ['arn:aws:sns:us-east-1:123456789012:a', 'sns.amazonaws.com', 'sns.us-east-1.amazonaws.com'],
    [
      'arn:aws:sns:af-south-1:123456789012:a.fifo',
      'sns-signing.af-south-1.amazonaws.com',
      'sns.af-south-1.amazonaws.com',
    ],
    ['arn:aws-cn:sns:cn-north-1:123456789012:a', 'sns-cn-north-1.amazonaws.com.cn', 'sns.cn-north-1.amazonaws.com.cn'],
    [
      'arn:aws-us-gov:sns:us-gov-east-1:123456789012:a',
      'sns-us-gov-west-1.amazonaws.com',
      'sns.us-gov-east-1.amazonaws.com',
    ],
  ])('know the certificate of %s', async (topic, name, host) => {
    const regional = authority.issue({ name, hosts: [name] })
    const Signature = 'AAAA'
    const SigningCertURL = `https://${host}/SimpleNotificationService-1.pem`
    const fetch = serve(regional.cert)
    const change = { TopicArn: topic, Signature, SigningCertURL }
    expect(await verify(make({ topicArn: topic, fetch }), signed('Notification', change))).toBe('SIGNATURE_MISMATCH')
    expect(fetch).toHaveBeenCalledTimes(1)
  })
})
