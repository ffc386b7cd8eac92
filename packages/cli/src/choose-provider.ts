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
import { knownProviders, toVariable } from './known-providers.ts'

/** A provider's name with its configuration, before the provider is loaded. */
export interface NamedProvider {
  readonly name: string
  readonly title: string
  readonly settings: ProviderConfig
  /** Where to read its secrets: the configured places, else its variable. */
  readonly references: readonly SecretReference[]
  /** Shortest secret without a warning, in characters. */
  readonly shortest: number
}

/** A provider with its configuration. */
export interface ChosenProvider extends NamedProvider {
  readonly provider: Provider
}

/** The argument that names a provider. */
export function providerArgument<Form extends '<provider>' | '[provider]'>(form: Form) {
  return new Argument(form, 'the name of a sender, such as stripe (all: docs/senders.md), or of a configured one')
}

/** Names of all providers: the known ones, then the configured ones. */
export function listProviders(config: SallyportConfig): string[] {
  return [...new Set([...Object.keys(knownProviders), ...Object.keys(config.providers ?? {})])]
}

/** Finds and loads a provider by name. @throws CliError `PROVIDER_UNKNOWN`, `CONFIG_INVALID` */
export async function chooseProvider(
  name: string,
  config: SallyportConfig,
  env: NodeJS.ProcessEnv,
): Promise<ChosenProvider> {
  return loadProvider(lookUpProvider(name, config, env))
}

/** Loads a provider that was found. */
export async function loadProvider(named: NamedProvider): Promise<ChosenProvider> {
  const { name, settings } = named
  return { ...named, provider: settings.provider ?? (await knownProviders[name]!.load(settings)) }
}

/** Finds a provider by name, without loading it. @throws CliError `PROVIDER_UNKNOWN`, `CONFIG_INVALID` */
export function lookUpProvider(name: string, config: SallyportConfig, env: NodeJS.ProcessEnv): NamedProvider {
  const isConfigured = Object.hasOwn(config.providers ?? {}, name)
  const settings = (isConfigured ? config.providers?.[name] : undefined) ?? {}
  const known = Object.hasOwn(knownProviders, name) ? knownProviders[name] : undefined
  const isMissing = known === undefined && settings.provider === undefined
  if (isMissing && isConfigured) {
    throw new CliError('configuration', 'CONFIG_INVALID', `providers.${name} has no provider`, {
      fix: `Add "provider" with one from defineProvider, or use the name of a known one. ${didYouMean(name, listProviders(config))}`,
    })
  }
  if (isMissing) {
    throw new CliError('usage', 'PROVIDER_UNKNOWN', `there is no provider "${name}"`, {
      fix: didYouMean(name, listProviders(config)),
    })
  }
  const places = settings.secret === undefined ? [] : [settings.secret].flat()
  const references = places.map((place) => parseSecretReference(place, `providers.${name}.secret`))
  return {
    name,
    title: known?.title ?? name,
    settings,
    references: references.length > 0 ? references : [defaultReference(known?.variable ?? toVariable(name), env)],
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
  { references: places }: NamedProvider,
  flags: readonly string[] | undefined,
  environment: Environment,
): FoundSecret[] {
  const references = flags?.map((flag) => parseSecretReference(flag, '--secret')) ?? places
  return references.map((reference) => readSecret(reference, environment))
}
