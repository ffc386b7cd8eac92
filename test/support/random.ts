/** Numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to but not including `below`. */
  integer(below: number): number
  /** True once in this many calls on average. */
  oneIn(times: number): boolean
  pick<Item>(items: readonly Item[]): Item
  bytes(length: number): Uint8Array
}

/** Independent numbers for every pair of seed and index, so that one mutant can be made without the others. */
export function createRandom(seed: number, index: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca77)) >>> 0
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (below: number) => Math.floor(next() * below)
  return {
    integer,
    oneIn: (times) => integer(times) === 0,
    pick: (items) => items[integer(items.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => integer(256)),
  }
}
