import { SallyportError } from 'sallyport'

/** Bounds of what `readBundle` accepts; all in bytes unless said otherwise. */
export interface BundleLimits {
  /** The archive itself. @default 32 MiB */
  readonly maxArchiveBytes: number
  /** Entries, directories included. @default 10_000 */
  readonly maxEntries: number
  /** One file. @default 32 MiB */
  readonly maxFileBytes: number
  /** All files together. @default 128 MiB */
  readonly maxTotalBytes: number
  /** Expansion, as decoded size over archive size, judged only beyond `ratioFreeBytes`. @default 200 */
  readonly maxRatio: number
  /** Decoded size up to which the ratio does not matter. @default 16 MiB */
  readonly ratioFreeBytes: number
  /** Accept non-ASCII names in UTF-8 that are not marked so, as Info-ZIP in a C locale and Finder write them. @default false */
  readonly allowUnflaggedUtf8: boolean
}

const mebibyte = 1024 * 1024

/** The defaults of `readBundle`. */
export const defaultLimits: BundleLimits = {
  maxArchiveBytes: 32 * mebibyte,
  maxEntries: 10_000,
  maxFileBytes: 32 * mebibyte,
  maxTotalBytes: 128 * mebibyte,
  maxRatio: 200,
  ratioFreeBytes: 16 * mebibyte,
  allowUnflaggedUtf8: false,
}

type NumberName = Exclude<keyof BundleLimits, 'allowUnflaggedUtf8'>
const numbers = Object.keys(defaultLimits).filter((name): name is NumberName => name !== 'allowUnflaggedUtf8')

/**
 * Fills in the defaults. What is no number must not count as "no limit".
 *
 * @throws SallyportError `OPTION_INVALID`
 */
export function toLimits(limits: Partial<BundleLimits>): BundleLimits {
  const all: { -readonly [Name in keyof BundleLimits]: BundleLimits[Name] } = {
    ...defaultLimits,
    allowUnflaggedUtf8: (limits.allowUnflaggedUtf8 as unknown) === true,
  }
  for (const name of numbers) {
    const value = limits[name]
    if (value === undefined) continue
    if (!(typeof value === 'number' && value >= 0)) {
      throw new SallyportError('OPTION_INVALID', `readBundle: ${name} must be a number, not ${String(value)}`)
    }
    all[name] = value
  }
  return all
}
