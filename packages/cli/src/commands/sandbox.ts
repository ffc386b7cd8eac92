import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSandbox, faultKinds, parseFault, type Fault } from '@sallyport/sandbox'
import { SallyportError } from 'sallyport'
import { Command, InvalidArgumentError, Option } from 'commander'
import { action, type Context } from '../context.ts'
import { collect, hostOption, portOption, wholeNumber } from '../options.ts'
import { didYouMean } from '../suggest.ts'
import { teach } from '../teach.ts'
import { untilStopped } from '../until-stopped.ts'

interface SandboxOptions {
  readonly port?: number
  readonly host?: string
  readonly allowHost?: string[]
  readonly state?: string
  readonly agents?: string
  readonly fault?: Fault[]
  readonly seed?: number
}

const defaultPort = 4400

/** `sallyport sandbox`: the three platforms on localhost. */
export function createSandboxCommand(): Command {
  const command = new Command('sandbox')
    .summary('run Sonzai, Fleet and Invoratec on this computer')
    .description(
      'Runs the three platforms on this computer: their management APIs, pages where a person subscribes and triggers events, deliveries signed as the platforms sign them, retries, and faults on demand.',
    )
    .addOption(portOption('SALLYPORT_SANDBOX_PORT', defaultPort))
    .addOption(hostOption('SALLYPORT_SANDBOX_HOST'))
    .addOption(new Option('--allow-host <name>', 'answer to this host name, too; may be repeated').argParser(collect))
    .option('--state <file>', 'keep everything in this file, secrets included (default: memory)')
    .option('--agents <folder>', "folder whose folders are Fleet's agents")
    .addOption(
      new Option('--fault <name[:probability[:ms]]>', 'what befalls deliveries; may be repeated').argParser(readFault),
    )
    .addOption(
      new Option('--seed <number>', 'which deliveries the faults befall').argParser(wholeNumber(0, 2 ** 32 - 1)),
    )
    .action(action(runSandbox))
  return teach(command, {
    examples: [
      ['sandbox', 'everything in memory'],
      ['sandbox --state sandbox.json --agents agents', 'kept, with agents to publish'],
      ['sandbox --fault duplicate:0.1 --fault corrupt:0.05 --seed 1', 'a bad day, every time the same'],
    ],
    exits: {
      configuration: 'an option is invalid',
      unavailable: 'the port is taken, or the state cannot be used',
    },
    notes: [
      `Faults: ${faultKinds.join(', ')}`,
      'Ctrl-C ends it in order. With --state, what is not delivered yet is delivered next time.',
    ],
  })
}

function readFault(text: string, before: readonly Fault[] = []): Fault[] {
  try {
    return [...before, parseFault(text)]
  } catch (error) {
    if (!SallyportError.is(error)) throw error
    const [name = ''] = text.split(':', 1)
    const isKnown = (faultKinds as readonly string[]).includes(name)
    throw new InvalidArgumentError(
      isKnown ? error.message : `There is no fault "${name}". ${didYouMean(name, faultKinds)}`,
    )
  }
}

async function runSandbox({ output, cwd, config }: Context, options: SandboxOptions): Promise<undefined> {
  const state = options.state ?? config.sandbox?.state
  const sandbox = await createSandbox({
    port: options.port ?? config.sandbox?.port ?? defaultPort,
    host: options.host ?? config.sandbox?.host ?? '127.0.0.1',
    faults: options.fault ?? [],
    allowedHosts: options.allowHost ?? [],
    ...(state === undefined ? undefined : { state: resolve(cwd, state) }),
    ...(options.agents === undefined ? undefined : { agents: resolve(cwd, options.agents) }),
    ...(options.seed === undefined ? undefined : { seed: options.seed }),
    onError: (error) => output.note(`sandbox: ${error instanceof Error ? error.message : 'failed'}`),
  })
  try {
    const stopped = untilStopped()
    const { url } = sandbox
    // Keys of a platform that is none: everybody may know them.
    const platforms = (['sonzai', 'fleet', 'invoratec'] as const).map((name) => ({
      platform: name,
      baseUrl: sandbox[name].url,
      apiKey: sandbox[name].apiKey,
    }))
    const rows = platforms.map(({ platform, baseUrl, apiKey }) => `  ${platform.padEnd(10)} ${baseUrl}  key ${apiKey}`)
    output.result({ ok: true, kind: 'sandbox', url, platforms }, [`Pages at ${url}`, ...rows].join('\n'))
    if (options.agents !== undefined && !existsSync(resolve(cwd, options.agents)))
      output.note(`there is no folder ${options.agents} yet: Fleet has no agents`)
    await stopped
  } finally {
    await sandbox.stop()
  }
  return undefined
}
