import { invalidValue } from '../error.ts'

/**
 * Reads a whole number out of a query.
 *
 * @throws SandboxError `VALUE_INVALID` when it is none, or out of bounds
 */
export function readWholeNumber(
  name: string,
  text: string | undefined,
  { least, most, standIn }: { least: number; most: number; standIn: number },
): number {
  if (text === undefined) return standIn
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw invalidValue(`query.${name}`, `must be a whole number from ${least} to ${most}`)
}
