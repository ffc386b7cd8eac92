import { createReceiver, SallyportError, type Receiver } from 'sallyport'
import { listProviders, loadProvider, lookUpProvider, readSecrets } from '../choose-provider.ts'
import { toFlawless, type Environment } from '../config/secret-reference.ts'
import type { SallyportConfig } from '../config/config-schema.ts'

/** Receivers without handlers, and why there are not more. */
export interface ConfiguredReceivers {
  readonly receivers: readonly Receiver[]
  readonly notes: readonly string[]
}

/**
 * A receiver for every provider that has a secret, to check stored events again. A secret that cannot be used is a note: events can
 * be looked at without it.
 *
 * @throws CliError `CONFIG_INVALID`, `SECRET_LITERAL`
 */
export async function createConfiguredReceivers(
  config: SallyportConfig,
  environment: Environment,
): Promise<ConfiguredReceivers> {
  const receivers: Receiver[] = []
  const notes: string[] = []
  for (const name of listProviders(config)) {
    const named = lookUpProvider(name, config, environment.env)
    const { settings } = named
    try {
      const secret = readSecrets(named, undefined, environment).map((found) => {
        return { id: found.source, secret: toFlawless(found) }
      })
      const { toleranceMs, maxBodyBytes } = settings
      const { provider } = await loadProvider(named)
      receivers.push(createReceiver(provider, { secret, toleranceMs, maxBodyBytes, log: false }))
    } catch (error) {
      if (!SallyportError.is(error)) throw error
      const isUnset = error.code === 'SECRET_MISSING' && settings.secret === undefined
      if (!isUnset) notes.push(`events of ${name} are not checked again: ${error.message}`)
    }
  }
  if (receivers.length === 0 && notes.length === 0)
    notes.push(
      'events are not checked again: no provider has a secret; `sallyport doctor` says where they are read from',
    )
  return { receivers, notes }
}
