import type { DemoDelivery } from '../delivery.ts'
import type { DemoPlatform } from '../platform.ts'

const mismatch = { status: 401, result: 'SIGNATURE_MISMATCH' }

/** Deliveries that the platform did not sign. */
export function forged({ signatureHeader, secrets, make }: DemoPlatform): DemoDelivery[] {
  return [
    make({ name: 'one bit of the body flipped', tamper: ({ body }) => ({ body: flipBit(body) }), expected: mismatch }),
    make({ name: 'signed with a guessed secret', secret: 'whsec_guessed', expected: mismatch }),
    make({ name: 'signed with a secret long retired', secret: secrets.retired, expected: mismatch }),
    make({
      name: 'not signed at all',
      tamper: ({ headers }) => ({ headers: without(headers, signatureHeader) }),
      expected: { status: 401, result: 'SIGNATURE_MISSING' },
    }),
  ]
}

/** Deliveries whose signed time is too far from now. */
export function outOfTime({ make }: DemoPlatform): DemoDelivery[] {
  return [
    make({ name: 'captured ten minutes ago', shift: -600, expected: { status: 401, result: 'TIMESTAMP_STALE' } }),
    make({ name: 'dated ten minutes ahead', shift: 600, expected: { status: 401, result: 'TIMESTAMP_FUTURE' } }),
  ]
}

function flipBit(body: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(body)
  copy[copy.length - 3]! ^= 1
  return copy
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([candidate]) => candidate !== name))
}
