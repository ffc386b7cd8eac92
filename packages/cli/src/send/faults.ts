import { InvalidArgumentError } from 'commander'
import { didYouMean } from '../suggest.ts'

/** What can be done to deliveries on purpose, and what a sound receiver answers to it. */
export const faults = {
  duplicate: ['the same delivery is sent twice', 'accept'],
  corrupt: ['a byte of the body is changed after signing', 'refuse'],
  'wrong-signature': ['signed with another secret', 'refuse'],
  unsigned: ['the signature is left out', 'refuse'],
  stale: ['signed an hour ago', 'refuse'],
  delay: ['sent up to a second later', 'accept'],
  reorder: ['sent in another order', 'accept'],
  drop: ['not sent at all', 'accept'],
  'slow-body': ['the body is sent in pieces over a second', 'accept'],
} as const satisfies Record<string, readonly [what: string, answer: 'accept' | 'refuse']>

export type FaultName = keyof typeof faults

/** A fault and the part of the deliveries that it befalls. */
export interface Fault {
  readonly name: FaultName
  /** 0 to 1. */
  readonly rate: number
}

/** Reads `name` or `name:rate`, added to those read before. */
export function readFault(text: string, before: readonly Fault[] = []): Fault[] {
  const [name = '', rate = '1'] = text.split(':', 2)
  if (!Object.hasOwn(faults, name))
    throw new InvalidArgumentError(`There is no fault "${name}". ${didYouMean(name, Object.keys(faults))}`)
  const value = Number(rate)
  if (rate === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('A rate lies between 0 and 1, as in corrupt:0.1.')
  return [...before, { name: name as FaultName, rate: value }]
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
