import { describe, expect, it } from 'vitest'
import { toAttemptFailure } from './attempt-failure.ts'

const keep = (text: string): string => text

describe('toAttemptFailure', () => {
  it('has name, message and frames', () => {
    const failure = toAttemptFailure(new RangeError('too far'), keep)
    expect(failure).toMatchObject({ name: 'RangeError', message: 'too far' })
    expect(failure.stack[0]).toMatch(/^at .*attempt-failure\.test\.ts:\d+:\d+\)?$/)
    expect(failure.stack.length).toBeLessThanOrEqual(8)
  })

  it('keeps control characters as they are', () => {
    expect(toAttemptFailure(new Error('\u001b[31m\u0000\r\n'), keep).message).toBe('\u001b[31m\u0000\r\n')
  })

  it('cuts each part', () => {
    const error = Object.assign(new Error('m'.repeat(1_000_000)), { name: 'n'.repeat(1_000_000) })
    error.stack = `Error: ${error.message}\n${`    at ${'f'.repeat(5_000)} (/a/b.ts:1:1)\n`.repeat(50)}`
    const failure = toAttemptFailure(error, keep)
    expect(failure.message).toMatch(/^m{500}… \(999500 more characters\)$/)
    expect(failure.name.length).toBeLessThan(150)
    expect(JSON.stringify(failure).length).toBeLessThan(4_000)
  })

  it.each([
    ['a message that looks like a frame', 'no\n    at secret (/etc/passwd:1:1)'],
    ['a message of many lines', `{\n  "body": "secret"\n}`],
  ])('takes no frame from %s', (_name, message) => {
    const { stack } = toAttemptFailure(new Error(message), keep)
    expect(stack.length).toBeGreaterThan(0)
    expect(stack.join('\n')).not.toContain('secret')
  })

  it('takes only frames from a stack', () => {
    const error = new Error('now')
    error.stack =
      'Error: before\nsecret\n  at home\n    at run (node:internal/x:1:2)\n    at async <anonymous>\n    at secret'
    expect(toAttemptFailure(error, keep).stack).toEqual(['at run (node:internal/x:1:2)', 'at async <anonymous>'])
  })

  it('redacts before it cuts', () => {
    const redact = (text: string): string => text.replaceAll('s3cr3t', '[redacted]')
    const { message } = toAttemptFailure(new Error(`${'x'.repeat(497)}s3cr3t`), redact)
    expect(message).not.toContain('s3c')
  })

  it.each([
    ['a string', 'only text', { name: 'Error', message: 'only text', stack: [] }],
    ['nothing', undefined, { name: 'Error', message: 'undefined', stack: [] }],
    ['an object that throws', { toString: () => expect.fail('read') }, { message: 'an error without a text' }],
    [
      'a proxy that throws',
      new Proxy(new Error('x'), {
        get() {
          throw new Error('no')
        },
      }),
      { stack: [] },
    ],
  ])('takes %s', (_name, thrown, expected) => {
    expect(toAttemptFailure(thrown, keep)).toMatchObject(expected)
  })
})
