import { resolve } from 'node:path'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { toVisible } from 'sallyport/provider'
import type { SallyportConfig } from '../config/config-schema.ts'
import { action, untilStopped, type Context } from '../context.ts'
import { addHelp } from '../help.ts'
import { defaultInbox } from '../inbox/open-store.ts'
import { toExample, toHints } from '../listen/example.ts'
import { createLateInbox } from '../listen/late-inbox.ts'
import { makeSecrets } from '../listen/make-secrets.ts'
import { keepReports } from '../listen/exchange.ts'
import { createForwarder } from '../listen/forward.ts'
import { appTimeoutMs, checkForwarding, largestBody } from '../listen/check-forwarding.ts'
import { forwardUrl } from '../listen/forward-target.ts'
import { mountAll, openSecrets } from '../listen/mount-all.ts'
import { planEvents } from '../listen/plan.ts'
import { printInbox } from '../listen/print-inbox.ts'
import { createPrinter } from '../listen/print-exchanges.ts'
import { describeMounted, printStart } from '../listen/print-start.ts'
import { createRecorder, makeRecordFolder } from '../listen/record.ts'
import { serve } from '../listen/serve.ts'
import { switchOutput } from '../listen/switch-output.ts'
import { hasTerminal } from '../listen/view/terminal.ts'
import type { View } from '../listen/view/start-view.ts'
import { makeOrUndo } from '../make-or-undo.ts'
import { hostOption, listenPort, portOption, timeout, unflaggedOption } from '../options.ts'

/** `sallyport listen`: a ready receiver. */
export function createListenCommand(): CommandUnknownOpts {
  const command = new Command('listen')
    .summary('receive deliveries of every provider')
    .description(
      'Receives at /webhooks/<provider> for every provider that has a secret, stores events in an inbox, and shows each delivery. With --forward-to, an app gets the exact request whatever the verdict, and the sender gets the answer of the app. Payloads are shown only if you ask for them.',
    )
    .addOption(
      new Option(
        '--forward-to <url>',
        'forward to an app; a URL without a path keeps the path of the sender; stores nothing, unless --inbox is given',
      ).argParser(forwardUrl),
    )
    .addOption(
      new Option('--timeout <time>', 'with --forward-to: how long to wait for the app (default: 30s)').argParser(
        timeout,
      ),
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
    .option(
      '--record <folder>',
      'write every delivery whose body can be read to a file that `sallyport verify` and `sallyport send --replay` read',
    )
    .option('--data', 'also show the data of events')
    .option('--plain', 'print lines on a terminal too, instead of the full-screen view')
    .option(
      '--make-secrets <file>',
      'create random secrets for common and for configured providers without one, and store them in this env file',
    )
    .option(
      '--secrets <file>',
      'Sonzai and Invoratec: the secret file of `sallyport webhooks`; rotations apply at once',
    )
    .action(action((context, options) => listen(context, options)))
  return addHelp(command, {
    examples: [
      ['listen --make-secrets dev.env', 'every provider, with development secrets'],
      ['listen --forward-to http://localhost:3000/hooks', 'in front of an app'],
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
  readonly forwardTo?: URL | undefined
  readonly timeout?: number | undefined
  readonly inbox?: string | boolean | undefined
  readonly deploy?: string | undefined
  readonly allowUnflaggedUtf8?: boolean | undefined
  readonly record?: string | undefined
  readonly data?: boolean | undefined
  readonly plain?: boolean | undefined
  readonly makeSecrets?: string | undefined
  readonly secrets?: string | undefined
}

async function listen(context: Context, options: ListenOptions): Promise<undefined> {
  const { env, cwd } = context
  let view: View | undefined
  const output = switchOutput(context.output, () => view)
  const loaded = (await context.loadConfig()).config
  const config = options.allowUnflaggedUtf8 ? withUnflaggedNames(loaded) : loaded
  const { forwardTo } = options
  const port = options.port ?? config.listen?.port ?? listenPort
  const host = options.host ?? config.listen?.host ?? '127.0.0.1'
  if (forwardTo !== undefined) checkForwarding(options, forwardTo, host, port)
  const made =
    options.makeSecrets === undefined ? undefined : await makeSecrets(resolve(cwd, options.makeSecrets), env, config)
  const place = toPlace(options, config)
  const late = place === undefined ? undefined : await createLateInbox(place, { ...context, output })
  const record = options.record === undefined ? undefined : resolve(cwd, options.record)
  const deploy = forwardTo === undefined ? (options.deploy ?? config.listen?.deploy) : undefined
  const plan = planEvents(output, { config, inbox: late?.inbox, cwd, deploy, data: options.data })
  const stopKeeping = keepReports()
  let stopPrinting = (): void => {}
  const stopView = (): void => {
    view?.stop()
    view = undefined
  }
  try {
    const store = await openSecrets(context, options.secrets)
    const { mounted, skipped } = await mountAll(context, plan, { store, isForwarded: forwardTo !== undefined })
    const nameWidth = Math.max(...mounted.map(({ name }) => toVisible(name).length))
    const recorder = record === undefined ? undefined : createRecorder(record)
    const printer = createPrinter(output, { forwardTo, nameWidth, recorder, view: () => view })
    stopPrinting = printInbox(output, nameWidth, plan.labels)
    const forwarder = forwardTo && createForwarder(forwardTo, options.timeout ?? appTimeoutMs)
    const maxBodyBytes = largestBody(config)
    const isRecorded = recorder !== undefined
    const serving = await serve({ host, port, mounted, forwarder, isRecorded, maxBodyBytes, onExchange: printer.show })
    // Only now, with the port taken and the settings checked: a failed start leaves nothing behind.
    await makeOrUndo([
      ...(record === undefined ? [] : [() => makeRecordFolder(record, cwd)]),
      ...(made === undefined ? [] : [made.open]),
      ...(late === undefined ? [] : [late.open]),
      ...(made === undefined ? [] : [made.write]),
    ]).catch(async (error: unknown) => {
      await serving.stop()
      throw error
    })
    const notes = [...(skipped === undefined ? [] : [skipped]), ...(made?.notes(options.makeSecrets!) ?? [])]
    for (const note of notes) output.note(note)
    const stopped = untilStopped()
    printStart(output, { url: serving.url, mounted, forwardTo, inbox: late?.inbox.name })
    if (!output.isJson && !options.plain && hasTerminal(process)) {
      // What a signal does, and a second one ends the process at once.
      const onQuit = (): void => void process.emit('SIGINT', 'SIGINT')
      const { startView } = await import('../listen/view/start-view.ts')
      const example = toExample({ url: serving.url, mounted, config, env, envFile: options.makeSecrets })
      const hints = toHints({ example, rows: describeMounted(serving.url, mounted), notes })
      const data = options.data ?? false
      view = startView({ output: context.output, serving, mounted, hints, forwardTo, data, onQuit })
    }
    await stopped
    stopView()
    await serving.stop()
    await printer.written()
  } finally {
    stopView()
    stopPrinting()
    stopKeeping()
    await late?.stop()
  }
  return undefined
}

/** The configuration with `--allow-unflagged-utf8`. */
function withUnflaggedNames({ providers, ...config }: SallyportConfig): SallyportConfig {
  return { ...config, providers: { ...providers, fleet: { ...providers?.['fleet'], allowUnflaggedUtf8: true } } }
}

/** Where events are stored; `undefined` for nowhere. An app that is forwarded to keeps its own, unless a place is given. */
function toPlace({ inbox, forwardTo }: ListenOptions, config: SallyportConfig): string | undefined {
  if (typeof inbox === 'string') return inbox
  return inbox === false || forwardTo !== undefined ? undefined : (config.inbox ?? defaultInbox)
}
