import { Argument } from '@commander-js/extra-typings'
import { didYouMean } from 'sallyport/provider'
import type { Provider } from 'sallyport'
import type { ProviderConfig, SallyportConfig } from './config/config-schema.ts'
import {
  parseSecretReference,
  readSecret,
  type FoundSecret,
  type SecretReference,
  type Environment,
} from './config/secret-reference.ts'
import { CliError } from './cli-error.ts'
import { knownProviders } from './known-providers.ts'

/** A provider with its configuration. */
export interface ChosenProvider {
  readonly name: string
  readonly title: string
  readonly provider: Provider
  readonly settings: ProviderConfig
  /** Where to read its secrets: the configured places, else its variable. */
  readonly references: readonly SecretReference[]
  /** Shortest secret without a warning, in characters. */
  readonly shortest: number
}

/** The argument that names a provider. */
export function providerArgument<Form extends '<provider>' | '[provider]'>(form: Form) {
  return new Argument(
    form,
    'sonzai, invoratec, fleet, langsmith, github, stripe, standard-webhooks, or a configured one',
  )
}

/** Names of all providers: the known ones, then the configured ones. */
export function listProviders(config: SallyportConfig): string[] {
  return [...new Set([...Object.keys(knownProviders), ...Object.keys(config.providers ?? {})])]
}

/** Finds a provider by name. @throws CliError `PROVIDER_UNKNOWN`, `CONFIG_INVALID` */
export function chooseProvider(name: string, config: SallyportConfig, env: NodeJS.ProcessEnv): ChosenProvider {
  const settings = (Object.hasOwn(config.providers ?? {}, name) ? config.providers?.[name] : undefined) ?? {}
  const known = Object.hasOwn(knownProviders, name) ? knownProviders[name] : undefined
  const provider = settings.provider ?? known?.create(settings)
  if (provider === undefined && Object.hasOwn(config.providers ?? {}, name)) {
    throw new CliError('configuration', 'CONFIG_INVALID', `providers.${name} has no provider`, {
      fix: `Add "provider" with one from defineProvider, or use a known name: ${Object.keys(knownProviders).join(', ')}.`,
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

/** A variable; if only `NAME_FILE` is set, the file it names, as containers mount secrets. */
export function defaultReference(name: string, env: NodeJS.ProcessEnv): SecretReference {
  const path = env[`${name}_FILE`]
  return path !== undefined && path !== '' && !env[name] ? { from: 'file', path } : { from: 'env', name }
}

/**
 * Reads the secrets of a provider: those the flags name, else the configured ones.
 *
 * @throws CliError `SECRET_LITERAL`, `SECRET_MISSING`, `SECRET_UNREADABLE`
 */
export function readSecrets(
  chosen: ChosenProvider,
  flags: readonly string[] | undefined,
  environment: Environment,
): FoundSecret[] {
  const references = flags?.map((flag) => parseSecretReference(flag, '--secret')) ?? chosen.references
  return references.map((reference) => readSecret(reference, environment))
}
