import { resolve } from 'node:path'
import { createFileSecretStore, storedSecrets, type SecretStore } from '@sallyport/platforms'
import {
  listProviders,
  loadProvider,
  lookUpProvider,
  readSecrets,
  type ChosenProvider,
  type NamedProvider,
} from '../choose-provider.ts'
import { CliError } from '../cli-error.ts'
import { describeReference, toFlawless, type FoundSecret } from '../config/secret-reference.ts'
import type { Context } from '../context.ts'
import { findOtherSecrets } from '../other-secrets.ts'
import { counted } from '../text/amounts.ts'
import { describeFiles } from '../variables.ts'
import { isNamed, mount, toMounted, type Mounted, type ReceiverPlan } from './receivers.ts'

/** Opens the secret file of `sallyport webhooks`. A file that cannot be read fails now, not at each delivery. */
export async function openSecrets(
  { output, cwd }: Context,
  file: string | undefined,
): Promise<SecretStore | undefined> {
  if (file === undefined) return undefined
  const store = createFileSecretStore(resolve(cwd, file))
  if ((await store.names()).length === 0)
    output.note(`no secrets in ${file} yet; \`sallyport webhooks ensure\` stores them there`)
  return store
}

/**
 * Creates a receiver for every provider that has a secret, and says which are skipped.
 *
 * @param isForwarded also lists the providers without one: their deliveries are forwarded unchecked
 */
export async function mountAll(
  context: Context,
  plan: ReceiverPlan,
  { store, isForwarded }: { readonly store: SecretStore | undefined; readonly isForwarded: boolean },
): Promise<{ readonly mounted: Mounted[]; readonly skipped?: string | undefined }> {
  const { env } = context
  const { config } = plan
  const missing: { readonly variable: string; readonly isConfigured: boolean }[] = []
  const mounted: Mounted[] = []
  for (const name of listProviders(config)) {
    const named = lookUpProvider(name, config, env)
    if (store !== undefined && (name === 'sonzai' || name === 'invoratec')) {
      const chosen = await loadProvider(named)
      mounted.push(mount(chosen, storedSecrets(store, { provider: chosen.provider }), plan))
      continue
    }
    const secrets = readAnySecrets(named, context)
    if (secrets === undefined) {
      missing.push({ isConfigured: isNamed(name, config), variable: named.references.map(describeReference).join() })
      if (isForwarded) mounted.push(toMounted(await loadProvider(named), plan))
      continue
    }
    const chosen = await loadProvider(named)
    const entries = secrets.map((found) => ({ id: found.source, secret: toFlawless(found) }))
    mounted.push({ ...mount(chosen, entries, plan), explain: toExplain(context, plan, chosen, secrets) })
  }
  if (mounted.length === 0) {
    const variables = missing.map(({ variable }) => variable.replace('env:', ''))
    const named = variables.length > mostNamed ? [...variables.slice(0, mostNamed), '…'] : variables
    throw new CliError('configuration', 'SECRET_MISSING', 'no provider has a secret', {
      fix: `${describeFiles(env)}Set one of ${named.join(', ')}; for development, pass --make-secrets dev.env.`,
    })
  }
  if (isForwarded || missing.length === 0) return { mounted }
  const named = missing.flatMap(({ isConfigured, variable }) => (isConfigured ? [variable] : []))
  const others = missing.length - named.length
  const rest = counted(others, named.length === 0 ? 'provider' : 'other provider')
  return { mounted, skipped: `skipped (no secret): ${[...named, ...(others === 0 ? [] : [rest])].join(', ')}` }
}

const mostNamed = 8

/** `undefined` if no place of its secrets is configured and its variable is not set. */
function readAnySecrets(named: NamedProvider, { env, cwd }: Context): FoundSecret[] | undefined {
  try {
    return readSecrets(named, undefined, { env, cwd })
  } catch (error) {
    const isUnset = error instanceof CliError && error.code === 'SECRET_MISSING' && named.settings.secret === undefined
    if (isUnset) return undefined
    throw error
  }
}

// A tenth of what `sallyport verify` searches: receiving goes on meanwhile.
const searchBytes = 400 * 1024 ** 2

function toExplain(
  { env, cwd }: Context,
  { config }: ReceiverPlan,
  { provider, settings }: ChosenProvider,
  secrets: readonly FoundSecret[],
): NonNullable<Mounted['explain']> {
  const toEntry = ({ source, secret }: FoundSecret) => ({ id: source, secret })
  return async (delivery) => {
    const { diagnose } = await import('sallyport/diagnose')
    return diagnose(provider, delivery, {
      secret: secrets.map(toEntry),
      otherSecrets: findOtherSecrets(secrets, config, { env, cwd }).map(toEntry),
      toleranceMs: settings.toleranceMs,
      searchBytes,
    })
  }
}
