import { buffer } from 'node:stream/consumers'
import { toHeaderList } from 'sallyport/provider'
import { diagnose, type Diagnosis } from 'sallyport/diagnose'
import { Command, Option } from 'commander'
import { chooseProvider, readSecrets } from '../choose-provider.ts'
import { action, type Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { parseHttpFile } from '../http-file/parse-http-file.ts'
import { moment, secretOption, wholeNumber } from '../options.ts'
import { toLine, type Output } from '../output.ts'
import { readNamedFile } from '../read-named-file.ts'
import { teach } from '../teach.ts'

interface VerifyOptions {
  readonly request: string
  readonly secret?: string[]
  readonly at?: number
  readonly tolerance?: number
  readonly ignoreAge?: true
}

const longestAgeMs = 1e15

/** `sallyport verify`: whether a captured request verifies, and why not. */
export function createVerifyCommand(): Command {
  const command = new Command('verify')
    .summary('say whether a captured request verifies, and if not why')
    .description(
      'Says whether a captured request verifies, and if not why: it tells a body that was altered on its way from a wrong secret, finds what was changed, and says what to do about it. Nothing secret is printed.',
    )
    .argument('<provider>', 'sonzai, invoratec, fleet, github, stripe, standard-webhooks, or one of the configuration')
    .requiredOption('--request <file>', 'the request: request line, headers, empty line, exact body; - is stdin')
    .addOption(secretOption())
    .addOption(
      new Option('--at <time>', 'when the request arrived (default: what the file says, else now)').argParser(moment),
    )
    .addOption(
      new Option('--tolerance <seconds>', 'how far the signed time may lie from that').argParser(wholeNumber(1, 1e9)),
    )
    .option('--ignore-age', 'judge everything but the age')
    .action(action(verify))
  return teach(command, {
    examples: [
      ['verify sonzai --request delivery.http', 'with SONZAI_WEBHOOK_SECRET'],
      ['verify stripe --secret file:stripe.key --request -', 'a request from stdin'],
      ['verify github --request old.http --ignore-age', 'a request of last week'],
    ],
    exits: {
      no: 'it does not verify, or the file holds no request',
      configuration: 'the secret is missing',
      unavailable: 'the file cannot be read',
    },
    notes: [
      'A request file, as `sallyport listen --record` writes it:\n\n  # received-at: 2026-04-12T08:00:00.000Z\n  POST /webhooks/sonzai HTTP/1.1\n  Content-Type: application/json\n  Sonzai-Signature: t=…,v1=…\n\n  {"event_type":"on_wakeup_ready", …}',
    ],
  })
}

async function verify(
  { output, env, cwd, config }: Context,
  options: VerifyOptions,
  name: string,
): Promise<ExitName | undefined> {
  const chosen = chooseProvider(name, config, env)
  const secrets = readSecrets(chosen, options.secret, { env, cwd })
  const { request: file } = options
  const bytes = file === '-' ? await buffer(process.stdin) : await readNamedFile(cwd, file, '--request')
  const { headers, notes, receivedAt = Date.now(), ...request } = parseHttpFile(bytes)
  const delivery = { ...request, headers: toHeaderList(headers), receivedAt: options.at ?? receivedAt, secure: true }
  const diagnosis = diagnose(chosen.provider, delivery, {
    secret: secrets.map(({ source, secret }) => ({ id: source, secret })),
    toleranceMs: options.ignoreAge
      ? longestAgeMs
      : options.tolerance === undefined
        ? chosen.settings.toleranceMs
        : options.tolerance * 1000,
  })
  const { ok, findings, signedAt, ...rest } = diagnosis
  const time = signedAt === undefined ? undefined : { signedAt: new Date(signedAt).toISOString() }
  output.result({ ok, provider: name, ...rest, ...time, findings, notes }, describe(output, name, diagnosis, notes))
  return ok ? undefined : 'no'
}

function describe(output: Output, name: string, diagnosis: Diagnosis, notes: readonly string[]): string {
  const { ok, code, keyId, type, signedAt, findings } = diagnosis
  const facts = [
    name,
    ...(type === undefined ? [] : [toLine(type)]),
    ...(signedAt === undefined ? [] : [`signed ${new Date(signedAt).toISOString()}`]),
    ...(keyId === undefined ? [] : [`with ${keyId}`]),
  ].join(' · ')
  const head = ok
    ? `${output.style('green', '✓ verifies')}  ${facts}`
    : `${output.style('red', '✗ does not verify')}  ${name} · ${code}`
  const lines = findings.flatMap(({ certainty, title, detail, fix }) => [
    `  ${output.style('bold', certainty.padEnd(9))} ${title}${detail === undefined ? '' : `: ${toLine(detail)}`}`,
    `  ${''.padEnd(9)} ${fix}`,
  ])
  return [head, ...lines, ...notes.map((note) => `  ${'note'.padEnd(9)} ${note}`)].join('\n')
}
