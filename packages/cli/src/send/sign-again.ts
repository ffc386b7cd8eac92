import type { Provider } from 'sallyport'
import {
  decodeBody,
  HeaderList,
  parseExact,
  toHeaderList,
  type Identity,
  type JsonObject,
  type Scheme,
} from 'sallyport/provider'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { ownHeaders, type Capture } from './captures.ts'

/** How to sign: with what, when, for which path. */
export type SigningOptions = Pick<SignOptions, 'secret' | 'signer' | 'url'> & { readonly now: number }

/**
 * Signs a captured delivery again: a new time and a new signature, everything else as it was. The event keeps its id, so that
 * a receiver that has handled it answers that it is a duplicate.
 */
export function signAgain(provider: Provider, capture: Capture, options: SigningOptions): SignedDelivery {
  const { scheme } = provider
  const headers = withFirstNames(scheme, ownHeaders(capture))
  const body = withNewTime(capture.body, provider, options.now)
  const identity = identify(provider, body, toHeaderList(headers))
  const replaced = new Set(scheme.secretHeaders.map((name) => name.toLowerCase()))
  for (const { freshness } of [scheme, ...(scheme.alternatives ?? [])])
    if (freshness.from === 'header') replaced.add(freshness.name.toLowerCase())
  return signDelivery(provider, {
    ...options,
    method: capture.method,
    body,
    id: identity?.id,
    type: typeof identity?.type === 'string' ? identity.type : undefined,
    headers: Object.fromEntries(headers.filter(([name]) => !replaced.has(name.toLowerCase()))),
  })
}

/** What the provider reads of it, whether or not it is authentic: the new signature will say that it is. */
function identify(provider: Provider, body: Uint8Array, headers: HeaderList): Identity | undefined {
  try {
    const content = decodeBody(body, provider)
    if (!content.ok) return undefined
    const identity = provider.identify({
      body: provider.scheme.signedBody?.(content.body) ?? content.body,
      unsignedBody: content.body,
      signedHeader: (name) => headers.get(name),
      unsignedHeaders: headers,
    })
    return 'code' in identity ? undefined : identity
  } catch {
    return undefined
  }
}

type Headers = readonly (readonly [name: string, value: string])[]

/** Headers of the second family of names, such as `svix-id`, under their first names, which the signer writes. */
function withFirstNames(scheme: Scheme, headers: Headers): Headers {
  const aliases = [scheme, ...(scheme.alternatives ?? [])].flatMap((each) => {
    const definition = each.definition?.()
    const isSigned = definition?.kind === 'hmac' || definition?.kind === 'ed25519'
    return isSigned && definition.options.alias !== undefined ? [definition.options.alias] : []
  })
  return headers.map(([name, value]) => {
    const alias = aliases.find(({ instead }) => name.toLowerCase().startsWith(instead))
    return [alias === undefined ? name : alias.prefix + name.slice(alias.instead.length), value]
  })
}

/** The body with a new time where the sender signs it there. Its other members keep their digits; its white space goes. */
function withNewTime(body: Uint8Array, { scheme: { freshness }, forms }: Provider, now: number): Uint8Array {
  if (freshness.from !== 'body') return body
  const { path, unit } = freshness
  const time = unit === 'iso' ? new Date(now).toISOString() : unit === 'seconds' ? Math.floor(now / 1000) : now
  const text = Buffer.from(body).toString()
  if (forms === true && !/^\s*\{/.test(text)) {
    const form = new URLSearchParams(text)
    form.set(path[0]!, String(time))
    return Buffer.from(String(form))
  }
  try {
    const content = parseExact(text)
    const holder = path.slice(0, -1).reduce<unknown>((value, name) => (value as JsonObject)[name], content)
    ;(holder as Record<string, unknown>)[path.at(-1)!] = time
    return Buffer.from(JSON.stringify(content))
  } catch {
    return body
  }
}
