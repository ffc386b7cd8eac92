import { createHmac } from 'node:crypto'
import { failOption } from '../../options/check-options.ts'
import { toKeyBytes } from '../../verify/encoding.ts'
import { parseExact } from '../../verify/exact-json.ts'
import type { BodySignatureOptions } from '../../verify/schemes/body-signature.ts'
import { planMembers, readPath } from '../../verify/schemes/member-message.ts'
import type { JsonObject } from '../../verify/decode.ts'
import { isObject } from './write-time.ts'

/**
 * A body with its signatures; `undefined` for a secret in another format.
 *
 * @throws SallyportError `OPTION_INVALID` for a body that takes no signature
 */
export function signMembers(options: BodySignatureOptions, secret: string, body: Uint8Array): Uint8Array | undefined {
  const { signed, each, signature, encoding, algorithm = 'sha256' } = options
  const key = toKeyBytes(secret, options.key ?? {})
  const readMembers = planMembers(signed)
  const content = readJson(body)
  if (key === undefined || typeof readMembers === 'string') return undefined
  if (!isObject(content)) failOption('signDelivery: the signature goes into the body; pass one that is a JSON object')
  const items = each === undefined ? [content] : readPath(content, each.split('.'))
  for (const item of Array.isArray(items) ? (items as unknown[]) : []) {
    const texts = isObject(item) ? readMembers(item) : undefined
    if (texts === undefined)
      failOption(
        'signDelivery: the body has a signed member that its sender could not sign; correct its form or its separator',
      )
    const text = createHmac(algorithm, key).update(texts.join(''), 'latin1').digest(encoding)
    setMember(item as JsonObject, signature.split('.'), text)
  }
  return Buffer.from(JSON.stringify(content))
}

function readJson(body: Uint8Array): unknown {
  try {
    return parseExact(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}

function setMember(item: JsonObject, path: readonly string[], text: string): void {
  let holder = item as Record<string, unknown>
  for (const name of path.slice(0, -1)) {
    if (!isObject(holder[name])) holder[name] = {}
    holder = holder[name] as Record<string, unknown>
  }
  holder[path.at(-1)!] = text
}
