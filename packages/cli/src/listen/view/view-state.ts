import type { Diagnosis } from 'sallyport/diagnose'
import { toEventName, toVerdict, type Exchange } from '../exchange.ts'

/** What the view shows. */
export interface ViewState {
  /** Newest first. */
  readonly entries: readonly Exchange[]
  readonly isForwarded: boolean
  /** The selected exchange; `undefined` follows the newest. */
  selected: Exchange | undefined
  isOpen: boolean
  /** First line of the detail that is shown. */
  scroll: number
  isBodyShown: boolean
  filter: string
  /** Whether keys go into the filter. */
  isTyping: boolean
  /** A line about what happened last. */
  message: string
  /** Explanations of what does not verify. */
  readonly explained: WeakMap<Exchange, Diagnosis | 'under way' | 'impossible'>
}

/** A key, as `node:readline` names it. */
export interface Key {
  readonly name?: string | undefined
  readonly sequence?: string | undefined
  readonly ctrl?: boolean | undefined
  readonly meta?: boolean | undefined
}

/** What a key asks for beyond a change of the state. */
export type Wish = 'quit' | 'resend' | undefined

/** The exchanges that match the filter. */
export function visibleEntries({ entries, filter, isForwarded }: ViewState): readonly Exchange[] {
  if (filter === '') return entries
  const wanted = filter.toLowerCase()
  return entries.filter((exchange) =>
    [
      exchange.provider ?? '',
      toEventName(exchange) ?? '',
      toVerdict(exchange, isForwarded).text,
      String(exchange.status ?? ''),
      exchange.url.split('?', 1)[0],
    ].some((text) => text!.toLowerCase().includes(wanted)),
  )
}

/** The exchange that keys are about. */
export function selectedEntry(state: ViewState): Exchange | undefined {
  const visible = visibleEntries(state)
  return state.selected !== undefined && (state.isOpen || visible.includes(state.selected))
    ? state.selected
    : visible[0]
}

const longestFilter = 100

/** Takes a key. @param page lines of a page */
export function takeKey(state: ViewState, key: Key, page: number): Wish {
  if (key.ctrl && key.name === 'c') return 'quit'
  if (state.isTyping) {
    type(state, key)
    return undefined
  }
  state.message = ''
  if (key.sequence === '/') Object.assign(state, { isTyping: true, isOpen: false, filter: '' })
  else if (key.name === 'r' && !key.ctrl) return 'resend'
  else if (key.name === 'b') state.isBodyShown = !state.isBodyShown
  else if (state.isOpen) return takeInDetail(state, key, page)
  else return takeInList(state, key, page)
  return undefined
}

function type(state: ViewState, { name, sequence = '', ctrl, meta }: Key): void {
  if (name === 'return' || name === 'enter') state.isTyping = false
  else if (name === 'escape') Object.assign(state, { isTyping: false, filter: '' })
  else if (name === 'backspace') state.filter = Array.from(state.filter).slice(0, -1).join('')
  else if (!ctrl && !meta && /^[^\p{C}]+$/u.test(sequence) && state.filter.length < longestFilter)
    state.filter += sequence
}

function stepOf({ name, sequence }: Key, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    home: -Infinity,
    g: -Infinity,
    end: Infinity,
  }
  return sequence === 'G' ? Infinity : Object.hasOwn(steps, name ?? '') ? steps[name!] : undefined
}

function takeInDetail(state: ViewState, key: Key, page: number): Wish {
  const step = stepOf(key, page)
  // The end is known when it is drawn.
  if (step !== undefined) state.scroll = Math.max(0, state.scroll + step)
  else if (key.name === 'q' || key.name === 'escape' || key.name === 'left') state.isOpen = false
  return undefined
}

function takeInList(state: ViewState, key: Key, page: number): Wish {
  const step = stepOf(key, page)
  const entry = selectedEntry(state)
  if (key.name === 'q') return 'quit'
  if (key.name === 'escape') state.filter = ''
  else if (entry === undefined) return undefined
  else if (step !== undefined) {
    const visible = visibleEntries(state)
    const next = Math.min(visible.length - 1, Math.max(0, visible.indexOf(entry) + step))
    // At the top, new deliveries are followed.
    state.selected = next === 0 ? undefined : visible[next]
  } else if (key.name === 'return' || key.name === 'enter' || key.name === 'right')
    Object.assign(state, { selected: entry, isOpen: true, scroll: 0 })
  return undefined
}
