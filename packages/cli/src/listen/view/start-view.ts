import { toHeaderList } from 'sallyport/provider'
import { toShownUrl } from '@sallyport/platforms'
import { toLine, type Output } from '../../output.ts'
import type { Exchange } from '../exchange.ts'
import { toListed } from '../print-start.ts'
import type { Mounted } from '../receivers.ts'
import type { Serving } from '../serve.ts'
import { drawDetail } from './draw-detail.ts'
import { drawList } from './draw-list.ts'
import { fit } from '../../text/fit.ts'
import { createJournal } from './journal.ts'
import { takeTerminal } from './terminal.ts'
import { selectedEntry, takeKey, visibleEntries, type Key, type ViewState } from './view-state.ts'

/** A full-screen view of deliveries. */
export interface View {
  add(exchange: Exchange): void
  /** Shows what a command would print. */
  note(text: string): void
  stop(): void
}

/** What the view is about. */
export interface ViewOptions {
  readonly output: Output
  readonly serving: Serving
  readonly mounted: readonly Mounted[]
  /** What to show while there are no deliveries. */
  readonly hints: readonly string[]
  readonly forwardTo: URL | undefined
  /** Show bodies from the start. */
  readonly data: boolean
  readonly onQuit: () => void
}

// Drawing more often would take time from deliveries, and nobody could read it.
const drawEveryMs = 60

/** Takes over the terminal and shows deliveries until it is stopped. */
export function startView({ output, serving, mounted, hints, forwardTo, data, onQuit }: ViewOptions): View {
  const journal = createJournal()
  const state: ViewState = {
    entries: journal.entries,
    isForwarded: forwardTo !== undefined,
    selected: undefined,
    isOpen: false,
    scroll: 0,
    isBodyShown: data,
    filter: '',
    isTyping: false,
    message: '',
    explained: new WeakMap(),
  }
  const paths = toListed(mounted).map(({ path }) => path)
  let drawing: NodeJS.Timeout | undefined
  const terminal = takeTerminal(onKey, drawSoon)
  const paint = (style: Parameters<Output['style']>[0], text: string): string => output.style(style, text)

  function onKey(key: Key): void {
    const wish = takeKey(state, key, terminal.height() - 4)
    if (wish === 'quit') onQuit()
    if (wish === 'resend') void resend(selectedEntry(state))
    const entry = state.isOpen ? selectedEntry(state) : undefined
    if (entry !== undefined) void explain(entry)
    draw()
  }

  async function resend(exchange: Exchange | undefined): Promise<void> {
    if (exchange === undefined) return
    const mayResend = exchange.body !== undefined && (forwardTo !== undefined || exchange.report !== undefined)
    state.message = mayResend ? 'sent again' : 'cannot be sent again: its body was not read, or is no longer kept'
    if (mayResend) await serving.resend(exchange)
  }

  async function explain(exchange: Exchange): Promise<void> {
    const { report, body, provider, method, url, rawHeaders, receivedAt } = exchange
    const find = mounted.find(({ name }) => name === provider)?.explain
    if (report?.code === undefined || state.explained.has(exchange)) return
    state.explained.set(exchange, find === undefined || body === undefined ? 'impossible' : 'under way')
    if (find === undefined || body === undefined) return
    const delivery = { method, url, headers: toHeaderList(rawHeaders), receivedAt, body, secure: true }
    state.explained.set(exchange, await find(delivery).catch(() => 'impossible' as const))
    drawSoon()
  }

  function drawSoon(): void {
    drawing ??= setTimeout(draw, drawEveryMs)
  }

  function draw(): void {
    clearTimeout(drawing)
    drawing = undefined
    const [width, height] = [terminal.width(), terminal.height()]
    const entry = state.isOpen ? selectedEntry(state) : undefined
    const secretHeaders = mounted.find(({ name }) => name === entry?.provider)?.secretHeaders ?? []
    const messages = state.message === '' ? [] : [paint('bold', fit(` ${state.message}`, width))]
    const rows = height - 2 - messages.length
    const body =
      entry === undefined
        ? drawList(state, { width, height: rows, paint, hints })
        : drawDetail(state, entry, { width, height: rows, paint, secretHeaders, paths })
    terminal.draw([toHead(width), ...body, ...messages, toFoot(width)])
  }

  function toHead(width: number): string {
    const to = forwardTo === undefined ? '' : ` → ${toShownUrl(forwardTo.href)}`
    return paint('inverse', fit(` sallyport listen  ${serving.url}${toLine(to)}`, width))
  }

  function toFoot(width: number): string {
    const count = visibleEntries(state).length
    const shown =
      state.filter === '' ? `${count}` : `${count} of ${state.entries.length} match "${toLine(state.filter)}"`
    if (state.isTyping) return paint('bold', fit(`/${toLine(state.filter)}█  Enter keep · Esc clear`, width))
    const keys = state.isOpen
      ? 'j/k scroll · b body · r resend · q back'
      : `j/k move · Enter open · r resend · / filter · q quit · ${shown}`
    return paint('dim', fit(` ${keys}`, width))
  }

  draw()
  return {
    add(exchange) {
      journal.add(exchange)
      drawSoon()
    },
    note(text) {
      state.message = toLine(text.trim())
      drawSoon()
    },
    stop() {
      clearTimeout(drawing)
      terminal.restore()
    },
  }
}
