import type { Delivery } from '../verify/delivery.ts'
import { parseJson } from '../verify/parse-json.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import { findAlteredTime } from './altered-time.ts'
import { toFinding, type DiagnosisFinding } from './causes.ts'
import { findDamage } from './damaged-signature.ts'
import { createBodyProver, type BodyProver } from './judge.ts'
import { memberOrders } from './member-orders.ts'
import { within, type Budget, type Search } from './search.ts'
import { findSingleByte, largestForBytes } from './single-byte.ts'

type Found = DiagnosisFinding[] | undefined

/**
 * Searches for small edits of the body or the signature, within a budget: a few bytes of the signature, another time, another order of
 * JSON members, one byte.
 */
export function* findEdit(
  schemes: readonly Scheme[],
  delivery: Delivery,
  secrets: readonly string[],
  { also, budget }: { readonly also: readonly Delivery[]; readonly budget: Budget },
): Search<Found> {
  const damage = findDamage(schemes, delivery, secrets)
  if (damage !== undefined) return [toFinding('SIGNATURE_DAMAGED', 'proven', damage)]
  const prover = createBodyProver(schemes, delivery, secrets)
  if (prover === undefined) return undefined
  if (delivery.body.byteLength > largestForBytes) {
    budget.isSpent = true
    return undefined
  }
  // Large objects have more orders than anyone can try; that must not keep the bytes from being tried.
  const forOrders: Budget = { left: budget.left / 4, isSpent: false }
  const order = yield* within(forOrders, findOrder(delivery.body, also, prover))
  if (order !== undefined) return [toFinding('BODY_MEMBER_ORDER', 'proven', order)]
  const forBytes: Budget = { left: budget.left / 2, isSpent: false }
  const byte = yield* within(forBytes, findSingleByte(delivery.body, announcedLength(delivery), prover))
  if (byte !== undefined) return [toFinding('BODY_SINGLE_BYTE', 'proven', byte)]
  const forTime: Budget = { left: budget.left / 4, isSpent: false }
  const time = yield* within(forTime, findAlteredTime(schemes, delivery, secrets))
  if (time !== undefined) return [toFinding('TIME_ALTERED', 'proven', time)]
  budget.isSpent = forOrders.isSpent || forBytes.isSpent
  return undefined
}

function* findOrder(
  received: Uint8Array,
  also: readonly Delivery[],
  { work, proves }: BodyProver,
): Search<string | undefined> {
  const text = toLatin1(received)
  const samples = also.filter(({ body }) => body.byteLength <= largestForBytes).map(({ body }) => toLatin1(body))
  for (const base of new Set([text, compact(text)])) {
    for (const { detail, text: changed } of memberOrders(base, samples)) {
      yield work
      if (proves(Buffer.from(changed, 'latin1'))) return base === text ? detail : `${detail}, without spaces`
    }
  }
  return undefined
}

function toLatin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
}

/** The JSON without spaces; other text as it is. */
function compact(text: string): string {
  try {
    return JSON.stringify(parseJson(text))
  } catch {
    return text
  }
}

function announcedLength({ headers }: Delivery): number | undefined {
  const announced = headers.get('content-length')
  return announced !== undefined && /^\d{1,15}$/.test(announced) ? Number(announced) : undefined
}
