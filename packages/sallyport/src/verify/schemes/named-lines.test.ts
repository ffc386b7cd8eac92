import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeNamedLines } from './named-lines.ts'

const names = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
const body = {
  Type: 'Notification',
  MessageId: '22b80b92',
  TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
  Subject: 'My First Message',
  Message: 'Hello world!',
  Timestamp: '2012-05-02T00:54:06.655Z',
}
const write = (one: object): string | undefined => writeNamedLines({ ...one }, names, ['Subject'])?.toString()

describe('writeNamedLines', () => {
  it('writes each name above its value', () => {
    expect(write(body)).toBe(
      'Message\nHello world!\nMessageId\n22b80b92\nSubject\nMy First Message\nTimestamp\n2012-05-02T00:54:06.655Z\n' +
        'TopicArn\narn:aws:sns:us-west-2:123456789012:MyTopic\nType\nNotification\n',
    )
    const { Subject: _, ...rest } = body
    expect(write(rest)).not.toContain('Subject')
    expect(write({ ...body, Subject: null })).toBe(write(rest))
    expect(write({ ...body, Message: 'two\nlines é' })).toMatch(/^Message\ntwo\nlines é\nMessageId\n/)
  })

  it.each([
    ['a value is missing', { MessageId: undefined }],
    ['a value is no text', { MessageId: 7 }],
    ['a value but the first has a line end', { MessageId: 'a\nSubject\nb' }],
    ['an optional one has a line end', { Subject: 'a\nTimestamp' }],
  ])('gives nothing where %s', (_name, change) => expect(write({ ...body, ...change })).toBeUndefined())

  it('has one reading', () => {
    const unit = fc.constantFrom('a', '\n', ...names, '\nSubject\n', '\nMessageId\n')
    const text = fc.string({ unit, maxLength: 4 })
    const some = fc.record(
      { Message: text, MessageId: text, Subject: text, Timestamp: text, TopicArn: text, Type: text },
      { requiredKeys: ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'] },
    )
    const seen = new Map<string, object>()
    fc.assert(
      fc.property(some, (one) => {
        const message = write(one)
        if (message === undefined) return
        expect(one).toEqual(seen.get(message) ?? one)
        seen.set(message, one)
        // From the end: the names that cannot be within a value.
        const lines = message.slice(0, -1).split('\n')
        const tail = lines.slice(lines.length - 6)
        expect([tail[0], tail[2], tail[4]]).toEqual(['Timestamp', 'TopicArn', 'Type'])
      }),
      { numRuns: 2000 },
    )
    expect(seen.size).toBeGreaterThan(100)
  })
})
