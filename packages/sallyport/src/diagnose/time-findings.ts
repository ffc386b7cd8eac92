import { toFinding, type DiagnosisFinding } from './causes.ts'

const minute = 60_000
const hour = 60 * minute

/**
 * Explains a signed time outside the tolerance.
 *
 * @param signedAt milliseconds since 1970
 * @param receivedAt milliseconds since 1970
 */
export function explainTime(signedAt: number, receivedAt: number, toleranceMs: number): DiagnosisFinding[] {
  const age = receivedAt - signedAt
  const off = `signed ${describeAge(age)}, allowed are ${toleranceMs / 1000} s`
  if (Math.abs(signedAt / 1000 - receivedAt) < 366 * 24 * hour)
    return [toFinding('TIME_UNIT', 'proven', 'milliseconds were sent')]
  if (Math.abs(signedAt * 1000 - receivedAt) < 366 * 24 * hour)
    return [toFinding('TIME_UNIT', 'proven', 'seconds were sent')]
  const zones = Math.round(age / (30 * minute)) * 30 * minute
  const isZone = zones !== 0 && Math.abs(zones) <= 14 * hour && Math.abs(age - zones) <= Math.min(toleranceMs, 10_000)
  const certain = toFinding(age > 0 ? 'TIME_OLD' : 'TIME_AHEAD', 'proven', off)
  // A retry after an hour looks the same.
  return isZone ? [certain, toFinding('TIME_ZONE', 'possible')] : [certain]
}

function describeAge(age: number): string {
  const size = Math.abs(age)
  const [amount, unit] =
    size < 2 * minute
      ? [size / 1000, 's']
      : size < 2 * hour
        ? [size / minute, 'minutes']
        : size < 48 * hour
          ? [size / hour, 'hours']
          : [size / 24 / hour, 'days']
  return `${Math.round(amount)} ${unit} ${age < 0 ? 'after' : 'before'} it was received`
}
