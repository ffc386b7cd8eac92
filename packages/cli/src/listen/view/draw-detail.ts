import { isCredentialName, redactAddresses, toVisible } from 'sallyport/provider'
import { toLine, type Style } from '../../output.ts'
import { fit } from '../../text/fit.ts'
import { breakLines } from '../../text/wrap.ts'
import { isTooTrusting, sizeOf, styleOf, timeOf, toDuration, toShownPath, toSize } from '../describe-exchange.ts'
import { toEventName, toVerdict, type Exchange } from '../exchange.ts'
import { toPairs } from '../forward-headers.ts'
import type { Paint } from './draw-list.ts'
import type { ViewState } from './view-state.ts'

/** A line of the detail, not yet cut to the terminal. */
interface Line {
  readonly text: string
  readonly style?: Style | undefined
  /** Columns before the text and before its further lines. */
  readonly indent?: number | undefined
}

// Parsing and wrapping more would hold up deliveries.
const mostPretty = 512 * 1024
const mostShown = 32 * 1024

const mostPaths = 10

/** The detail of an exchange, from the line that is scrolled to; exactly `height` lines. */
export function drawDetail(
  state: ViewState,
  exchange: Exchange,
  { width, height, paint, secretHeaders, paths }: DetailOptions,
): string[] {
  const lines = toLines(state, exchange, { secretHeaders, paths }).flatMap(({ text, style, indent = 0 }) =>
    breakLines(text, width - indent).map((part) => {
      const line = fit(' '.repeat(indent) + part, width)
      return style === undefined ? line : paint(style, line)
    }),
  )
  state.scroll = Math.max(0, Math.min(state.scroll, lines.length - height))
  const shown = lines.slice(state.scroll, state.scroll + height)
  return [...shown, ...Array<string>(height - shown.length).fill('')]
}

/** How a detail is drawn. */
export interface DetailOptions {
  readonly width: number
  readonly height: number
  readonly paint: Paint
  /** Headers of the provider that hold a signature or a credential, in lower case. */
  readonly secretHeaders: readonly string[]
  /** Where deliveries are checked. */
  readonly paths: readonly string[]
}

function toLines(
  state: ViewState,
  exchange: Exchange,
  { secretHeaders, paths }: Pick<DetailOptions, 'secretHeaders' | 'paths'>,
): Line[] {
  const { method, url, receivedAt, remoteAddress, rawHeaders, provider, app, body } = exchange
  const verdict = toVerdict(exchange, state.isForwarded)
  const name = toEventName(exchange)
  const blank: Line = { text: '' }
  // A proxy repeats the URL in headers.
  const parameters = secretHeaders.flatMap((one) => (one.startsWith('?') ? [one.slice(1)] : []))
  const from = remoteAddress === undefined ? '' : ` from ${toLine(remoteAddress)}`
  return [
    { text: `${toLine(method)} ${toShownPath(url)}`, style: 'bold' },
    { text: `${toLine(provider ?? 'no provider')}${name === undefined ? '' : ` · ${toLine(name)}`}` },
    { text: `${toMoment(receivedAt)}${from} · ${toSize(sizeOf(exchange)) || 'body not read'}`, style: 'dim' },
    blank,
    { text: `Verdict: ${toLine(verdict.text)}`, style: styleOf(verdict) },
    ...explain(state, exchange, paths),
    ...(app === undefined ? [] : [blank, ...describeApp(exchange)]),
    blank,
    { text: 'Headers', style: 'bold' },
    ...toPairs(rawHeaders).map(([header, value]): Line => ({
      text: `${toLine(header)}: ${isHidden(header, secretHeaders) ? '[hidden]' : toLine(redactAddresses(value, parameters))}`,
      indent: 2,
    })),
    blank,
    ...describeBody('Body', body, state.isBodyShown),
    ...(app?.ok ? [blank, ...describeBody('Answer of the app', app.body, state.isBodyShown)] : []),
  ]
}

/** Local time, then the exact one. */
function toMoment(at: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'))
  return `${day.join('-')} ${timeOf(at)} (${date.toISOString()})`
}

function isHidden(name: string, secretHeaders: readonly string[]): boolean {
  return isCredentialName(name, 'header', secretHeaders)
}

function explain({ explained }: ViewState, exchange: Exchange, paths: readonly string[]): Line[] {
  const { report, provider, body } = exchange
  if (report === undefined) {
    const fix = provider === undefined ? adviseSending(paths) : 'Set its secret, and start again.'
    return exchange.unreadable === undefined ? [{ text: fix, indent: 2 }] : []
  }
  if (report.code === undefined) return []
  const issues: Line[] = report.issues ? [{ text: `at ${toLine(report.issues.join(', '))}`, indent: 2 }] : []
  const found = explained.get(exchange)
  if (found === 'under way') return [...issues, { text: 'looking for the cause…', style: 'dim', indent: 2 }]
  if (found === undefined || found === 'impossible')
    return [
      ...issues,
      {
        text:
          body === undefined
            ? 'The body was not read, or is no longer kept.'
            : 'Run `sallyport verify` on a recorded file.',
        indent: 2,
      },
    ]
  return [
    ...issues,
    ...found.findings.flatMap(({ certainty, title, detail, fix }): Line[] => [
      { text: `${certainty}: ${title}${detail === undefined ? '' : `: ${toLine(detail)}`}`, indent: 2 },
      { text: toVisible(fix), indent: 4 },
    ]),
  ]
}

function adviseSending(paths: readonly string[]): string {
  const more = paths.length > mostPaths ? `, or one of ${paths.length - mostPaths} other paths` : ''
  return `Send to ${paths.slice(0, mostPaths).map(toShownPath).join(', ')}${more}.`
}

function describeApp(exchange: Exchange): Line[] {
  const { app } = exchange
  if (app === undefined) return []
  if (!app.ok)
    return [
      { text: `App: ${app.text} (${toDuration(app.ms)})`, style: 'red' },
      { text: app.fix, indent: 2 },
    ]
  const style = app.status < 400 ? 'green' : app.status < 500 ? 'yellow' : 'red'
  return [
    { text: `App: ${app.status} ${toLine(app.statusMessage)} in ${toDuration(app.ms)}`, style },
    ...(isTooTrusting(exchange)
      ? [{ text: 'The app accepted a delivery that does not verify.', style: 'red' as const, indent: 2 }]
      : []),
  ]
}

function describeBody(title: string, body: Uint8Array | undefined, isShown: boolean): Line[] {
  if (body === undefined) return [{ text: `${title}: not read, or no longer kept`, style: 'dim' }]
  const size = toSize(body.byteLength)
  if (body.byteLength === 0) return [{ text: `${title}: empty`, style: 'dim' }]
  if (!isShown) return [{ text: `${title}: ${size}; press b to show it`, style: 'dim' }]
  const text = toPretty(body)
  const rest =
    text.length > mostShown ? [{ text: `… ${text.length - mostShown} more characters`, style: 'dim' as const }] : []
  const lines = toVisible(text.slice(0, mostShown), 'lines').split('\n')
  return [
    { text: `${title}: ${size}`, style: 'bold' },
    ...lines.map((line): Line => ({ text: line, indent: 2 })),
    ...rest,
  ]
}

function toPretty(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, mostPretty)).toString()
  if (body.byteLength > mostPretty) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
