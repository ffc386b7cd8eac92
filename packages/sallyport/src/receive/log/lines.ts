import { styleText } from 'node:util'
import { clipVisible } from '../../errors/visible-text.ts'
import type { DeliveryReport } from '../report.ts'
import { findAttemptSteps, findNextSteps } from './next-steps.ts'

/** An attempt of an inbox to handle an event, as it ended. */
export interface LoggedAttempt {
  readonly outcome: 'handled' | 'ignored' | 'failed' | 'dead'
  readonly provider: string
  readonly type: string
  readonly number: number
  /** Name of the inbox. */
  readonly inbox: string
}

/** Where lines are written. */
export interface Screen {
  /** Width in characters. */
  readonly columns: number
  readonly hasColours: boolean
  /** How the `sallyport` command is started here. */
  readonly command: string
}

type Style = Parameters<typeof styleText>[0]

// Behind the time, so that times stand alone on the left.
const indent = ' '.repeat(10)
const longest = 200
/** What is printed about a delivery: one line, and below it what to do next. */
export function toDeliveryLines(report: DeliveryReport, screen: Screen): string {
  const { receivedAt, status, code, outcome, provider, eventType, durationMs } = report
  const style = status >= 500 ? 'red' : status >= 400 ? 'yellow' : outcome === 'unknown' ? 'yellow' : 'green'
  const parts = [
    `${status} ${(code ?? outcome).padEnd(18)}`,
    toDuration(durationMs).padStart(10),
    toPart(provider),
    toType(eventType),
  ]
  return toLines(receivedAt, style, parts, findNextSteps(report, screen.command), screen)
}

/** What is printed about an attempt of an inbox. */
export function toAttemptLines(attempt: LoggedAttempt, at: Date, screen: Screen): string {
  const { outcome, provider, type, number, inbox } = attempt
  const style = outcome === 'dead' ? 'red' : outcome === 'failed' ? 'yellow' : 'green'
  const again = number > 1 ? `attempt ${number}` : ''
  const parts = [`inbox ${outcome.padEnd(16)}`, again.padStart(10), toPart(provider), toType(type)]
  return toLines(at, style, parts, findAttemptSteps(outcome, inbox, screen.command), screen)
}

function toLines(at: Date, style: Style, parts: readonly string[], steps: readonly string[], screen: Screen): string {
  const [what = '', ...facts] = parts.filter((part) => part !== '')
  const line = wrap([`${toTime(at)}  ${what}`, ...facts], '  ', screen.columns)
  const paint = (one: Style, text: string): string =>
    screen.hasColours ? styleText(one, text, { validateStream: false }) : text
  // Nothing from outside is in the first part.
  const head = line.replace(what, () => paint(style, what))
  // A command stays on one line, to be copied.
  const below = steps.map((step) =>
    /^(?:run|then): /.test(step)
      ? indent + step
      : wrap([indent + step.split(' ')[0], ...step.split(' ').slice(1)], ' ', screen.columns),
  )
  return [head, ...below.map((text) => paint('dim', text))].join('\n')
}

/** Joins parts to lines of at most a width, where no part is wider; further lines are indented. */
function wrap(parts: readonly string[], between: string, columns: number): string {
  const [first = '', ...rest] = parts
  const lines = [first]
  for (const part of rest) {
    const joined = `${lines.at(-1)}${between}${part}`
    if (joined.trimEnd().length > columns) lines.push(indent + part)
    else lines[lines.length - 1] = joined
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}

// Local time, as on the clock beside the screen.
const toTime = (at: Date): string => [at.getHours(), at.getMinutes(), at.getSeconds()].map(toTwo).join(':')
const toTwo = (number: number): string => String(number).padStart(2, '0')
const toPart = (text: string | undefined): string => (text === undefined ? '' : clipVisible(text, longest))
// A provider with one type for every event says nothing by it.
const toType = (type: string | undefined): string => (type === '*' ? '' : toPart(type))
const toDuration = (ms: number): string => `${Math.max(0, Math.round(ms))} ms`
