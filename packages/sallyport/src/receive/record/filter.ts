import { errorCodes, type ErrorCode } from '../../errors/error-codes.ts'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'

/** Which deliveries of a record are read. @default all */
export interface RecordFilter {
  /** Name of a provider. @default all */
  readonly provider?: string | undefined
  /** A code from the error table. @default all, and deliveries without one */
  readonly code?: ErrorCode | undefined
  /** Only what arrived then or later; milliseconds since 1970, or a date. @default all */
  readonly since?: number | Date | undefined
}

const rules: OptionRules<RecordFilter> = {
  provider: allow.text,
  code: {
    allowed: "a code from the error table, as 'SIGNATURE_MISMATCH'",
    accepts: (value) => typeof value === 'string' && Object.hasOwn(errorCodes, value),
  },
  since: {
    allowed: 'milliseconds since 1970, or a date',
    accepts: (value) => Number.isFinite(value instanceof Date ? value.getTime() : value),
  },
}

/**
 * Makes a test of what is recorded.
 *
 * @param place the method that got the filter
 * @throws SallyportError `OPTION_INVALID`
 */
export function toMatcher(
  place: string,
  filter: RecordFilter,
): (provider: string, code: string | undefined, at: number) => boolean {
  checkOptions(place, filter, rules)
  const { provider: wanted, code: wantedCode } = filter
  const since = Number(filter.since ?? -Infinity)
  return (provider, code, at) =>
    (wanted === undefined || provider === wanted) && (wantedCode === undefined || code === wantedCode) && at >= since
}
