import { createHmac, type KeyObject } from 'node:crypto'
import { createVerifier, type Verifier } from 'sallyport'
import {
  defineProvider,
  hmac,
  noTimestamp,
  parts,
  sharedSecret,
  toHeaderList,
  type Claim,
  type Scheme,
} from 'sallyport/provider'
import { describe, expect, it } from 'vitest'
import { callsPerBatch, compareTimes, median, type Subject } from '../support/timing/compare-times.ts'

const secret = 'k3Jd9fWqLzXv7TbYpRs5NmGh2CcUaEiO'
const body = Buffer.from('{"type":"a"}')
const header = 'x-signature'
const signature = createHmac('sha256', secret).update(body).digest('hex')
const bytes = signature.length / 2

// Over three measurements, the middle one counts. A subject differs when it leans further than equal subjects do, by more
// than five standard deviations: by chance, once in two million.
const measurements = 3
const fewest = 8_000
const most = 64_000
const limit = 5

/** Names of the subjects whose time differs from the first one's. */
function differing(subjects: Readonly<Record<string, Subject>>, rounds = fewest): string[] {
  const runs = Array.from({ length: measurements }, () => compareTimes(subjects, rounds))
  const leaning = (name: string): number => Math.abs(median(runs.map((run) => run[name]!.z)))
  const names = Object.keys(runs[0]!).filter((name) => name !== 'equal')
  return names.filter((name) => leaning(name) > leaning('equal') + limit)
}

function verifierFor(scheme: Scheme, secrets: string | string[] = secret): Verifier {
  const identify = ({ body: data }: { body: object }): { type: string; data: object } => ({ type: 'a', data })
  return createVerifier(defineProvider({ name: 'timed', scheme, identify, events: {} }), { secret: secrets })
}

/** Calls with a header's value, made for each batch again so that no place in memory belongs to one subject. */
function present(verifier: Verifier, toValue: () => string): Subject {
  return () => {
    const deliveries = Array.from({ length: callsPerBatch }, () => {
      const headers = toHeaderList({ [header]: Buffer.from(toValue()).toString('latin1') })
      return { method: 'POST', url: '/', headers, body, receivedAt: 0 }
    })
    let next = 0
    return () => verifier.authenticate(deliveries[next++]!)
  }
}

// One character differs, and stays a digit or a letter: how fast a header is parsed depends on what the sender wrote, and must
// be the same for all.
function alter(text: string, at: number): string {
  const kind = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((each) =>
    each.includes(text[at]!),
  )!
  const others = kind.replace(text[at]!, '')
  return text.slice(0, at) + others[Math.floor(Math.random() * others.length)]! + text.slice(at + 1)
}

/** Wrong values that share their first bytes with the right one. */
function sharing(
  verifier: Verifier,
  right: string,
  perByte: number,
  shared: readonly number[],
): Record<string, Subject> {
  const wrongAt = (at: number): Subject => present(verifier, () => alter(right, at * perByte))
  return {
    none: wrongAt(0),
    equal: wrongAt(0),
    ...Object.fromEntries(shared.map((count) => [`${count} bytes`, wrongAt(count)])),
  }
}

const signed = hmac({ header, encoding: 'hex', signed: [parts.body], freshness: noTimestamp('not of interest') })
const leakingSignature: Scheme = {
  ...signed,
  verify(claim, delivery, keys) {
    const { signatures } = claim as { signatures: Buffer[] }
    const mac = createHmac('sha256', keys[0] as KeyObject).update(delivery.body)
    const expected = Buffer.from(mac.digest('binary'), 'binary')
    for (let index = 0; index < bytes; index++) if (signatures[0]![index] !== expected[index]) return undefined
    return { keyIndex: 0, scheme: signed, claim }
  },
}
const stopping: Scheme = {
  ...signed,
  verify(claim, delivery, keys) {
    for (const [keyIndex, key] of keys.entries()) {
      const match = signed.verify(claim, delivery, [key])
      if (match !== undefined) return { keyIndex, scheme: signed, claim }
    }
    return undefined
  },
}

const credential = sharedSecret({ header, bearer: 'never' })
const leakingCredential: Scheme = {
  ...credential,
  inspect: (head) => ({ text: head.headers.get(header)! }) as Claim,
  verify(claim) {
    const { text } = claim as { text?: string }
    for (let index = 0; index < secret.length; index++)
      if (text!.charCodeAt(index) !== secret.charCodeAt(index)) return undefined
    return { keyIndex: 0, scheme: credential, claim }
  },
}

/** The right signature, where the secret is the first or the last of eight. */
function positions(scheme: Scheme): Record<string, Subject> {
  const others = Array.from({ length: 7 }, (_, index) => `another-secret-${index}`)
  const at = (secrets: string[]): Subject => present(verifierFor(scheme, secrets), () => signature)
  const first = [secret, ...others]
  return { first: at(first), equal: at(first), last: at([...others, secret]) }
}

/** Rounds that find a difference: more on a busy machine. Where none does, the most. */
function roundsToFind(subjects: Readonly<Record<string, Subject>>): number {
  let rounds = fewest
  while (rounds < most && differing(subjects, rounds).length === 0) rounds *= 2
  return rounds
}
// What finds the leak is what looks for one in ours.
let rounds = fewest

describe('the measurement', () => {
  it('finds a signature compared byte by byte', () => {
    const leaking = sharing(verifierFor(leakingSignature), signature, 2, [bytes - 1])
    rounds = roundsToFind(leaking)
    expect(differing(leaking, 2 * rounds)).toEqual(['31 bytes'])
  })

  it('finds a search that stops at the right secret', () => {
    expect(differing(positions(stopping), 500)).toEqual(['last'])
  })

  it('finds a shared secret compared character by character', () => {
    expect(differing(sharing(verifierFor(leakingCredential), secret, 1, [bytes - 1]))).toEqual(['31 bytes'])
  })
})

describe('the time of a comparison', () => {
  const shared = [1, 8, bytes - 1]

  it('says nothing about how much of a signature is right', () => {
    expect(differing(sharing(verifierFor(signed), signature, 2, shared), rounds)).toEqual([])
  })

  it('says nothing about which of several secrets is right', () => {
    expect(differing(positions(signed), 1_500)).toEqual([])
  })

  it('says nothing about how much of a shared secret is right', () => {
    expect(differing(sharing(verifierFor(credential), secret, 1, shared), rounds)).toEqual([])
  })
})
