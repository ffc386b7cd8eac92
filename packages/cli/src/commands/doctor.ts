import { Command, Option } from 'commander'
import { chooseProvider, listProviders } from '../choose-provider.ts'
import { action, type Context } from '../context.ts'
import { checkClock } from '../doctor/check-clock.ts'
import { checkInbox } from '../doctor/check-inbox.ts'
import { checkProvider } from '../doctor/check-provider.ts'
import { error, ok, type Finding } from '../doctor/check.ts'
import type { ExitName } from '../exit-codes.ts'
import { defaultInbox } from '../inbox/open-store.ts'
import { httpUrl, timeout } from '../options.ts'
import { toLine, type Output } from '../output.ts'
import { teach } from '../teach.ts'

interface DoctorOptions {
  readonly inbox?: string
  readonly clock?: URL
  readonly strict?: true
  readonly timeout: number
}

/** `sallyport doctor`: what is wrong with a configuration. */
export function createDoctorCommand(): Command {
  const command = new Command('doctor')
    .summary('check secrets, limits, HTTPS, clock and inbox')
    .description(
      'Checks what a receiver depends on: secrets (present, well-formed, long enough, not readable by others), tolerance, replay protection, limits, HTTPS, the clock, and that the inbox survives what it promises. Nothing secret is printed.',
    )
    .addOption(
      new Option('--inbox <place>', 'the inbox (default: the configured one, else .sallyport/inbox.db)').env(
        'SALLYPORT_INBOX',
      ),
    )
    .addOption(new Option('--clock <url>', 'compare the clock with this server').argParser(httpUrl))
    .addOption(
      new Option('--timeout <span>', 'how long to wait for that server').argParser(timeout).default(5_000, '5s'),
    )
    .option('--strict', 'warnings count as errors')
    .action(action(doctor))
  return teach(command, {
    examples: [
      ['doctor', 'what is configured here'],
      ['doctor --strict --clock https://api.example.com', 'before a release'],
    ],
    exits: {
      no: 'there is an error (with --strict: or a warning)',
      configuration: 'the configuration cannot be loaded',
    },
  })
}

async function doctor(
  { output, env, cwd, config, loaded }: Context,
  options: DoctorOptions,
): Promise<ExitName | undefined> {
  const providers = listProviders(config).flatMap((name) => {
    const isConfigured = config.providers !== undefined && Object.hasOwn(config.providers, name)
    return checkProvider(chooseProvider(name, config, env), { env, cwd }, isConfigured)
  })
  const findings: Finding[] = [
    ...(providers.length > 0
      ? providers
      : [
          error(
            'secret-present',
            'providers',
            'no provider has a secret',
            'Set a variable such as SONZAI_WEBHOOK_SECRET, or configure providers.',
          ),
        ]),
    ...checkNode(),
    ...(await checkInbox(options.inbox ?? config.inbox ?? defaultInbox, cwd)),
    ...(options.clock === undefined ? [] : [await checkClock(options.clock.href, options.timeout)]),
  ]
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length
  const isWell = count('error') === 0 && !(options.strict && count('warning') > 0)
  const summary = `${count('error')} errors, ${count('warning')} warnings`
  const configuration = loaded.path === undefined ? 'no configuration file' : loaded.path
  const text = [
    configuration,
    ...findings.map((finding) => describe(output, finding)),
    output.style(isWell ? 'green' : 'red', summary),
  ]
  output.result({ ok: isWell, errors: count('error'), warnings: count('warning'), findings }, text.join('\n'))
  return isWell ? undefined : 'no'
}

function checkNode(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isOld = major < 22 || (major === 22 && minor < 18)
  const message = `Node ${process.versions.node}`
  return [isOld ? error('node', 'node', message, 'Use Node 22.18 or newer.') : ok('node', 'node', message)]
}

const signs = { ok: ['green', '✓'], warning: ['yellow', '!'], error: ['red', '✗'] } as const

function describe(output: Output, { severity, check, subject, message, fix }: Finding): string {
  const [style, sign] = signs[severity]
  const line = `${output.style(style, sign)} ${subject.padEnd(18)} ${check.padEnd(17)} ${toLine(message)}`
  return fix === undefined ? line : `${line}\n  ${''.padEnd(36)} ${fix}`
}
