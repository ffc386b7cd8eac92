import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import {
  createInvoratecClient,
  createSonzaiClient,
  fileSecretStore,
  type InvoratecClient,
  type SecretStore,
  type SonzaiClient,
} from '@sallyport/platforms'
import { Argument, Option, type Command } from 'commander'
import type { PlatformConfig } from '../config/config-schema.ts'
import { parseSecretReference, readSecret } from '../config/secret-reference.ts'
import { defaultReference } from '../choose-provider.ts'
import type { Context } from '../context.ts'
import { httpUrl } from '../options.ts'

/** Options of every `hooks` command. */
export interface HooksOptions {
  readonly apiKey?: string
  readonly baseUrl?: URL
  readonly project?: string
  readonly secrets?: string
}

export type PlatformName = 'sonzai' | 'invoratec'

/** A platform's client with what the configuration says. */
export interface Connected {
  readonly client: SonzaiClient | InvoratecClient
  readonly settings: PlatformConfig
  /** Sonzai: the project that is meant, if any. */
  readonly projectId: string | undefined
}

export const defaultStore = '.sallyport/secrets.json'

const variables = { sonzai: 'SONZAI_API_KEY', invoratec: 'INVORATEC_API_KEY' } as const

/** The argument that names the platform. */
export function platformArgument(): Argument {
  return new Argument('<platform>', 'whose management API').choices(['sonzai', 'invoratec'])
}

/** Adds the options that say how a platform is reached. */
export function addPlatformOptions(command: Command): Command {
  return command
    .addArgument(platformArgument())
    .option(
      '--api-key <place>',
      'where the API key is: env:NAME or file:PATH (default: SONZAI_API_KEY, INVORATEC_API_KEY)',
    )
    .addOption(
      new Option('--base-url <url>', "address of the API, such as the sandbox's (default: the platform's)").argParser(
        httpUrl,
      ),
    )
    .option('--project <id>', "Sonzai: the project (default: the tenant's registrations)")
}

/** Adds the option that names the store of signing secrets. */
export function addStoreOption(command: Command): Command {
  return command.option(
    '--secrets <file>',
    `where signing secrets are kept, for its owner only (default: ${defaultStore})`,
  )
}

/** Makes the client. @throws CliError `SECRET_MISSING`; PlatformError `PLATFORM_OPTION_INVALID` */
export function connect({ env, cwd, config }: Context, platform: PlatformName, options: HooksOptions): Connected {
  const settings = config.platforms?.[platform] ?? {}
  const place = options.apiKey ?? settings.apiKey
  const reference =
    place === undefined ? defaultReference(variables[platform], env) : parseSecretReference(place, '--api-key')
  const { secret: apiKey } = readSecret(reference, { env, cwd })
  const baseUrl = options.baseUrl?.href ?? settings.baseUrl
  const client =
    platform === 'sonzai' ? createSonzaiClient({ apiKey, baseUrl }) : createInvoratecClient({ apiKey, baseUrl })
  return { client, settings, projectId: platform === 'sonzai' ? (options.project ?? settings.project) : undefined }
}

/** Opens the store of signing secrets. */
export async function openSecrets(
  { cwd }: Context,
  { settings }: Connected,
  options: HooksOptions,
): Promise<SecretStore> {
  const path = resolve(cwd, options.secrets ?? settings.secrets ?? defaultStore)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return fileSecretStore(path)
}
