import type { Provider } from 'sallyport'
import { parseExact } from 'sallyport/provider'
import type { SignedDelivery } from 'sallyport/testing'

type Unsigned = Pick<SignedDelivery, 'plainHeaders' | 'url' | 'body'>

/** A delivery without its signature or credential: in headers, in the URL, or in the body. */
export function withoutSignature({ scheme }: Provider, { plainHeaders, url, body }: SignedDelivery): Unsigned {
  const names = new Set((scheme.secretHeaders ?? [scheme.describe().header]).map((name) => name.toLowerCase()))
  const headers = Object.entries(plainHeaders).filter(([name]) => !names.has(name.toLowerCase()))
  const [path = '', query = ''] = url.split('?')
  // The signer writes its parameter with a plain name.
  const rest = query.split('&').filter((pair) => !names.has(`?${pair.split('=', 1)[0]!.toLowerCase()}`))
  const definition = scheme.definition?.()
  return {
    plainHeaders: Object.fromEntries(headers),
    url: rest.join('') === '' ? path : `${path}?${rest.join('&')}`,
    body: definition?.kind === 'body-signature' ? withoutMember(body, definition.options) : body,
  }
}

/** A body without the signature that is one of its members, or of those of each item of a list. */
function withoutMember(
  body: SignedDelivery['body'],
  { signature, each }: { readonly signature: string; readonly each?: string | undefined },
): SignedDelivery['body'] {
  const content = parseExact(Buffer.from(body).toString())
  const items = each === undefined ? content : readPath(content, each.split('.'))
  const path = signature.split('.')
  for (const item of [items].flat()) {
    const holder = readPath(item, path.slice(0, -1))
    if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, path.at(-1)!)
  }
  return Uint8Array.from(Buffer.from(JSON.stringify(content)))
}

function readPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce((holder, name) => (holder as Record<string, unknown> | null | undefined)?.[name], value)
}
