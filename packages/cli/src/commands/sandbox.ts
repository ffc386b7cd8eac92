import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { createSandbox, faultKinds } from '@sallyport/sandbox'
import { action, untilStopped } from '../context.ts'
import { addHelp } from '../help.ts'
import { collect, hostOption, portOption, wholeNumber } from '../options.ts'
import { readSandboxFault } from '../send/faults.ts'
import { sandboxPort } from '../sandbox/call-sandbox.ts'
import { createTriggerCommand } from './sandbox/trigger.ts'

/** `sallyport sandbox`: the platforms on localhost. */
export function createSandboxCommand(): CommandUnknownOpts {
  const command = new Command('sandbox')
    .summary('run Sonzai, LangSmith and Invoratec on this computer')
    .description(
      'Runs Sonzai, LangSmith with Fleet, and Invoratec on this computer: their management APIs, web pages to register webhooks and trigger events, deliveries signed as the platforms sign them, retries, and faults on demand.',
    )
    .addCommand(createTriggerCommand())
    .addOption(portOption('SALLYPORT_SANDBOX_PORT', sandboxPort))
    .addOption(hostOption('SALLYPORT_SANDBOX_HOST'))
    .addOption(new Option('--allow-host <name>', 'also answer to this host name; repeatable').argParser(collect))
    .option('--state <file>', 'keep all state in this file, secrets included (default: in memory)')
    .option('--agents <folder>', 'folder with one subfolder per agent, for Fleet and for the Context Hub of LangSmith')
    .option('--skills <folder>', 'folder with one subfolder per skill, for the Context Hub of LangSmith')
    .addOption(
      new Option('--fault <name[:probability[:ms]]>', 'fault to inject into deliveries; repeatable').argParser(
        readSandboxFault,
      ),
    )
    .addOption(new Option('--seed <number>', 'random seed for faults').argParser(wholeNumber(0, 2 ** 32 - 1)))
    .action(
      action(async ({ output, cwd, loadConfig }, options) => {
        const { agents, skills, fault, allowHost, seed } = options
        const configured = async () => (await loadConfig()).config.sandbox
        const state = options.state ?? (await configured())?.state
        const sandbox = await createSandbox({
          port: options.port ?? (await configured())?.port ?? sandboxPort,
          host: options.host ?? (await configured())?.host ?? '127.0.0.1',
          faults: fault,
          allowedHosts: allowHost,
          state: state === undefined ? undefined : resolve(cwd, state),
          agents: agents === undefined ? undefined : resolve(cwd, agents),
          skills: skills === undefined ? undefined : resolve(cwd, skills),
          seed,
          onError: (error) => output.note(`sandbox: ${error instanceof Error ? error.message : 'failed'}`),
        })
        try {
          const stopped = untilStopped()
          const { url } = sandbox
          // The keys are public: no real platform accepts them.
          const platforms = (['sonzai', 'fleet', 'langsmith', 'invoratec'] as const).map((name) => ({
            platform: name,
            baseUrl: sandbox[name].url,
            apiKey: sandbox[name].apiKey,
          }))
          const rows = platforms.map(
            ({ platform, baseUrl, apiKey }) => `  ${platform.padEnd(10)} ${baseUrl}  key ${apiKey}`,
          )
          output.result({ ok: true, kind: 'sandbox', url, platforms }, [`Pages at ${url}`, ...rows].join('\n'))
          if (agents !== undefined && !existsSync(resolve(cwd, agents)))
            output.note(`folder ${agents} does not exist yet, so Fleet has no agents`)
          if (skills !== undefined && !existsSync(resolve(cwd, skills)))
            output.note(`folder ${skills} does not exist yet, so LangSmith has no skills`)
          await stopped
        } finally {
          await sandbox.stop()
        }
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      ['sandbox', 'everything in memory'],
      ['sandbox --state sandbox.json --agents agents', 'keep state, and publish agents'],
      ['sandbox trigger sonzai on_wakeup_ready', 'trigger an event at the running sandbox'],
      ['sandbox --fault duplicate:0.1 --fault corrupt:0.05 --seed 1', 'the same bad day every time'],
    ],
    exits: {
      configuration: 'an option is invalid',
      unavailable: 'the port is taken, or the state file cannot be used',
    },
    notes: [
      `Faults: ${faultKinds.join(', ')}`,
      'Ctrl-C stops it cleanly. With --state, pending deliveries are sent at the next start.',
    ],
  })
}
