import { SallyportError } from 'sallyport'

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

type NumberName = Exclude<keyof AllLimits, 'allowUnflaggedUtf8'>
const numbers = Object.keys(defaultLimits).filter((name): name is NumberName => name !== 'allowUnflaggedUtf8')

/**
 * Fills in the defaults. A value that is not a number must not mean "no limit".
 *
 * @throws SallyportError `OPTION_INVALID`
 */
export function toLimits(limits: BundleLimits): AllLimits {
  const all: { -readonly [Name in keyof AllLimits]: AllLimits[Name] } = {
    ...defaultLimits,
    allowUnflaggedUtf8: (limits.allowUnflaggedUtf8 as unknown) === true,
  }
  for (const name of numbers) {
    const value = limits[name]
    if (value === undefined) continue
    if (!(typeof value === 'number' && value >= 0)) {
      throw new SallyportError('OPTION_INVALID', `limits: ${name} must be a number from 0, not ${String(value)}`)
    }
    all[name] = value
  }
  return all
}
