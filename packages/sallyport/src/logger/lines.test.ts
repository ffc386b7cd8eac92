import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLines, type FailedAttempt } from './lines.ts'
import type { DeliveryReport } from '../receive/report.ts'
import type { Fields } from './logger.ts'

afterEach(() => vi.restoreAllMocks())

const report: DeliveryReport = {
  provider: 'sonzai',
  outcome: 'refused',
  status: 401,
  code: 'SIGNATURE_MISMATCH',
  remoteAddress: '203.0.113.7',
  bodyBytes: 12,
  receivedAt: new Date(1_000),
  durationMs: 2,
}

const attempt: FailedAttempt = {
  provider: 'sonzai',
  type: 'on_wakeup_ready',
  id: 'evt_1',
  key: 'sonzai:evt_1',
  outcome: 'retried',
  attempt: 3,
  inbox: 'SQLite, events.db',
  durationMs: 5,
  waitMs: 1_500,
  error: new TypeError('no customer'),
}

function open(redact = (text: string): string => text) {
  const written: { level: string; message: string; fields: Fields }[] = []
  const note =
    (level: string) =>
    (message: string, fields: Fields): void =>
      void written.push({ level, message, fields })
  return { written, lines: createLines({ warn: note('warn'), error: note('error') }, redact) }
}

describe('the line of a delivery', () => {
  it('warns of a refusal, with what is known', () => {
    const { lines, written } = open()
    lines.delivery(report)
    expect(written).toEqual([
      {
        level: 'warn',
        message: 'sonzai: refused SIGNATURE_MISMATCH (401)',
        fields: {
          provider: 'sonzai',
          outcome: 'refused',
          status: 401,
          code: 'SIGNATURE_MISMATCH',
          remoteAddress: '203.0.113.7',
          bodyBytes: 12,
          durationMs: 2,
        },
      },
    ])
  })

  it('is an error where the receiver failed, with what was thrown', () => {
    const { lines, written } = open()
    lines.delivery({ ...report, outcome: 'failed', status: 500, code: 'HANDLER_FAILED' }, new TypeError('no'))
    expect(written).toMatchObject([
      { level: 'error', fields: { code: 'HANDLER_FAILED', error: { name: 'TypeError', message: 'no' } } },
    ])
  })

  it('writes ten of a code per minute, and how many were left out', () => {
    const { lines, written } = open()
    for (let n = 0; n < 5_000; n++) lines.delivery({ ...report, receivedAt: new Date(n) })
    expect(written).toHaveLength(10)
    lines.delivery({ ...report, code: 'SIGNATURE_MISSING' })
    expect(written).toHaveLength(11)
    lines.delivery({ ...report, receivedAt: new Date(61_000) })
    expect(written.slice(11)).toMatchObject([
      { message: 'sonzai: 4990 more lines left out for SIGNATURE_MISMATCH', fields: { leftOut: 4_990 } },
      { message: 'sonzai: refused SIGNATURE_MISMATCH (401)' },
    ])
    lines.end()
    expect(written).toHaveLength(13)
  })

  it('bounds a flood whose times are none', () => {
    const { lines, written } = open()
    for (let n = 0; n < 12; n++) lines.delivery({ ...report, receivedAt: new Date(NaN), durationMs: NaN })
    lines.end()
    expect(written).toHaveLength(11)
    expect(written.at(-1)).toMatchObject({ fields: { leftOut: 2, since: expect.stringMatching(/^\d{4}-.*Z$/) } })
  })

  it('tells of a flood that is over', () => {
    const { lines, written } = open()
    for (let n = 0; n < 12; n++) lines.delivery(report)
    lines.end()
    expect(written.at(-1)).toMatchObject({ level: 'warn', fields: { leftOut: 2, since: '1970-01-01T00:00:01.002Z' } })
  })
})

describe('the line of an attempt', () => {
  it('has event, attempt, error and when the next one is', () => {
    const { lines, written } = open()
    lines.attempt(attempt)
    expect(written).toMatchObject([
      {
        level: 'warn',
        message: 'sonzai: attempt 3 failed, next in 1500 ms',
        fields: {
          key: 'sonzai:evt_1',
          eventId: 'evt_1',
          eventType: 'on_wakeup_ready',
          attempt: 3,
          nextAttemptAt: expect.stringMatching(/^\d{4}-.*Z$/),
          error: { name: 'TypeError', message: 'no customer' },
        },
      },
    ])
  })

  it('is an error once the event is dead, and never left out', () => {
    const { lines, written } = open()
    for (let n = 0; n < 100; n++) lines.attempt({ ...attempt, outcome: 'dead', waitMs: undefined })
    expect(written).toHaveLength(100)
    expect(written[0]).toMatchObject({ level: 'error', message: 'sonzai: attempt 3 failed, now dead' })
  })

  it('has no secret that is known', () => {
    const { lines, written } = open((text) => text.replaceAll('whsec_secret', '[redacted]'))
    const error = new Error('sent whsec_secret to https://me:pass@example.com/')
    lines.attempt({ ...attempt, error })
    lines.delivery({ ...report, outcome: 'failed', code: 'HANDLER_FAILED' }, error)
    lines.failure('sonzai', error)
    expect(JSON.stringify(written)).not.toContain('whsec_secret')
    expect(written).toHaveLength(3)
  })
})

describe('the error of a line', () => {
  const show = (error: unknown): object => {
    const { lines, written } = open((text) => text.replaceAll('whsec_secret', '[redacted]'))
    lines.failure('sonzai', error)
    return written[0]!.fields['error'] as object
  }

  it('has its causes, without their stacks', () => {
    const refused = Object.assign(new Error('connect 127.0.0.1:5432 whsec_secret'), { code: 'ECONNREFUSED' })
    const cause = new TypeError('fetch failed', { cause: refused })
    const shown = show(new Error('not stored', { cause }))
    expect(shown).toMatchObject({
      message: 'not stored',
      stack: expect.stringMatching(/^at /),
      cause: {
        name: 'TypeError',
        message: 'fetch failed',
        cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect 127.0.0.1:5432 [redacted]' },
      },
    })
    expect(JSON.stringify(shown).split('"stack"')).toHaveLength(2)
  })

  it('ends where causes go round, or cannot be read', () => {
    const round = new Error('round')
    round.cause = round
    expect(JSON.stringify(show(round)).split('round')).toHaveLength(5)
    const unreadable = Object.defineProperty(new Error('unreadable'), 'cause', { get: raise })
    expect(show(unreadable)).not.toHaveProperty('cause')
    expect(show(new Error('a text', { cause: 'as a text' }))).toMatchObject({ cause: { message: 'as a text' } })
  })
})

describe('text from outside', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('\u001b', '\u009b', '\n', '\r', '\u202e', '[', 'm'), maxLength: 40 }),
  )

  it('neither steers a terminal, nor begins a line, nor is long', () => {
    fc.assert(
      fc.property(text, text, text, (provider, id, message) => {
        const { lines, written } = open()
        const hostile = { provider, eventId: id, eventType: id, tenant: id, remoteAddress: id, issues: [id] }
        lines.delivery({ ...report, ...hostile }, new Error(message))
        lines.attempt({ ...attempt, provider, id, type: id, key: id, inbox: id, error: new Error(message) })
        lines.failure(provider, Object.assign(new Error(message), { code: id, cause: new Error(message) }))
        for (const { message: shown, fields } of written) {
          const { error, ...own } = fields as { error?: { stack: string; cause?: object } }
          const { stack = '', cause = {}, ...rest } = error ?? {}
          const all = [shown, ...texts(own), ...texts(rest), ...texts(cause)]
          expect(all.filter((one) => /\p{C}/u.test(one))).toEqual([])
          expect(/[^\P{C}\n]/u.test(stack)).toBe(false)
          expect(Math.max(...all.map(({ length }) => length))).toBeLessThan(4_000)
        }
      }),
    )
  })
})

const texts = (fields: object): string[] => Object.values(fields).filter((value) => typeof value === 'string')

describe('a logger that fails', () => {
  it.each([
    ['throws', () => raise()],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('changes nothing when it %s, and says so once', async (_how, write) => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const lines = createLines({ warn: write, error: write }, (text) => text)
    for (let n = 0; n < 3; n++) lines.attempt(attempt)
    await vi.waitFor(() => expect(print).toHaveBeenCalledTimes(1))
    expect(String(print.mock.calls[0])).toContain('the logger failed')
  })
})

function raise(): never {
  throw new Error('disk full')
}
