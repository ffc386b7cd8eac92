import { claimPrefix } from '../../verify/event.ts'
import { HeaderList } from '../../verify/header-list.ts'
import type { JsonObject } from '../../verify/decode.ts'
import type { Provider } from '../../verify/provider.ts'

/** The unsigned header that says what kind of event it is, for a type `claimed:<name>`; no header for any other type. */
export function claimHeader(provider: Provider, body: JsonObject, type: string): Readonly<Record<string, string>> {
  if (!type.startsWith(claimPrefix)) return {}
  const header = findClaimHeader(provider, body)
  return header === undefined ? {} : { [header]: type.slice(claimPrefix.length) }
}

/** Gives each header a text of its own and sees which one `identify` returns. */
function findClaimHeader({ identify }: Provider, body: JsonObject): string | undefined {
  const asked = new AskedHeaders([])
  try {
    const identity = identify({ body, unsignedBody: body, signedHeader: () => undefined, unsignedHeaders: asked })
    return 'code' in identity ? undefined : asked.names().find((name) => asked.textOf(name) === identity.claimedType)
  } catch {
    // It takes only what its sender sends.
    return undefined
  }
}

/** Has every header that it is asked for. */
class AskedHeaders extends HeaderList {
  readonly #names = new Set<string>()

  textOf(name: string): string {
    return `probe/${name.toLowerCase()}`
  }

  override get(name: string): string {
    this.#names.add(name)
    return this.textOf(name)
  }

  override getAll(name: string): string[] {
    return [this.get(name)]
  }

  override has(name: string): boolean {
    return this.get(name) !== ''
  }

  override names(): string[] {
    return [...this.#names]
  }
}
