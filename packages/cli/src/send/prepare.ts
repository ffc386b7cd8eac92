import { didYouMean } from 'sallyport/provider'
import { SallyportError } from 'sallyport'
import { fixtures, signDelivery } from 'sallyport/testing'
import { listProviders, type ChosenProvider } from '../choose-provider.ts'
import { CliError } from '../cli-error.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import type { Capture } from './captures.ts'

/** @throws CliError `EVENT_UNKNOWN` for an event that the provider does not declare, unless its body is given */
export function checkType({ name, provider }: ChosenProvider, type: string, hasData: boolean): void {
  const known = Object.keys(provider.events)
  const made = Object.hasOwn(fixtures, provider.name) ? fixtures[provider.name]! : {}
  const isOpen = hasData || known.includes('*') || known.length === 0 || Object.hasOwn(made, type)
  if (isOpen || known.includes(type)) return
  throw new CliError('usage', 'EVENT_UNKNOWN', `${name} has no event "${type}"`, {
    fix: `${didYouMean(type, known)} Pass --data to send any other event.`,
  })
}

/**
 * Checks that deliveries of a provider of the user's own can be signed, before any is sent.
 *
 * @throws CliError `SIGNER_MISSING` where its scheme is code; `BODY_MISSING` where no body can be made up
 */
export function checkSigning(
  { name, provider, settings: { signer } }: ChosenProvider,
  secrets: readonly string[],
  type: string,
  data: Uint8Array | undefined,
): void {
  const options = { secret: secrets, type, signer }
  attempt(
    () => signDelivery(provider, { ...options, body: data ?? {} }),
    'SIGNER_MISSING',
    `Add "signer" to providers.${name} in the configuration: a function that returns the headers; or use --replay.`,
  )
  if (data !== undefined) return
  attempt(() => signDelivery(provider, options), 'BODY_MISSING', 'Write the body to a file, and pass --data <file>.')
}

function attempt(sign: () => unknown, code: string, fix: string): void {
  try {
    sign()
  } catch (cause) {
    if (!SallyportError.is(cause) || cause.code !== 'OPTION_INVALID') throw cause
    throw new CliError(code === 'BODY_MISSING' ? 'usage' : 'configuration', code, cause.message, { fix, cause })
  }
}

/**
 * The provider of captures by their path, as `listen` has it.
 *
 * @throws CliError `PROVIDER_MISSING` where the paths name none, or more than one
 */
export function recogniseProvider(captures: readonly Capture[], config: SallyportConfig): string {
  const name = findProvider(captures, config)
  if (name !== undefined) return name
  const several = namedProviders(captures, config).filter((each) => each !== undefined)
  if (several.length > 1)
    throw new CliError(
      'usage',
      'PROVIDER_MISSING',
      `the files are requests of several providers: ${several.join(', ')}`,
      {
        fix: 'Pass files of one provider, and run the command once for each: every provider has its own secret.',
      },
    )
  throw new CliError('usage', 'PROVIDER_MISSING', 'the paths of the requests do not name one provider', {
    fix: 'Write it first: npx sallyport send <provider> --sign --replay <file>.',
  })
}

/** The provider of captures by their path, if there is one. */
export function findProvider(captures: readonly Capture[], config: SallyportConfig): string | undefined {
  const names = namedProviders(captures, config)
  return names.length === 1 ? names[0] : undefined
}

/** What the paths of captures name, once each; `undefined` for a path of no provider. */
function namedProviders(captures: readonly Capture[], config: SallyportConfig): (string | undefined)[] {
  const paths = new Map(
    listProviders(config).map((name) => [config.providers?.[name]?.path ?? `/webhooks/${name}`, name]),
  )
  return [...new Set(captures.map(({ url }) => paths.get(url.split('?', 1)[0]!)))]
}
