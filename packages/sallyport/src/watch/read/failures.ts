import type { ErrorCode } from '../../errors/error-codes.ts'
import type { Counts } from '../../receive/report.ts'
import type { Watched } from '../watched.ts'

/**
 * Codes of deliveries whose sender was not proven: a wrong or missing signature, credential or secret, a time outside the
 * tolerance, no known sender. Not what is wrong with a request otherwise, as its size, its method or its body.
 */
export const signatureFailureCodes = [
  'SENDER_UNKNOWN',
  'SENDER_AMBIGUOUS',
  'SIGNATURE_MISSING',
  'SIGNATURE_MALFORMED',
  'SIGNATURE_MISMATCH',
  'SIGNED_HEADER_MISSING',
  'CREDENTIAL_MISSING',
  'CREDENTIAL_MISMATCH',
  'TIMESTAMP_STALE',
  'TIMESTAMP_FUTURE',
  'TOKEN_CLAIM_MISMATCH',
  'SECRET_UNKNOWN',
] as const satisfies readonly ErrorCode[]

/** Reads how many failures there were within a window, by provider. */
export type ReadFailures = (now: number) => Record<string, number>

/** Remembers the counts of receivers, as far back as the window. */
export function createFailureWindow({ receivers, endpoints }: Watched, withinMs: number): ReadFailures {
  let samples: { readonly at: number; readonly totals: Readonly<Record<string, number>> }[] = []

  function readTotals(): Record<string, number> {
    const totals: Record<string, number> = {}
    const add = (name: string, counts: Counts): void => {
      const failures = signatureFailureCodes.reduce((sum, code) => sum + (counts.codes[code] ?? 0), 0)
      totals[name] = (totals[name] ?? 0) + failures
    }
    for (const receiver of receivers) add(receiver.provider.name, receiver.counts())
    for (const endpoint of endpoints) add('no known sender', endpoint.counts().undecided)
    return totals
  }

  return (now) => {
    const totals = readTotals()
    // Those after the clock was set back would count for ever.
    samples = samples.filter(({ at }) => at <= now)
    samples.push({ at: now, totals })
    // The last one before the window is where it begins.
    while (samples.length > 1 && samples[1]!.at <= now - withinMs) samples.shift()
    const first = samples[0]!.totals
    return Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, total - (first[name] ?? 0)]))
  }
}
