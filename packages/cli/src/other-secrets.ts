import { lookUpProvider, listProviders, readSecrets } from './choose-provider.ts'
import type { SallyportConfig } from './config/config-schema.ts'
import { readSecret, type Environment, type FoundSecret } from './config/secret-reference.ts'

const variable = /WEBHOOK.*(?:SECRET|TOKEN|KEY)|(?:SECRET|TOKEN|KEY).*WEBHOOK/i

/**
 * The secrets that could be meant instead of the used ones: those of every provider, and every variable whose name says that it
 * is one of a webhook. A place that cannot be read is left out.
 */
export function findOtherSecrets(
  used: readonly FoundSecret[],
  config: SallyportConfig,
  environment: Environment,
): FoundSecret[] {
  const { env } = environment
  const found = [
    ...readAllSecrets(config, environment).flatMap(({ secrets }) => secrets),
    ...Object.keys(env)
      .filter((name) => variable.test(name) && !name.endsWith('_FILE'))
      .flatMap((name) => attempt(() => [readSecret({ from: 'env', name }, environment)])),
  ]
  const known = new Set(used.map(({ secret }) => secret))
  return found.filter(({ secret }) => {
    const isNew = !known.has(secret)
    known.add(secret)
    return isNew
  })
}

/** The secrets of each provider that has some. A place that cannot be read is left out. */
export function readAllSecrets(
  config: SallyportConfig,
  environment: Environment,
): { readonly name: string; readonly secrets: readonly FoundSecret[] }[] {
  return listProviders(config).map((name) => ({
    name,
    secrets: attempt(() => readSecrets(lookUpProvider(name, config, environment.env), undefined, environment)),
  }))
}

function attempt(read: () => FoundSecret[]): FoundSecret[] {
  try {
    return read()
  } catch {
    return []
  }
}
