/** A mistake: the code as a user writes it, the code and the message of its error, and what to do instead. */
export type Mistake = readonly [written: string, code: string, message: string, instead: string]

/** The error of running a piece of JavaScript with some names in scope; `undefined` if it passes. */
export async function errorOf(written: string, scope: Readonly<Record<string, unknown>>): Promise<unknown> {
  try {
    // Text instead of functions: the documents show what the test runs, and no type stops it.
    // oxlint-disable-next-line typescript/no-implied-eval
    const run = new Function(...Object.keys(scope), `'use strict'; return (${written})`) as (
      ...values: unknown[]
    ) => unknown
    await run(...Object.values(scope))
    return undefined
  } catch (error) {
    return error
  }
}
