import { createReceiver, type Provider } from 'sallyport'
import { fixtures, signDelivery } from 'sallyport/testing'
import { sampleOptions } from '../../../scripts/documents/senders/read-senders.ts'
import manifest from '../../../packages/sallyport/package.json' with { type: 'json' }
import { makeSecretPairs, type SecretPair } from './key-pairs.ts'

/** A provider as the package ships it, made as a program makes it. */
export interface ShippedProvider extends SecretPair {
  /** Such as `sallyport/providers/github`. */
  readonly entry: string
  /** Name of the function that makes it. */
  readonly factory: string
  /** What that is given, as JSON. */
  readonly options: string
  readonly provider: Provider
  /** An event that has a fixture. */
  readonly type: string | undefined
  /** Signs for another receiver. */
  readonly strange: string
}

const [pairs, strangers] = [makeSecretPairs('a'), makeSecretPairs('b')]

/**
 * Loads every provider among the package's entries, each with a secret that its scheme takes. One that fetches its keys is left
 * out: it would need its sender.
 */
export async function loadShippedProviders(): Promise<readonly ShippedProvider[]> {
  const names = Object.keys(manifest.exports).flatMap((entry) => /^\.\/providers\/(.+)$/.exec(entry)?.[1] ?? [])
  const loaded = await Promise.all(names.map(load))
  return loaded.filter((provider) => provider !== undefined)
}

async function load(name: string): Promise<ShippedProvider | undefined> {
  const entry = `sallyport/providers/${name}`
  const exported = (await import(entry)) as Record<string, unknown>
  const factory = name.replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase())
  const create = exported[factory]
  if (typeof create !== 'function') throw new Error(`${entry} exports no function ${factory}`)
  // Written as JSON into programs too.
  const given = sampleOptions[name]
  const provider = (create as (options?: object) => Provider)(given)
  if (provider.scheme.needsSecret === false) return undefined
  const type = Object.keys(fixtures[provider.name] ?? {}).find((event) => event !== '*')
  for (const [index, pair] of pairs.entries()) {
    if (!(await isAccepted(provider, type, pair))) continue
    const strange = strangers[index]!.signing
    return {
      entry,
      factory,
      options: given === undefined ? '' : JSON.stringify(given),
      provider,
      type,
      strange,
      ...pair,
    }
  }
  throw new Error(`${entry}: no secret of key-pairs.ts signs a delivery that it accepts`)
}

async function isAccepted(provider: Provider, type: string | undefined, pair: SecretPair): Promise<boolean> {
  try {
    const receiver = createReceiver(provider, { secret: pair.receiving }).onError(() => {})
    return (await receiver.receive(signDelivery(provider, { secret: pair.signing, type }))).status < 300
  } catch {
    // A secret of another form.
    return false
  }
}
