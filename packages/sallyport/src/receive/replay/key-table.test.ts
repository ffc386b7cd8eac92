import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyTable } from './key-table.ts'
import { Line } from './line.ts'

/** Many begin alike, so that they share a bucket for ever. */
const toFingerprint = (name: number): string =>
  String.fromCharCode(name % 7, 0, 0, 0, 0xff, name & 0xff, 0x80, 0, name >> 8, 0, 0, 0xff)

interface Known {
  readonly line: Line
  readonly at: number
  readonly since: number
}

/** Whether the table has exactly the keys of the model, each line in the order they were added. */
function expectEqual(table: KeyTable, lines: readonly Line[], model: ReadonlyMap<number, Known>): void {
  expect(table.size).toBe(model.size)
  for (const [name, { line, at, since }] of model) {
    const place = table.find(toFingerprint(name))
    expect(table.atOf(place)).toBe(at)
    expect(table.sinceOf(place)).toBe(since)
    expect(table.expiresAt(place)).toBe(at + line.retentionMs)
  }
  for (const line of lines) {
    const [oldest] = [...model].find(([, known]) => known.line === line) ?? []
    const place = table.oldest(line)
    expect(place === 0 ? undefined : table.has(place, toFingerprint(oldest!))).toBe(
      oldest === undefined ? undefined : true,
    )
  }
}

describe('KeyTable', () => {
  it('has what a Map has, after any additions and removals', () => {
    const step = fc.record({
      does: fc.constantFrom('add', 'add', 'add', 'remove', 'remove oldest'),
      name: fc.nat(99),
      line: fc.nat(1),
      // A clock may jump; a long time may pass.
      at: fc.double({ noNaN: true }),
      after: fc.oneof({ weight: 50, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.constant(2 ** 31) }),
    })
    fc.assert(
      fc.property(fc.nat(3), fc.array(step, { maxLength: 300, size: 'max' }), (bits, steps) => {
        const table = new KeyTable(bits)
        const lines = [new Line(100, 1000), new Line(100, 2000)]
        const model = new Map<number, Known>()
        let since = 0
        for (const { does, name, line: at, after, ...step_ } of steps) {
          since += after
          const line = lines[at]!
          if (does === 'add' && !model.has(name)) {
            table.add(line, toFingerprint(name), step_.at, since)
            model.set(name, { line, at: step_.at, since })
          } else if (does === 'remove' && model.has(name)) {
            table.remove(table.find(toFingerprint(name)))
            model.delete(name)
          } else if (does === 'remove oldest' && table.oldest(line) !== 0) {
            table.remove(table.oldest(line))
            model.delete([...model].find(([, known]) => known.line === line)![0])
          }
          if (steps.length < 60) expectEqual(table, lines, model)
        }
        expectEqual(table, lines, model)
        for (let name = 0; name < 100; name++) expect(table.find(toFingerprint(name)) !== 0).toBe(model.has(name))
      }),
      { numRuns: 500 },
    )
  })

  it('gives memory back, also where every second key was removed', () => {
    const table = new KeyTable(4)
    const line = new Line(100, 1000)
    for (let name = 0; name < 1600; name++) table.add(line, toFingerprint(name), name, name)
    expect(chunksOf(line)).toBe(100)
    for (let name = 0; name < 1600; name++) if (name % 4 > 0) table.remove(table.find(toFingerprint(name)))
    expect(chunksOf(line)).toBeLessThanOrEqual(50)
    for (let name = 0; name < 1600; name += 4) {
      expect(table.has(table.oldest(line), toFingerprint(name))).toBe(true)
      table.remove(table.oldest(line))
    }
    expect(chunksOf(line)).toBe(0)
  })

  it('needs few chunks where keys come and go', () => {
    const table = new KeyTable(4)
    const line = new Line(100, 1000)
    for (let name = 0; name < 10_000; name++) {
      table.add(line, toFingerprint(name), name, name)
      if (table.size > 10) table.remove(table.oldest(line))
      expect(chunksOf(line)).toBeLessThanOrEqual(2)
    }
  })
})

function chunksOf({ first }: Line): number {
  let count = 0
  for (let chunk = first; chunk !== undefined; chunk = chunk.next) count++
  return count
}
