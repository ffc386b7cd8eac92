import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { toVisible } from 'sallyport/provider'
import { createConfiguredReceivers } from '../console/configured-receivers.ts'
import { serveConsole } from '../console/serve-console.ts'
import { action, untilStopped, type Context } from '../context.ts'
import { addHelp } from '../help.ts'
import { createStoreCommand } from '../inbox/filter-options.ts'
import { defaultInbox, openStore, type StorePlace } from '../inbox/open-store.ts'
import { consolePort, portOption } from '../options.ts'

/** `sallyport console`: the web console over a store. */
export function createConsoleCommand(): CommandUnknownOpts {
  const command = createStoreCommand('console')
    .summary('look at an inbox in the browser')
    .description(
      'Serves the web console over a store, whether or not its server is running: every event and its attempts, failures, replay, discard. Only this computer can reach it, with a link that works once.',
    )
    .addOption(portOption('SALLYPORT_CONSOLE_PORT', consolePort))
    .option('--read-only', 'change nothing: no replay, no discard, no roll back')
    .addOption(
      new Option(
        '--agents <folder>',
        'also show the Fleet agents that are deployed below this folder (default: where `sallyport listen` deploys)',
      ).env('SALLYPORT_DEPLOY'),
    )
    .action(action((context, options) => runConsole(context, options)))
  return addHelp(command, {
    examples: [
      ['console', 'the inbox of this folder'],
      ['console --inbox events.db --read-only', 'look, change nothing'],
      ['console --agents agents', 'with deployed agents'],
    ],
    exits: {
      configuration: 'the configuration is invalid, or packages of the store are not installed',
      unavailable: 'the store is missing, unreachable or locked, or the port is taken',
    },
    notes: [
      'Events are checked again with the secrets that `sallyport listen` would use.',
      'The link works once, in one browser. Run the command again for another one. Ctrl-C stops it cleanly.',
    ],
  })
}

interface ConsoleOptions extends StorePlace {
  readonly port?: number | undefined
  readonly readOnly?: true | undefined
  readonly agents?: string | undefined
}

async function runConsole(context: Context, options: ConsoleOptions): Promise<undefined> {
  const { output, env, cwd } = context
  const { config } = await context.loadConfig()
  const { queue, schema, readOnly = false } = options
  const folder = options.agents ?? config.listen?.deploy
  const agents = folder === undefined ? undefined : resolve(cwd, folder)
  // Checked now, not at each look at an agent.
  const policy = agents === undefined ? undefined : (await import('@sallyport/fleet')).definePolicy(config.policy ?? {})
  const { receivers, notes } = await createConfiguredReceivers(config, { env, cwd })
  const place = options.inbox ?? config.inbox ?? defaultInbox
  const engine = await openStore(place, { cwd, queue, schema, readOnly })
  try {
    const stopped = untilStopped()
    const serving = await serveConsole({
      port: options.port ?? consolePort,
      access: readOnly ? 'view' : 'operate',
      inbox: engine,
      receivers,
      readOnly,
      agents,
      policy,
    })
    try {
      const { name } = engine
      output.result(
        { ok: true, kind: 'console', url: serving.url, inbox: name, readOnly },
        [`Console of ${toVisible(name)}${readOnly ? ', read-only' : ''}`, `  ${serving.url}`].join('\n'),
      )
      for (const note of notes) output.note(note)
      if (agents !== undefined && !existsSync(agents))
        output.note(`folder ${folder} does not exist yet, so there are no agents`)
      await stopped
    } finally {
      await serving.stop()
    }
  } finally {
    await engine.stop({ drainMs: 0 })
  }
  return undefined
}
