import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Overview } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { go } from '../router.ts'
import { toStepName, toStepTime } from './axis.ts'
import { draw, type Drawing } from './drawing.ts'
import { outcomeNames } from './legend.tsx'
import { outcomes, toTotal } from './outcomes.ts'

/** Bars of what happened per step. A click on a bar opens its events, a drag those of several; with a finger, a second tap. */
export function Chart({ overview }: { readonly overview: Overview }) {
  const { steps, stepMs, spanMs } = overview
  const place = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [hovered, setHovered] = useState<number | undefined>()
  const [from, setFrom] = useState<number | undefined>()
  useEffect(() => {
    const element = place.current!
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight })
    const resized = new ResizeObserver(measure)
    resized.observe(element)
    measure()
    return () => resized.disconnect()
  }, [])

  const drawing = draw(steps, { stepMs, ...size })
  const toIndex = (event: PointerEvent): number => {
    const x = event.clientX - place.current!.getBoundingClientRect().left - drawing.left
    return Math.min(steps.length - 1, Math.max(0, Math.floor((x / drawing.width) * steps.length)))
  }
  const choose = (event: PointerEvent): void => {
    const last = toIndex(event)
    const isTap = event.pointerType !== 'mouse' && last !== hovered
    setFrom(undefined)
    setHovered(last)
    if (from === undefined || isTap) return
    const [first, end] = from < last ? [steps[from], steps[last]] : [steps[last], steps[from]]
    if (first && end) go('events', { since: String(first.at), until: String(end.at + stepMs) })
  }
  const leave = (): void => {
    setHovered(undefined)
    setFrom(undefined)
  }

  const totals = outcomes.map((name) => `${toCount(toTotal(steps, name))} ${outcomeNames[name]}`).join(', ')
  const step = hovered === undefined ? undefined : steps[hovered]
  return (
    <div class="chart">
      <div class="plot" ref={place}>
        <svg
          role="img"
          aria-label={`Events per ${toStepName(stepMs)}: ${totals}. The table below has the same figures.`}
          width={size.width}
          height={size.height}
          onPointerMove={(event) => event.pointerType === 'mouse' && setHovered(toIndex(event))}
          onPointerDown={(event) => event.button === 0 && setFrom(toIndex(event))}
          onPointerUp={choose}
          onPointerLeave={(event) => event.pointerType === 'mouse' && leave()}
          onPointerCancel={leave}
        >
          {size.width > 0 && <Marks drawing={drawing} />}
          {hovered !== undefined && (
            <Band
              drawing={drawing}
              count={steps.length}
              first={Math.min(from ?? hovered, hovered)}
              last={Math.max(from ?? hovered, hovered)}
            />
          )}
        </svg>
        {step && (
          <Tip
            step={step}
            time={toStepTime(step.at, stepMs, spanMs)}
            at={drawing.left + ((hovered! + 0.5) / steps.length) * drawing.width}
          />
        )}
      </div>
    </div>
  )
}

function Marks({ drawing: { counts, times, paths, left, top, width, height } }: { readonly drawing: Drawing }) {
  return (
    <>
      {counts.map(({ y, text }) => (
        <g key={y}>
          <path class="grid" d={`M${left} ${y}h${width}`} />
          <text x={left - 8} y={y + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {paths.map(({ name, d }) => (
        <path key={name} class={name} d={d} />
      ))}
      {times.map(({ x, text }) => (
        <text key={x} x={x} y={top + height + 20} text-anchor="middle">
          {text}
        </text>
      ))}
    </>
  )
}

/** The steps under the pointer. */
function Band(props: {
  readonly drawing: Drawing
  readonly count: number
  readonly first: number
  readonly last: number
}) {
  const { left, top, width, height } = props.drawing
  const wide = width / props.count
  return (
    <rect
      class="band"
      x={left + props.first * wide}
      y={top}
      width={(props.last - props.first + 1) * wide}
      height={height}
    />
  )
}

/** The values under the pointer. */
function Tip(props: { readonly step: Overview['steps'][number]; readonly time: string; readonly at: number }) {
  const tip = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = tip.current!
    const room = element.parentElement!.clientWidth
    const isLeft = props.at > room / 2
    element.style.translate = `${Math.max(0, isLeft ? props.at - element.offsetWidth - 14 : props.at + 14)}px`
  }, [props.at])
  return (
    <div class="tip" ref={tip} aria-hidden="true">
      <b>{props.time}</b>
      <dl>
        {(['stored', ...outcomes] as const).map((name) => (
          <>
            <i class={`swatch ${name}`} />
            <dt>{outcomeNames[name]}</dt>
            <dd class="num">{toCount(props.step[name])}</dd>
          </>
        ))}
      </dl>
    </div>
  )
}
