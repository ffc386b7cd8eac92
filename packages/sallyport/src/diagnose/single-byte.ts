import type { BodyProver } from './judge.ts'
import type { Search } from './search.ts'

/** Beyond this, trying every byte takes too long to be useful. */
export const largestForBytes = 64 * 1024

const all = Array.from({ length: 256 }, (_, value) => value)
const printable = all.filter((value) => value >= 0x20 && value < 0x7f)
const others = all.filter((value) => !printable.includes(value))

/**
 * Searches for the one byte that was changed, removed or added since the body was signed: flipped bits first, then text, then
 * the rest.
 *
 * @param announced the length that the sender announced, where it did
 * @returns what happened, by position; never what stands there
 */
export function* findSingleByte(
  received: Uint8Array,
  announced: number | undefined,
  prover: BodyProver,
): Search<string | undefined> {
  const { length } = received
  const may = (change: number): boolean => announced === undefined || announced === length + change
  const place = (index: number, size = length): string => `byte ${index + 1} of ${size}`
  if (may(0)) {
    for (let bit = 0; bit < 8; bit++) {
      const at = yield* substitute(received, prover, (value) => [value ^ (1 << bit)])
      if (at !== undefined) return `one bit of ${place(at)} was flipped`
    }
  }
  if (may(-1)) {
    const at = yield* remove(received, prover)
    if (at !== undefined) return `${place(at)} was added`
  }
  if (may(0)) {
    const at = yield* substitute(received, prover, () => printable)
    if (at !== undefined) return `${place(at)} was changed`
  }
  if (may(1)) {
    const at = yield* insert(received, prover)
    if (at !== undefined) return `${place(at, length + 1)} was removed`
  }
  if (may(0)) {
    const at = yield* substitute(received, prover, () => others)
    if (at !== undefined) return `${place(at)} was changed`
  }
  return undefined
}

function* substitute(
  received: Uint8Array,
  { work, proves }: BodyProver,
  valuesFor: (value: number) => readonly number[],
): Search<number | undefined> {
  const body = Uint8Array.from(received)
  for (let index = 0; index < body.length; index++) {
    const before = body[index]!
    for (const value of valuesFor(before)) {
      if (value === before) continue
      body[index] = value
      yield work
      if (proves(body)) return index
    }
    body[index] = before
  }
  return undefined
}

function* remove(received: Uint8Array, { work, proves }: BodyProver): Search<number | undefined> {
  if (received.length === 0) return undefined
  // The gap moves from the front to the end.
  const body = Uint8Array.from(received.subarray(1))
  for (let index = 0; index < received.length; index++) {
    yield work
    if (proves(body)) return index
    if (index < body.length) body[index] = received[index]!
  }
  return undefined
}

function* insert(received: Uint8Array, { work, proves }: BodyProver): Search<number | undefined> {
  const body = new Uint8Array(received.length + 1)
  body.set(received, 1)
  for (let index = 0; index < body.length; index++) {
    for (const value of printable) {
      body[index] = value
      yield work
      if (proves(body)) return index
    }
    if (index < received.length) body[index] = received[index]!
  }
  return undefined
}
