import { FleetError, readBundle, type AgentBundle, type BundleLimits, type FleetErrorCode } from '@sallyport/fleet'

/** Result of reading a bundle: the bundle, or the code of its error. Any other error is thrown. */
export type Attempt =
  | { readonly code: 'ACCEPTED'; readonly bundle: AgentBundle }
  | { readonly code: FleetErrorCode; readonly error: FleetError }

export async function attempt(input: Parameters<typeof readBundle>[0], limits: BundleLimits = {}): Promise<Attempt> {
  try {
    return { code: 'ACCEPTED', bundle: await readBundle(input, limits) }
  } catch (error) {
    if (FleetError.is(error)) return { code: error.code, error }
    throw error
  }
}
