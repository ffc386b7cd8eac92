import { SallyportError } from 'sallyport'
import { JsonFault } from '../../json/json-fault.ts'
import { parseJsonNow } from '../../json/parse-json.ts'
import { definePolicy, type BundlePolicy } from './bundle-policy.ts'

/**
 * Reads a policy from the text of a JSON file. A rule that is there twice is an error, as a misspelt one is: otherwise a second
 * `keepInterrupts` would silently replace the first.
 *
 * @throws SallyportError `OPTION_INVALID` naming the place or the member
 * @example
 * const policy = readPolicy(await readFile('policy.json', 'utf8'))
 */
export function readPolicy(text: string): BundlePolicy {
  return definePolicy(parse(text) as BundlePolicy)
}

function parse(text: string): unknown {
  try {
    return parseJsonNow(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    const { kind, place } = error
    const what = kind === 'duplicate' ? 'a member is there twice; remove one, the second is at' : 'not valid JSON at'
    throw new SallyportError('OPTION_INVALID', `policy: ${what} ${place}`, { cause: error })
  }
}
