import { allow, checkOptions, type OptionRules } from 'sallyport/provider'

/** Limits of `readBundle`. */
export interface BundleLimits {
  /** Bytes of the archive. @default 32 MiB */
  readonly maxArchiveBytes?: number | undefined
  /** Number of entries, directories included. @default 10_000 */
  readonly maxEntries?: number | undefined
  /** Bytes of one file. @default 32 MiB */
  readonly maxFileBytes?: number | undefined
  /** Bytes of all files together. @default 128 MiB */
  readonly maxTotalBytes?: number | undefined
  /** Decoded size divided by archive size; checked only beyond `ratioFreeBytes`. @default 200 */
  readonly maxRatio?: number | undefined
  /** Decoded bytes up to which the ratio is not checked. @default 16 MiB */
  readonly ratioFreeBytes?: number | undefined
  /** Accept UTF-8 names without the UTF-8 flag, as Finder and Info-ZIP in a C locale write them. @default false */
  readonly allowUnflaggedUtf8?: boolean | undefined
}

/** `BundleLimits` with all defaults filled in. */
export type AllLimits = { readonly [Name in keyof BundleLimits]-?: NonNullable<BundleLimits[Name]> }

const mebibyte = 1024 * 1024

/** The defaults of `readBundle`. */
export const defaultLimits: AllLimits = {
  maxArchiveBytes: 32 * mebibyte,
  maxEntries: 10_000,
  maxFileBytes: 32 * mebibyte,
  maxTotalBytes: 128 * mebibyte,
  maxRatio: 200,
  ratioFreeBytes: 16 * mebibyte,
  allowUnflaggedUtf8: false,
}

const size = allow.number(0)

/** What each limit may be. A value that is not a number must not mean "no limit". */
const rules: OptionRules<BundleLimits> = {
  maxArchiveBytes: size,
  maxEntries: size,
  maxFileBytes: size,
  maxTotalBytes: size,
  maxRatio: size,
  ratioFreeBytes: size,
  allowUnflaggedUtf8: allow.flag,
}

/**
 * Fills in the defaults.
 *
 * @throws SallyportError `OPTION_INVALID`
 */
export function toLimits(limits: BundleLimits): AllLimits {
  checkOptions('limits', limits, rules)
  const names = Object.keys(defaultLimits) as (keyof AllLimits)[]
  return Object.fromEntries(names.map((name) => [name, limits[name] ?? defaultLimits[name]])) as unknown as AllLimits
}
