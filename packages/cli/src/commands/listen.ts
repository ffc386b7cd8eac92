import { resolve } from 'node:path'
import { createInbox, createSqliteEngine, type Inbox } from 'sallyport/inbox'
import { fileSecretStore, storedSecrets, type SecretStore } from '@sallyport/platforms'
import { Command, Option } from 'commander'
import { chooseProvider, listProviders, readSecrets } from '../choose-provider.ts'
import { CliError } from '../cli-error.ts'
import { describeReference } from '../config/secret-reference.ts'
import { action, type Context } from '../context.ts'
import { makeInboxFolder } from '../inbox/make-folder.ts'
import { defaultInbox, kindOfStore, makeEngine } from '../inbox/open-store.ts'
import { makeSecrets } from '../listen/make-secrets.ts'
import { mount, type Mounted, type ReceiverPlan } from '../listen/receivers.ts'
import { createRecorder } from '../listen/record.ts'
import { serve } from '../listen/serve.ts'
import { tellOfDeliveries } from '../listen/tell.ts'
import { hostOption, portOption } from '../options.ts'
import { toLine } from '../output.ts'
import { teach } from '../teach.ts'
import { untilStopped } from '../until-stopped.ts'

interface ListenOptions {
  readonly port?: number
  readonly host?: string
  readonly inbox?: string | false
  readonly deploy?: string
  readonly record?: string
  readonly data?: true
  readonly makeSecrets?: string
  readonly secrets?: string
}

/** `sallyport listen`: a ready receiver. */
export function createListenCommand(): Command {
  const command = new Command('listen')
    .summary('receive deliveries of every provider')
    .description(
      'Receives at /webhooks/<provider> for every provider whose secret is there, keeps events in an inbox, and prints a line for each delivery. Payloads are printed only when asked for.',
    )
    .addOption(portOption('SALLYPORT_PORT', 3000))
    .addOption(hostOption('SALLYPORT_HOST'))
    .addOption(
      new Option('--inbox <place>', 'where events are kept (default: .sallyport/inbox.db)').env('SALLYPORT_INBOX'),
    )
    .option('--no-inbox', 'keep nothing: handle events while the sender waits')
    .addOption(
      new Option('--deploy <folder>', 'deploy published Fleet agents below this folder').env('SALLYPORT_DEPLOY'),
    )
    .option('--record <folder>', 'write every delivery to a file that `sallyport verify` reads')
    .option('--data', 'print what events hold, too')
    .option('--make-secrets <file>', 'give providers without a secret a random one, kept in this file of variables')
    .option('--secrets <file>', 'Sonzai and Invoratec: take what `sallyport hooks` keeps there, rotations included')
    .action(action(listen))
  return teach(command, {
    examples: [
      ['listen --make-secrets dev.env', 'for every provider, with secrets for development'],
      ['listen --port 8080 --deploy agents', 'deploy what Fleet publishes'],
      ['listen --no-inbox --json', 'one JSON object per delivery'],
    ],
    exits: {
      configuration: 'no provider has a secret, or the configuration is wrong',
      unavailable: 'the port is taken, or the inbox cannot be opened',
    },
    notes: ['Ctrl-C ends it in order: requests are answered, handlers end, the inbox is closed.'],
  })
}

async function listen(context: Context, options: ListenOptions): Promise<undefined> {
  const { output, env, cwd, config } = context
  const made = options.makeSecrets === undefined ? [] : await makeSecrets(resolve(cwd, options.makeSecrets), env)
  if (made.length > 0) output.note(`made secrets in ${options.makeSecrets}: ${made.join(', ')}`)
  const deploy = options.deploy ?? config.listen?.deploy
  const inbox = await openInbox(context, options)
  const plan: ReceiverPlan = {
    config,
    inbox,
    deploy: deploy === undefined ? undefined : resolve(cwd, deploy),
    onEvent({ provider, type, id, data }) {
      if (options.data)
        output.result(
          { ok: true, kind: 'event', provider, type, id, data },
          `          ${toLine(JSON.stringify(data))}`,
        )
    },
    onDeployed: ({ name, digest, changed }) =>
      output.result(
        { ok: true, kind: 'deployed', name, digest, changed },
        `          ${name}: ${digest.slice(0, 12)} ${changed ? 'deployed' : 'was there already'}`,
      ),
  }
  const stopTelling = tellOfDeliveries(output)
  try {
    const mounted = mountAll(context, plan, await openSecrets(context, options.secrets))
    const recorder = options.record === undefined ? undefined : await createRecorder(resolve(cwd, options.record))
    await inbox?.ready()
    const serving = await serve({
      port: options.port ?? config.listen?.port ?? 3000,
      host: options.host ?? config.listen?.host ?? '127.0.0.1',
      mounted,
      recorder,
      onRecorded: (path) => output.result({ ok: true, kind: 'recorded', path }, `          kept in ${path}`),
    })
    const stopped = untilStopped()
    const receivers = mounted.map(({ name, path }) => ({ provider: name, url: serving.url + path }))
    const store = inbox === undefined ? 'none' : inbox.name
    const rows = receivers.map(({ provider, url }) => `  ${provider.padEnd(18)} ${url}`)
    output.result(
      { ok: true, kind: 'listening', url: serving.url, receivers, inbox: store },
      ['Receiving at', ...rows, `Inbox: ${store}`].join('\n'),
    )
    await stopped
    await serving.stop()
  } finally {
    stopTelling()
    await inbox?.stop({ drainMs: 5_000 })
  }
  return undefined
}

async function openInbox({ output, cwd, config }: Context, options: ListenOptions): Promise<Inbox | undefined> {
  if (options.inbox === false) return undefined
  const place = options.inbox ?? config.inbox ?? defaultInbox
  const onError = (error: unknown): void =>
    output.note(`inbox: ${error instanceof Error ? error.message : String(error)}; trying again`)
  if (kindOfStore(place) !== 'sqlite')
    return createInbox({
      engine: await makeEngine(place, { cwd, readOnly: false, create: true }, 'power cut'),
      onError,
    })
  const path = resolve(cwd, place)
  await makeInboxFolder(path)
  return createInbox({ engine: createSqliteEngine({ path }), onError })
}

/** The store of `sallyport hooks`; one that cannot be read is told now, and not by refusing every delivery. */
async function openSecrets({ output, cwd }: Context, file: string | undefined): Promise<SecretStore | undefined> {
  if (file === undefined) return undefined
  const store = fileSecretStore(resolve(cwd, file))
  if ((await store.names()).length === 0)
    output.note(`there are no secrets in ${file} yet; \`sallyport hooks ensure\` keeps them there`)
  return store
}

/** A receiver for every provider that has a secret. */
function mountAll(
  { output, env, cwd, config }: Context,
  plan: ReceiverPlan,
  store: SecretStore | undefined,
): Mounted[] {
  const missing: string[] = []
  const mounted = listProviders(config).flatMap((name) => {
    const chosen = chooseProvider(name, config, env)
    if (store !== undefined && (name === 'sonzai' || name === 'invoratec'))
      return [mount(chosen, storedSecrets(store, { provider: chosen.provider }), plan)]
    try {
      const secrets = readSecrets(chosen, undefined, { env, cwd })
      return [
        mount(
          chosen,
          secrets.map(({ source, secret }) => ({ id: source, secret })),
          plan,
        ),
      ]
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
      fix: `Set one of ${missing.map((source) => source.replace('env:', '')).join(', ')}, or say --make-secrets dev.env for development.`,
    })
  }
  if (missing.length > 0) output.note(`not received, for want of a secret: ${missing.join(', ')}`)
  return mounted
}
