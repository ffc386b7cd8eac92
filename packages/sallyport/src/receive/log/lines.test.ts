import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError, errorCodes, type ErrorCode } from '../../errors/error-codes.ts'
import type { DeliveryReport } from '../report.ts'
import { toAttemptLines, toDeliveryLines, type Screen } from './lines.ts'

const screen: Screen = { columns: 80, hasColours: false, command: 'npx sallyport' }
const at = new Date(2026, 10, 29, 9, 5, 7)

function report(changes: Partial<DeliveryReport>): DeliveryReport {
  return {
    provider: 'sonzai',
    outcome: 'handled',
    status: 200,
    receivedAt: at,
    durationMs: 2.4,
    ...changes,
  }
}

function refused(code: ErrorCode, changes: Partial<DeliveryReport> = {}): DeliveryReport {
  const { status } = describeError(code)
  return report({ code, status, outcome: status >= 500 ? 'failed' : 'refused', bodyBytes: 10, ...changes })
}

const lines = (changes: DeliveryReport): string[] => toDeliveryLines(changes, screen).split('\n')

describe('the line of a delivery', () => {
  it('has time, status, outcome, provider and type', () => {
    expect(lines(report({ eventType: 'on_wakeup_ready' }))).toEqual([
      '09:05:07  200 handled                   2 ms  sonzai  on_wakeup_ready',
    ])
    expect(lines(report({ outcome: 'accepted', status: 202, eventType: 'session.end' }))).toHaveLength(1)
  })

  it('has its columns at the same places, whatever the names', () => {
    const names = ['sonzai', 'standard-webhooks', 'a-provider-of-the-users-own']
    const places = names.map((provider) =>
      lines(report({ provider, eventType: 'a', durationMs: 1234 }))[0]!.indexOf(provider),
    )
    expect(new Set(places)).toEqual(new Set([46]))
    const attempt = { outcome: 'dead', type: 'a', number: 12, inbox: 'a' } as const
    for (const provider of names)
      expect(toAttemptLines({ ...attempt, provider }, at, screen).indexOf(provider)).toBe(46)
  })

  it('leaves out a type that every event has', () => {
    expect(lines(report({ provider: 'fleet', eventType: '*' }))[0]).toMatch(/ fleet$/)
  })

  it.each(['duplicate', 'ignored', 'unknown'] as const)('says why %s ran no handler', (outcome) => {
    expect(lines(report({ outcome, eventType: 'a' }))).toEqual([
      expect.stringContaining(`200 ${outcome} `),
      expect.stringMatching(/^ {10}\w.*\.$/),
    ])
  })

  it('names the two commands that find the cause of a mismatch', () => {
    expect(lines(refused('SIGNATURE_MISMATCH', { durationMs: 0.2 }))).toEqual([
      '09:05:07  401 SIGNATURE_MISMATCH        0 ms  sonzai',
      '          Check the secret, and that nothing changes the body in transit.',
      '          To find the cause, let the sender send it to this, which records it:',
      '          run: npx sallyport listen --record captures',
      '          then: npx sallyport verify sonzai --request captures/<file>.http',
    ])
    // A provider of the user's own is unknown to the command; without a body there is nothing to verify.
    for (const changes of [{ provider: 'acme' }, { bodyBytes: undefined }])
      expect(lines(refused('SIGNATURE_MISMATCH', changes))).toHaveLength(2)
  })

  it('names the places that do not match the schema', () => {
    const text = toDeliveryLines(refused('PAYLOAD_INVALID', { issues: ['data.a', 'data.b'] }), screen)
    expect(text).toContain('\n          at data.a, data.b')
  })
})

describe.each(Object.keys(errorCodes) as ErrorCode[])('the line of %s', (code) => {
  it('says what to do next, in 80 columns', () => {
    const [first = '', ...next] = lines(refused(code, { eventType: 'on_wakeup_ready', durationMs: 1234 }))
    expect(first).toContain(`${describeError(code).status} ${code}`)
    expect(next.join('\n')).toMatch(/^ {10}[A-Z][^]+[.?]/)
    expect([first, ...next].filter((line) => line.length > 80)).toEqual([])
  })
})

describe('the line of an attempt', () => {
  const attempt = { provider: 'sonzai', type: 'on_wakeup_ready', number: 1, inbox: 'SQLite, events.db' }
  const shown = (changes: Partial<Parameters<typeof toAttemptLines>[0]>): string[] =>
    toAttemptLines({ outcome: 'handled', ...attempt, ...changes }, at, screen).split('\n')

  it('has the outcome, and what to do next', () => {
    expect(shown({})).toEqual([`09:05:07  inbox handled           ${' '.repeat(10)}  sonzai  on_wakeup_ready`])
    expect(shown({ outcome: 'ignored' }).join()).toContain('receiver.on()')
    expect(shown({ outcome: 'failed' }).join()).toContain('tries it again')
    expect(shown({ outcome: 'dead', number: 8 })).toEqual([
      '09:05:07  inbox dead               attempt 8  sonzai  on_wakeup_ready',
      '          The inbox gave it up. Correct the cause, then replay it.',
      '          run: npx sallyport inbox list --state dead --inbox events.db',
    ])
  })

  it('names no path that a shell reads in another way', () => {
    for (const inbox of ['SQLite, /a b.db', 'SQLite, /$(x).db', 'PostgreSQL through pg-boss, a.b'])
      expect(shown({ outcome: 'dead', inbox })).toHaveLength(2)
  })
})

describe('text from outside', () => {
  it('neither steers the terminal nor begins a line', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({
        unit: fc.constantFrom('\u001b', '\u009b', '\u0007', '\n', '\r', '\u202e', '[', ']', '0', ';', 'm'),
        maxLength: 40,
      }),
    )
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (provider, eventType, issue, hasColours) => {
        const hostile = refused('PAYLOAD_INVALID', { provider, eventType, issues: [issue] })
        const attempt = { outcome: 'dead', provider, type: eventType, number: 1, inbox: `SQLite, ${issue}` } as const
        for (const shown of [
          toDeliveryLines(hostile, { ...screen, hasColours }),
          toAttemptLines(attempt, at, { ...screen, hasColours }),
        ]) {
          const plain = stripVTControlCharacters(shown)
          expect(plain).not.toMatch(/[^\P{C}\n]/u)
          expect(
            plain
              .split('\n')
              .slice(1)
              .every((line) => line.startsWith(' '.repeat(10))),
          ).toBe(true)
        }
      }),
    )
  })

  it('wraps a long type instead of cutting it', () => {
    const eventType = 'checkout.session.async_payment_succeeded.by.card'
    expect(lines(report({ eventType }))).toEqual([
      '09:05:07  200 handled                   2 ms  sonzai',
      `          ${eventType}`,
    ])
    expect(toDeliveryLines(report({ eventType: 'a'.repeat(5_000) }), screen).length).toBeLessThan(400)
  })
})
