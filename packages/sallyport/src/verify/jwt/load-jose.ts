import { SallyportError } from '../../errors/sallyport-error.ts'

/** The part of the package jose that verification needs; its types stay inside. */
export interface Jose {
  /** @throws what its own errors are, for a signature that does not match */
  compactVerify(token: string, key: unknown, options: { readonly algorithms: string[] }): Promise<unknown>
  /** @throws what its own errors are, for something that is no set of keys */
  createLocalJWKSet(set: unknown): (header: { readonly alg: string; readonly kid: string }) => Promise<unknown>
  readonly errors: { readonly JOSEError: abstract new (...given: never[]) => Error & { readonly code: string } }
}

let loaded: Promise<Jose> | undefined

/**
 * Loads jose when the first token arrives: programs without tokens do not need it.
 *
 * @throws SallyportError `INTERNAL` where it is not installed
 */
export function loadJose(): Promise<Jose> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Jose> {
  try {
    return await import('jose')
  } catch (cause) {
    loaded = undefined
    throw new SallyportError('INTERNAL', 'tokens are verified with the package jose; install it: npm install jose', {
      cause,
    })
  }
}
