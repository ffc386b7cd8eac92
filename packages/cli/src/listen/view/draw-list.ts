import { toLine, type Output } from '../../output.ts'
import {
  durationOf,
  isTooTrusting,
  sizeOf,
  styleOf,
  timeOf,
  toDuration,
  toShownPath,
  toSize,
} from '../describe-exchange.ts'
import { toEventName, toVerdict, type Exchange } from '../exchange.ts'
import { fit } from '../../text/fit.ts'
import { breakLines } from '../../text/wrap.ts'
import { selectedEntry, visibleEntries, type ViewState } from './view-state.ts'

/** How to paint. */
export type Paint = Output['style']

interface Widths {
  readonly verdict: number
  readonly app: number
  readonly provider: number
  readonly type: number
  readonly size: number
  readonly duration: number
}

const gap = ' '
// The mark of the selected row, and the time.
const fixed = 2 + 8

/** Widths of the columns; a narrow terminal has fewer of them. */
export function layOut(width: number): Widths {
  const verdict = width >= 60 ? 18 : 12
  const app = 3
  const provider = width >= 100 ? 17 : width >= 50 ? 9 : 0
  const size = width >= 76 ? 6 : 0
  const duration = width >= 76 ? 6 : 0
  const used = [verdict, app, provider, size, duration].filter((each) => each > 0)
  const type = Math.max(0, width - fixed - used.reduce((sum, each) => sum + each + gap.length, 0) - gap.length)
  return { verdict, app, provider, type, size, duration }
}

/** How a list is drawn. */
export interface ListOptions {
  readonly width: number
  readonly height: number
  readonly paint: Paint
  /** What to show while there are no deliveries. */
  readonly hints: readonly string[]
}

/** The rows of the list, its header first; exactly `height` of them. */
export function drawList(state: ViewState, { width, height, paint, hints }: ListOptions): string[] {
  const widths = layOut(width)
  const visible = visibleEntries(state)
  const selected = selectedEntry(state)
  const room = Math.max(1, height - 1)
  const at = selected === undefined ? 0 : visible.indexOf(selected)
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), visible.length - room))
  const rows = visible
    .slice(first, first + room)
    .map((exchange) => toRow(exchange, { state, widths, paint, isSelected: exchange === selected, width }))
  const empty = state.filter === '' ? ['waiting for deliveries', ...hints] : ['no delivery matches']
  const shown = rows.length > 0 ? rows : drawHints(empty, width, room).map((line) => paint('dim', line))
  return [
    paint('bold', toHeader(widths, width, state.isForwarded)),
    ...shown,
    ...Array<string>(Math.max(0, room - shown.length)).fill(''),
  ]
}

function drawHints(hints: readonly string[], width: number, room: number): string[] {
  const lines = hints.flatMap((hint) => breakLines(hint, width - 2))
  const more = lines.length > room ? [`… ${lines.length - room + 1} more lines`] : []
  return [...lines.slice(0, room - more.length), ...more].map((line) => fit(`  ${line}`, width))
}

// The detail says the rest.
const toShort = (text: string): string => text.split(' ', 2).join(' ').replace(':', '')

function toHeader(
  { verdict, app, provider, type, size, duration }: Widths,
  width: number,
  isForwarded: boolean,
): string {
  const cells = [
    `  ${fit('TIME', 8)}`,
    fit('VERDICT', verdict),
    fit(isForwarded ? 'APP' : 'ANS', app),
    fit('PROVIDER', provider),
    fit('TYPE', type),
    fit('SIZE', size, 'right'),
    fit('MS', duration, 'right'),
  ]
  return fit(cells.filter((cell) => cell !== '').join(gap), width)
}

function toRow(
  exchange: Exchange,
  {
    state,
    widths,
    paint,
    isSelected,
    width,
  }: {
    readonly state: ViewState
    readonly widths: Widths
    readonly paint: Paint
    readonly isSelected: boolean
    readonly width: number
  },
): string {
  const { status = 0, provider, url, receivedAt, isResent } = exchange
  const verdict = toVerdict(exchange, state.isForwarded)
  const what = toEventName(exchange) ?? (provider === undefined ? toShownPath(url) : '')
  const head = `${isSelected ? '>' : ' '}${isResent ? '↻' : ' '}${timeOf(receivedAt)}`
  const verdictText = fit(toLine(verdict.kind === 'unchecked' ? toShort(verdict.text) : verdict.text), widths.verdict)
  const appText = fit(status === 0 ? '' : String(status), widths.app)
  const rest = [
    fit(toLine(provider ?? '-'), widths.provider),
    fit(toLine(what), widths.type),
    fit(toSize(sizeOf(exchange)), widths.size, 'right'),
    fit(toDuration(durationOf(exchange)), widths.duration, 'right'),
  ]
    .filter((cell) => cell !== '')
    .join(gap)
  if (isSelected) return paint('inverse', fit([head, verdictText, appText, rest].join(gap), width))
  const isFine = status < 400 && !isTooTrusting(exchange)
  const style = isFine ? 'green' : status >= 400 && status < 500 ? 'yellow' : 'red'
  return [head, paint(styleOf(verdict), verdictText), paint(style, appText), rest].join(gap)
}
