import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = readFileSync(join(import.meta.dirname, 'variables.css'), 'utf8')
const pairs = [...source.matchAll(/(--[a-z-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)]
const schemes = { light: new Map(pairs.map((p) => [p[1], p[2]!])), dark: new Map(pairs.map((p) => [p[1], p[3]!])) }

/** Relative luminance, as WCAG 2.2 defines it. */
function toLuminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toContrast(one: string, other: string): number {
  const [dark, light] = [toLuminance(one), toLuminance(other)].toSorted((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const areas = ['--bg', '--panel', '--raise']
const texts: [text: string, on: string][] = [
  ...['--text', '--dim', '--faint', '--accent', '--good', '--warn', '--bad'].flatMap((text) =>
    areas.map((area): [string, string] => [text, area]),
  ),
  ...['good', 'warn', 'bad', 'accent'].map((name): [string, string] => [`--${name}`, `--${name}-bg`]),
  // A selected row.
  ...['--text', '--dim', '--faint'].map((text): [string, string] => [text, '--accent-bg']),
  ['--on-accent', '--accent'],
  ['--on-accent', '--bad'],
  ['--bg', '--text'],
]
const marks: [mark: string, on: string][] = [
  ...['--edge', '--accent', '--good', '--bad'].flatMap((mark) => areas.map((area): [string, string] => [mark, area])),
  ...['handled', 'retried', 'dead', 'refused', 'duplicate', 'stored'].map((name): [string, string] => [
    `--chart-${name}`,
    '--panel',
  ]),
]

describe.each(Object.entries(schemes))('the %s colours', (_, colours) => {
  it.each(texts)('show text in %s on %s at 4.5:1', (text, on) => {
    expect(toContrast(colours.get(text)!, colours.get(on)!)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(marks)('show marks in %s on %s at 3:1', (mark, on) => {
    expect(toContrast(colours.get(mark)!, colours.get(on)!)).toBeGreaterThanOrEqual(3)
  })
})
