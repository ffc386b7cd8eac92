import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { toCount } from '../format.ts'

/** Lines that are in the page at once; a browser lays out more of them too slowly. */
const windowSize = 1_000

/** Which lines are in the page, and a way to bring the current one into view. */
export function useWindow() {
  const [start, setStart] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const show = (index: number): void => {
    if (index < start || index >= start + windowSize) setStart(Math.max(0, index - 20))
    setTimeout(() => box.current?.querySelector('.line.current')?.scrollIntoView({ block: 'nearest' }))
  }
  return { box, start, setStart, show }
}

/** A part of many lines, with buttons to those before and after. */
export function Lines(props: {
  readonly label: string
  readonly count: number
  readonly start: number
  readonly onMove: (start: number) => void
  /** Lines are not wrapped. @default false */
  readonly isFixed?: boolean | undefined
  readonly line: (index: number) => ComponentChildren
}) {
  const { count, start } = props
  const end = Math.min(count, start + windowSize)
  const lines: ComponentChildren[] = []
  for (let index = start; index < end; index++) lines.push(props.line(index))
  return (
    <>
      {start > 0 && (
        <button type="button" class="more" onClick={() => props.onMove(Math.max(0, start - windowSize))}>
          Show earlier lines ({toCount(start)})
        </button>
      )}
      <div class={props.isFixed === true ? 'code fixed' : 'code'} role="region" aria-label={props.label} tabIndex={0}>
        {lines}
      </div>
      {end < count && (
        <button type="button" class="more" onClick={() => props.onMove(start + windowSize)}>
          Show later lines ({toCount(count - end)})
        </button>
      )}
    </>
  )
}
