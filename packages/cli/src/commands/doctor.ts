import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { listProviders, lookUpProvider } from '../choose-provider.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { action } from '../context.ts'
import { checkClock } from '../doctor/check-clock.ts'
import { checkInbox } from '../doctor/check-inbox.ts'
import { checkProvider } from '../doctor/check-provider.ts'
import { checkShared, checkStored } from '../doctor/check-rotation.ts'
import { error, ok, type Finding } from '../doctor/check.ts'
import { addHelp } from '../help.ts'
import { defaultInbox } from '../inbox/open-store.ts'
import { httpUrl, timeout } from '../options.ts'
import { toLine, type Output } from '../output.ts'
import { counted } from '../text/amounts.ts'
import { hang } from '../text/wrap.ts'
import { readAllSecrets } from '../other-secrets.ts'
import { describeFiles } from '../variables.ts'
import { defaultStore } from '../webhooks/connect.ts'

/** `sallyport doctor`: problems of a configuration. */
export function createDoctorCommand(): CommandUnknownOpts {
  const command = new Command('doctor')
    .summary('check secrets, limits, HTTPS, clock and inbox')
    .description(
      'Checks what a receiver depends on: secrets (present, well-formed, long enough, not old, shared, readable by other accounts, or API keys), tolerance, replay protection, limits, HTTPS, the clock, and the durability of the inbox. Secrets are never printed.',
    )
    .addOption(
      new Option('--inbox <place>', 'the inbox (default: the configured one, else .sallyport/inbox.db)').env(
        'SALLYPORT_INBOX',
      ),
    )
    .addOption(new Option('--clock <url>', "compare the clock with this server's").argParser(httpUrl))
    .addOption(
      new Option('--timeout <time>', 'how long to wait for that server: 5s, 2m')
        .argParser(timeout)
        .default(5_000, '5s'),
    )
    .option('--strict', 'treat warnings as errors')
    .action(
      action(async ({ output, env, cwd, loadConfig }, options) => {
        const { config, path } = await loadConfig()
        const checks = listProviders(config).map((name) => {
          const isConfigured = config.providers !== undefined && Object.hasOwn(config.providers, name)
          return checkProvider(lookUpProvider(name, config, env), { env, cwd }, isConfigured)
        })
        const providers = (await Promise.all(checks)).flat()
        const findings: Finding[] = [
          ...(providers.length > 0 ? providers : [noSecret(env)]),
          ...checkShared(readAllSecrets(config, { env, cwd })),
          ...(await checkStores(config, cwd)),
          ...checkNode(),
          ...(await checkInbox(options.inbox ?? config.inbox ?? defaultInbox, cwd)),
          ...(options.clock === undefined ? [] : [await checkClock(options.clock.href, options.timeout)]),
        ]
        const count = (severity: Finding['severity']): number =>
          findings.filter((finding) => finding.severity === severity).length
        const [errors, warnings] = [count('error'), count('warning')]
        const isWell = errors === 0 && !(options.strict && warnings > 0)
        const text = [
          path === undefined ? 'no configuration file' : toLine(path),
          ...findings.map((finding) => describe(output, finding)),
          output.style(isWell ? 'green' : 'red', `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`),
        ]
        output.result({ ok: isWell, errors, warnings, findings }, text.join('\n'))
        return isWell ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['doctor', 'check what is configured here'],
      ['doctor --strict --clock https://api.example.com', 'before a release'],
    ],
    exits: {
      no: 'there is an error (with --strict: or a warning)',
      configuration: 'the configuration is invalid',
      unavailable: 'a file cannot be read',
    },
  })
}

const noSecret = (env: NodeJS.ProcessEnv): Finding =>
  error(
    'secret-present',
    'providers',
    'no provider has a secret',
    `${describeFiles(env)}Set a variable such as SONZAI_WEBHOOK_SECRET, or configure providers.`,
  )

/** Checks the files of `sallyport webhooks`: the configured ones, else the usual one. */
async function checkStores({ platforms = {} }: SallyportConfig, cwd: string): Promise<Finding[]> {
  const files = [platforms.sonzai, platforms.invoratec].map((platform) => platform?.secrets ?? defaultStore)
  const found = [...new Set(files)].map((file) => checkStored(file, cwd, Date.now()))
  return (await Promise.all(found)).flat()
}

function checkNode(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isOld = major < 22 || (major === 22 && minor < 18)
  const message = `Node ${process.versions.node}`
  return [isOld ? error('node', 'node', message, 'Use Node 22.18 or newer.') : ok('node', 'node', message)]
}

const signs = { ok: ['green', '✓'], skipped: ['dim', '-'], warning: ['yellow', '!'], error: ['red', '✗'] } as const

function describe(output: Output, { severity, check, subject, message, fix }: Finding): string {
  const [style, sign] = signs[severity]
  const label = `${output.style(style, sign)} ${toLine(subject).padEnd(18)} ${check.padEnd(17)} `
  const text = [message, ...(fix === undefined ? [] : [fix])].map((line) => toLine(line)).join('\n')
  return hang(label, text, output.columns)
}
