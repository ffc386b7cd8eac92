import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, Command, Option } from '@commander-js/extra-typings'
import {
  createInvoratecClient,
  createSonzaiClient,
  createFileSecretStore,
  type InvoratecClient,
  type SecretStore,
  type SonzaiClient,
} from '@sallyport/platforms'
import { defaultReference } from '../choose-provider.ts'
import type { PlatformConfig } from '../config/config-schema.ts'
import { parseSecretReference, readSecret, toFlawless } from '../config/secret-reference.ts'
import type { Context } from '../context.ts'
import { httpUrl } from '../options.ts'
import { makeFolderOf } from '../private-folder.ts'

type PlatformName = 'sonzai' | 'invoratec'

/** Values of the options that say how to reach a platform. */
interface PlatformOptions {
  readonly apiKey?: string | undefined
  readonly baseUrl?: URL | undefined
  readonly project?: string | undefined
}

/** A platform's client, with what the configuration says about the platform. */
export interface Connected {
  readonly client: SonzaiClient | InvoratecClient
  /** What the configuration says; asked only for what no flag says. */
  settings(): Promise<PlatformConfig>
  /** Sonzai: the project; `undefined` for the tenant. */
  readonly projectId: string | undefined
}

/** Where signing secrets are stored, unless the configuration says. */
export const defaultStore = '.sallyport/secrets.json'
const variables = { sonzai: 'SONZAI_API_KEY', invoratec: 'INVORATEC_API_KEY' } as const

/** Creates a `webhooks` subcommand with the argument and options that name a platform. */
export function createPlatformCommand(name: string) {
  return new Command(name)
    .addArgument(new Argument('<platform>', 'the platform').choices(['sonzai', 'invoratec'] as const))
    .option(
      '--api-key <place>',
      'where to read the API key: env:NAME or file:PATH (default: SONZAI_API_KEY, INVORATEC_API_KEY)',
    )
    .addOption(
      new Option('--base-url <url>', "address of the API, such as the sandbox's (default: the platform's)").argParser(
        httpUrl,
      ),
    )
    .option('--project <id>', "Sonzai: the project (default: the tenant's webhooks)")
}

/** The option that names the file of signing secrets. */
export function storeOption() {
  return new Option('--secrets <file>', `file for signing secrets, mode 0600 (default: ${defaultStore})`)
}

/** Creates the client. @throws CliError `SECRET_MISSING`; PlatformError `PLATFORM_OPTION_INVALID` */
export async function connect(
  { env, cwd, loadConfig }: Context,
  platform: PlatformName,
  options: PlatformOptions,
): Promise<Connected> {
  const settings = async (): Promise<PlatformConfig> => (await loadConfig()).config.platforms?.[platform] ?? {}
  const place = options.apiKey ?? (await settings()).apiKey
  const reference =
    place === undefined ? defaultReference(variables[platform], env) : parseSecretReference(place, '--api-key')
  const apiKey = toFlawless(readSecret(reference, { env, cwd }))
  const baseUrl = options.baseUrl?.href ?? (await settings()).baseUrl
  const client =
    platform === 'sonzai' ? createSonzaiClient({ apiKey, baseUrl }) : createInvoratecClient({ apiKey, baseUrl })
  const projectId = platform === 'sonzai' ? (options.project ?? (await settings()).projectId) : undefined
  return { client, settings, projectId }
}

/** Works with the file of signing secrets. Its folder is there meanwhile; it stays if the file is in it. */
export async function withSecrets<Result>(
  { cwd }: Context,
  { settings }: Connected,
  options: { readonly secrets?: string | undefined },
  work: (store: SecretStore) => Promise<Result>,
): Promise<Result> {
  const path = resolve(cwd, options.secrets ?? (await settings()).secrets ?? defaultStore)
  const undo = await makeFolderOf(path, cwd)
  return work(createFileSecretStore(path)).finally(async () => {
    if (!existsSync(path)) await undo().catch(() => {})
  })
}
