import { resolve } from 'node:path'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { createFileSecretStore, storedSecrets, type SecretStore } from '@sallyport/platforms'
import { toVisible } from 'sallyport/provider'
import { describeUnsynced } from '../bundle/describe-unsynced.ts'
import { chooseProvider, listProviders, readSecrets } from '../choose-provider.ts'
import { CliError } from '../cli-error.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { describeReference, toFlawless } from '../config/secret-reference.ts'
import { action, untilStopped, type Context } from '../context.ts'
import { addHelp } from '../help.ts'
import { defaultInbox } from '../inbox/open-store.ts'
import { createLateInbox } from '../listen/late-inbox.ts'
import { makeSecrets } from '../listen/make-secrets.ts'
import { printDeliveries } from '../listen/print-deliveries.ts'
import { mount, type Mounted, type ReceiverPlan } from '../listen/receivers.ts'
import { createRecorder } from '../listen/record.ts'
import { serve } from '../listen/serve.ts'
import { makeFolder, makeOrUndo } from '../make-or-undo.ts'
import { hostOption, listenPort, portOption, unflaggedOption } from '../options.ts'
import { toJson, toLine } from '../output.ts'
import { describeFiles } from '../variables.ts'

/** `sallyport listen`: a ready receiver. */
export function createListenCommand(): CommandUnknownOpts {
  const command = new Command('listen')
    .summary('receive deliveries of every provider')
    .description(
      'Receives at /webhooks/<provider> for every provider that has a secret, stores events in an inbox, and prints a line per delivery. Payloads are printed only with --data.',
    )
    .addOption(portOption('SALLYPORT_PORT', listenPort))
    .addOption(hostOption('SALLYPORT_HOST'))
    .addOption(
      new Option('--inbox <place>', 'where to store events (default: .sallyport/inbox.db)').env('SALLYPORT_INBOX'),
    )
    .option('--no-inbox', 'store nothing; handle events before answering')
    .addOption(
      new Option(
        '--deploy <folder>',
        'deploy published Fleet agents to this folder, except when "dry_run" is ticked',
      ).env('SALLYPORT_DEPLOY'),
    )
    .addOption(unflaggedOption())
    .option('--record <folder>', 'write every delivery to a file that `sallyport verify` reads')
    .option('--data', 'also print the data of events')
    .option('--make-secrets <file>', 'create random secrets for providers without one, and store them in this env file')
    .option(
      '--secrets <file>',
      'Sonzai and Invoratec: the secret file of `sallyport webhooks`; rotations apply at once',
    )
    .action(action((context, options) => listen(context, options)))
  return addHelp(command, {
    examples: [
      ['listen --make-secrets dev.env', 'every provider, with development secrets'],
      ['listen --port 8080 --deploy agents', 'deploy what Fleet publishes'],
      ['listen --no-inbox --json', 'one JSON object per delivery'],
    ],
    exits: {
      configuration: 'no provider has a secret, or the configuration is invalid',
      unavailable: 'the port is taken, or the inbox cannot be opened',
    },
    notes: ['Ctrl-C stops it cleanly: it answers open requests, lets handlers finish and closes the inbox.'],
  })
}

/** Values of the options. */
interface ListenOptions {
  readonly port?: number | undefined
  readonly host?: string | undefined
  readonly inbox?: string | boolean | undefined
  readonly deploy?: string | undefined
  readonly allowUnflaggedUtf8?: boolean | undefined
  readonly record?: string | undefined
  readonly data?: boolean | undefined
  readonly makeSecrets?: string | undefined
  readonly secrets?: string | undefined
}

async function listen(context: Context, options: ListenOptions): Promise<undefined> {
  const { output, env, cwd } = context
  const loaded = (await context.loadConfig()).config
  const config = options.allowUnflaggedUtf8 ? withUnflaggedNames(loaded) : loaded
  const made = options.makeSecrets === undefined ? undefined : await makeSecrets(resolve(cwd, options.makeSecrets), env)
  const deploy = options.deploy ?? config.listen?.deploy
  const place = typeof options.inbox === 'string' ? options.inbox : (config.inbox ?? defaultInbox)
  const late = options.inbox === false ? undefined : await createLateInbox(place, context)
  const inbox = late?.inbox
  const record = options.record === undefined ? undefined : resolve(cwd, options.record)
  const plan: ReceiverPlan = {
    config,
    inbox,
    deploy: deploy === undefined ? undefined : resolve(cwd, deploy),
    onEvent({ provider, type, id, data }) {
      if (options.data)
        output.result({ ok: true, kind: 'event', provider, type, id, data }, `          ${toLine(toJson(data))}`)
    },
    onDeployed: ({ name, digest, changed, unsynced }) =>
      output.result(
        { ok: true, kind: 'deployed', name, digest, changed, unsynced },
        `          ${toVisible(name)}: ${digest.slice(0, 12)} ${changed ? 'deployed' : 'was already current'}${describeUnsynced(unsynced)}`,
      ),
    onChecked: ({ name, digest }) =>
      output.result(
        { ok: true, kind: 'checked', name, digest },
        `          ${toVisible(name)}: ${digest.slice(0, 12)} checked; a dry run deploys nothing`,
      ),
  }
  const stopPrinting = printDeliveries(output)
  try {
    const mounted = mountAll(context, plan, await openSecrets(context, options.secrets))
    const recorder = record === undefined ? undefined : createRecorder(record)
    const serving = await serve({
      port: options.port ?? config.listen?.port ?? listenPort,
      host: options.host ?? config.listen?.host ?? '127.0.0.1',
      mounted,
      recorder,
      onRecorded: (path) =>
        output.result({ ok: true, kind: 'recorded', path }, `          recorded in ${toVisible(path)}`),
    })
    // Only now, with the port taken and the settings checked: a failed start leaves nothing behind.
    await makeOrUndo([
      ...(record === undefined ? [] : [() => makeFolder(record)]),
      ...(made === undefined ? [] : [made.open]),
      ...(late === undefined ? [] : [late.open]),
      ...(made === undefined ? [] : [made.write]),
    ]).catch(async (error: unknown) => {
      await serving.stop()
      throw error
    })
    if (made !== undefined && made.names.length > 0)
      output.note(`created secrets in ${options.makeSecrets}: ${made.names.join(', ')}`)
    const stopped = untilStopped()
    const receivers = mounted.map(({ name, path }) => ({ provider: name, url: serving.url + path }))
    const store = inbox === undefined ? 'none' : inbox.name
    const rows = receivers.map(({ provider, url }) => toVisible(`  ${provider.padEnd(18)} ${url}`))
    output.result(
      { ok: true, kind: 'listening', url: serving.url, receivers, inbox: store },
      ['Receiving at', ...rows, `Inbox: ${toVisible(store)}`].join('\n'),
    )
    await stopped
    await serving.stop()
  } finally {
    stopPrinting()
    await late?.stop()
  }
  return undefined
}

/** The configuration with `--allow-unflagged-utf8`. */
function withUnflaggedNames({ providers, ...config }: SallyportConfig): SallyportConfig {
  return { ...config, providers: { ...providers, fleet: { ...providers?.['fleet'], allowUnflaggedUtf8: true } } }
}

/** Opens the secret file of `sallyport webhooks`. A file that cannot be read fails now, not at each delivery. */
async function openSecrets({ output, cwd }: Context, file: string | undefined): Promise<SecretStore | undefined> {
  if (file === undefined) return undefined
  const store = createFileSecretStore(resolve(cwd, file))
  if ((await store.names()).length === 0)
    output.note(`no secrets in ${file} yet; \`sallyport webhooks ensure\` stores them there`)
  return store
}

/** Creates a receiver for every provider that has a secret. */
function mountAll({ output, env, cwd }: Context, plan: ReceiverPlan, store: SecretStore | undefined): Mounted[] {
  const { config } = plan
  const missing: string[] = []
  const mounted = listProviders(config).flatMap((name) => {
    const chosen = chooseProvider(name, config, env)
    if (store !== undefined && (name === 'sonzai' || name === 'invoratec'))
      return [mount(chosen, storedSecrets(store, { provider: chosen.provider }), plan)]
    try {
      const secrets = readSecrets(chosen, undefined, { env, cwd })
      const entries = secrets.map((found) => ({ id: found.source, secret: toFlawless(found) }))
      return [mount(chosen, entries, plan)]
    } catch (error) {
      const isUnset =
        error instanceof CliError && error.code === 'SECRET_MISSING' && chosen.settings.secret === undefined
      if (!isUnset) throw error
      missing.push(chosen.references.map(describeReference).join())
      return []
    }
  })
  if (mounted.length === 0) {
    throw new CliError('configuration', 'SECRET_MISSING', 'no provider has a secret', {
      fix: `${describeFiles(env)}Set one of ${missing.map((source) => source.replace('env:', '')).join(', ')}; for development, pass --make-secrets dev.env.`,
    })
  }
  if (missing.length > 0) output.note(`skipped (no secret): ${missing.join(', ')}`)
  return mounted
}
