import type { Provider } from 'sallyport'
import type { ProviderConfig, SallyportConfig } from './config/config-schema.ts'
import {
  parseSecretReference,
  readSecret,
  type FoundSecret,
  type SecretReference,
  type Surroundings,
} from './config/secret-reference.ts'
import { CliError } from './cli-error.ts'
import { knownProviders } from './known-providers.ts'
import { didYouMean } from './suggest.ts'

/** A provider with what the configuration says about it. */
export interface ChosenProvider {
  readonly name: string
  readonly title: string
  readonly provider: Provider
  readonly settings: ProviderConfig
  /** Where its secrets are, the configured places or its variable. */
  readonly references: readonly SecretReference[]
  /** Shortest secret worth its name, in characters. */
  readonly shortest: number
}

/** Names of all providers: those that come with the command, then those of the configuration. */
export function listProviders(config: SallyportConfig): string[] {
  return [...new Set([...Object.keys(knownProviders), ...Object.keys(config.providers ?? {})])]
}

/** Finds a provider by its name. @throws CliError `PROVIDER_UNKNOWN`, `CONFIG_INVALID` */
export function chooseProvider(name: string, config: SallyportConfig, env: NodeJS.ProcessEnv): ChosenProvider {
  const settings = (Object.hasOwn(config.providers ?? {}, name) ? config.providers?.[name] : undefined) ?? {}
  const known = Object.hasOwn(knownProviders, name) ? knownProviders[name] : undefined
  const provider = settings.provider ?? known?.create(settings)
  if (provider === undefined && Object.hasOwn(config.providers ?? {}, name)) {
    throw new CliError('configuration', 'CONFIG_INVALID', `providers.${name} does not say what it is`, {
      fix: `Give it a "provider" made with defineProvider, or the name of one that is known: ${Object.keys(knownProviders).join(', ')}.`,
    })
  }
  if (provider === undefined) {
    throw new CliError('usage', 'PROVIDER_UNKNOWN', `there is no provider "${name}"`, {
      fix: didYouMean(name, listProviders(config)),
    })
  }
  const variable = known?.variable ?? `${name.toUpperCase().replaceAll(/\W+/g, '_')}_WEBHOOK_SECRET`
  const places = settings.secret === undefined ? [] : [settings.secret].flat()
  const references = places.map((place) => parseSecretReference(place, `providers.${name}.secret`))
  return {
    name,
    title: known?.title ?? name,
    provider,
    settings,
    references: references.length > 0 ? references : [defaultReference(variable, env)],
    shortest: known?.shortest ?? 16,
  }
}

/** The place of a variable; as containers hand secrets over, `NAME_FILE` is the path of a file that holds `NAME`. */
export function defaultReference(name: string, env: NodeJS.ProcessEnv): SecretReference {
  const path = env[`${name}_FILE`]
  return path !== undefined && path !== '' && !env[name] ? { from: 'file', path } : { from: 'env', name }
}

/**
 * The secrets of a provider: those the flags name, else the configured ones.
 *
 * @throws CliError `SECRET_LITERAL`, `SECRET_MISSING`, `SECRET_UNREADABLE`
 */
export function readSecrets(
  chosen: ChosenProvider,
  flags: readonly string[] | undefined,
  surroundings: Surroundings,
): FoundSecret[] {
  const references = flags?.map((flag) => parseSecretReference(flag, '--secret')) ?? chosen.references
  return references.map((reference) => readSecret(reference, surroundings))
}
