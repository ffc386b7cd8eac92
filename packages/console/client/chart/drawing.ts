import { toCountMark, toTimeMark } from './axis.ts'
import type { Step } from './outcomes.ts'

/** A chart as SVG takes it, in pixels. */
export interface Drawing {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly counts: readonly { readonly y: number; readonly text: string }[]
  readonly times: readonly { readonly x: number; readonly text: string }[]
  /** Paths, the rear ones first. */
  readonly paths: readonly { readonly name: string; readonly d: string }[]
}

export interface Frame {
  readonly stepMs: number
  readonly width: number
  readonly height: number
}

const margin = { left: 44, top: 8, right: 2, bottom: 26 }
/** Height that one event takes at least, so that a single dead one is seen beside thousands. */
const leastHeight = 2

/**
 * Stacks the counts of each step: what handlers did upwards, with the worst at the bottom where heights compare, and deliveries that
 * became no event downwards.
 */
export function draw(steps: readonly Step[], { stepMs, ...frame }: Frame): Drawing {
  const { left, top } = margin
  const width = Math.max(1, frame.width - left - margin.right)
  const height = Math.max(1, frame.height - top - margin.bottom)
  const up = Math.max(4, ...steps.map((step) => Math.max(step.stored, step.handled + step.retried + step.dead)))
  const down = Math.max(0, ...steps.map((step) => step.refused + step.duplicate))
  // Room for the least height below the line.
  const scale = (height - (down > 0 ? 2 * leastHeight : 0)) / ((up + down) * 1.04)
  const zero = top + up * 1.04 * scale
  const tall = (count: number): number => (count === 0 ? 0 : Math.max(leastHeight, count * scale))
  const wide = width / Math.max(1, steps.length)
  const gap = Math.min(3, wide * 0.22)

  const bars = { retried: '', dead: '', refused: '', duplicate: '' }
  let outline = ''
  let arrived = ''
  steps.forEach((step, index) => {
    const x = left + index * wide
    const bar = (name: keyof typeof bars, y: number, size: number): void => {
      if (size > 0)
        bars[name] += `M${round(x + gap / 2)} ${round(y)}h${round(wide - gap)}v${round(size)}h${-round(wide - gap)}z`
    }
    const [dead, retried, refused] = [tall(step.dead), tall(step.retried), tall(step.refused)]
    bar('dead', zero - dead, dead)
    bar('retried', zero - dead - retried, retried)
    bar('refused', zero, refused)
    bar('duplicate', zero + refused, tall(step.duplicate))
    const y = round(zero - dead - retried - tall(step.handled))
    outline += `${index === 0 ? 'M' : 'L'}${round(x)} ${y}H${round(x + wide)}`
    arrived += `${index === 0 ? 'M' : 'L'}${round(x + wide / 2)} ${round(zero - step.stored * scale)}`
  })
  const area = outline === '' ? '' : `${outline}V${round(zero)}H${left}z`
  return {
    left,
    top,
    width,
    height,
    counts: toCounts(up, down, scale).map((count) => ({ y: round(zero - count * scale), text: toCountMark(count) })),
    times: toTimes(steps[0]?.at ?? 0, steps.length * stepMs, width).map((at) => ({
      x: round(left + ((at - steps[0]!.at) / (steps.length * stepMs)) * width),
      text: toTimeMark(at),
    })),
    paths: [
      { name: 'area', d: area },
      { name: 'handled', d: outline },
      ...Object.entries(bars).map(([name, d]) => ({ name, d })),
      { name: 'stored', d: arrived },
    ],
  }
}

const round = (value: number): number => Math.round(value * 10) / 10

/** Marks of the count axis: round numbers, about 34 pixels apart. */
function toCounts(up: number, down: number, scale: number): number[] {
  const least = 34 / scale
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)))
  const by = Math.max(1, [1, 2, 5, 10].find((factor) => factor * power >= least)! * power)
  const first = -Math.floor(down / by)
  return Array.from({ length: Math.floor(up / by) - first + 1 }, (_, index) => (first + index) * by)
}

const minute = 60_000
const distances = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880].map((minutes) => minutes * minute)

/** Marks of the time axis: round times of the reader's zone, at least 76 pixels apart. */
function toTimes(from: number, spanMs: number, width: number): number[] {
  if (spanMs === 0) return []
  const by = distances.find((distance) => (distance / spanMs) * width >= 76) ?? distances.at(-1)!
  const offset = new Date(from).getTimezoneOffset() * minute
  const first = Math.ceil((from - offset) / by) * by + offset
  const marks: number[] = []
  for (let at = first; at < from + spanMs; at += by) marks.push(at)
  // One at an edge would be cut.
  return marks.filter((at) => ((at - from) / spanMs) * width > 24 && ((from + spanMs - at) / spanMs) * width > 30)
}
