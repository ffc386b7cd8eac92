import { buffer } from 'node:stream/consumers'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Delivery, SecretEntry } from 'sallyport'
import { diagnose, type Diagnosis } from 'sallyport/diagnose'
import { toHeaderList, toVisible } from 'sallyport/provider'
import { chooseProvider, providerArgument, readSecrets } from '../choose-provider.ts'
import type { FoundSecret } from '../config/secret-reference.ts'
import { action } from '../context.ts'
import { addHelp } from '../help.ts'
import { findLeftOut, parseHttpFile } from '../http-file.ts'
import { findOtherSecrets } from '../other-secrets.ts'
import { collect, moment, secretOption, wholeNumber } from '../options.ts'
import { toLine, type Output } from '../output.ts'
import { readNamedFile } from '../read-named-file.ts'
import { hang } from '../text/wrap.ts'

const longestAgeMs = 1e15

/** `sallyport verify`: whether a captured request verifies, and why not. */
export function createVerifyCommand(): CommandUnknownOpts {
  const command = new Command('verify')
    .summary('explain whether a captured request verifies')
    .description(
      'Explains whether a captured request verifies. If not, it says why, how certain that is, and how to fix it. It searches for small edits, for some seconds at most. Secrets are never printed.',
    )
    .addArgument(providerArgument('<provider>'))
    .requiredOption('--request <file>', 'the request: request line, headers, empty line, exact body; - for stdin')
    .addOption(
      new Option(
        '--also <file>',
        'another request of the same endpoint: if it verifies, the secret is right; repeatable',
      ).argParser(collect),
    )
    .addOption(secretOption())
    .addOption(
      new Option('--at <time>', 'when the request arrived (default: the time in the file, else now)').argParser(moment),
    )
    .addOption(
      new Option('--tolerance <seconds>', 'how far the signed time may differ from that').argParser(
        wholeNumber(1, 1e9),
      ),
    )
    .option('--ignore-age', 'check everything but the age')
    .action(
      action(async ({ output, env, cwd, loadConfig }, name, options) => {
        const { config } = await loadConfig()
        const chosen = await chooseProvider(name, config, env)
        const secrets = readSecrets(chosen, options.secret, { env, cwd })
        const { request: file, tolerance } = options
        const now = Date.now()
        const bytes = file === '-' ? await buffer(process.stdin) : await readNamedFile(cwd, file, '--request')
        const { notes, delivery: arrived } = toDelivery(bytes, now, chosen.provider.scheme.secretHeaders)
        const delivery = { ...arrived, receivedAt: options.at ?? arrived.receivedAt }
        const also = (options.also ?? []).map(async (path) => {
          const request = toDelivery(await readNamedFile(cwd, path, '--also'), now, [])
          return request.delivery
        })
        const configuredMs = tolerance === undefined ? chosen.settings.toleranceMs : tolerance * 1000
        output.progress('looking for the cause; this may take some seconds')
        const diagnosis = await diagnose(chosen.provider, delivery, {
          secret: secrets.map(toEntry),
          otherSecrets: findOtherSecrets(secrets, config, { env, cwd }).map(toEntry),
          also: await Promise.all(also),
          toleranceMs: options.ignoreAge ? longestAgeMs : configuredMs,
        })
        const { ok, findings, signedAt, ...rest } = diagnosis
        output.result(
          { ok, provider: name, ...rest, signedAt: toTime(signedAt), findings, notes },
          describe(output, name, diagnosis, notes),
        )
        return ok ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['verify sonzai --request delivery.http', 'with SONZAI_WEBHOOK_SECRET'],
      ['verify stripe --secret file:stripe.key --request -', 'a request from stdin'],
      ['verify github --request old.http --ignore-age', "last week's request"],
      ['verify stripe --request bad.http --also good.http', 'tell an altered body from a wrong secret'],
    ],
    exits: {
      no: 'the request does not verify, or the file is not a request',
      configuration: 'the secret is missing',
      unavailable: 'a file cannot be read',
    },
    notes: [
      'A request file, as `sallyport listen --record` writes it:\n\n  # received-at: 2026-04-12T08:00:00.000Z\n  POST /webhooks/sonzai HTTP/1.1\n  Content-Type: application/json\n  Sonzai-Signature: t=…,v1=…\n\n  {"event_type":"on_wakeup_ready", …}',
    ],
  })
}

const toEntry = ({ source, secret }: FoundSecret): SecretEntry => ({ id: source, secret })

/** @param proving names of what proves the sender */
function toDelivery(
  bytes: Buffer,
  now: number,
  proving: readonly string[],
): { delivery: Delivery; notes: readonly string[] } {
  const parsed = parseHttpFile(bytes)
  const { headers, notes, receivedAt = now, ...request } = parsed
  const isProving = (name: string): boolean => proving.some((one) => one.toLowerCase() === name.toLowerCase())
  const missing = findLeftOut(parsed).filter(isProving)
  return {
    delivery: { ...request, headers: toHeaderList(headers), receivedAt, secure: true },
    notes: missing.length === 0 ? notes : [...notes, explainLeftOut(missing)],
  }
}

const explainLeftOut = (names: readonly string[]): string =>
  `${names.join(', ')} is [redacted] in the file, as the console writes it, so nothing can be verified here; ` +
  'the page of the event checks what is stored, and send --replay <file> --sign signs it again'

const toTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString()

function describe(output: Output, name: string, diagnosis: Diagnosis, notes: readonly string[]): string {
  const { ok, code, keyId, type, signedAt, findings } = diagnosis
  const facts = [
    toLine(name),
    ...(type === undefined ? [] : [toLine(type)]),
    ...(signedAt === undefined ? [] : [`signed ${toTime(signedAt)}`]),
    ...(keyId === undefined ? [] : [`with ${toLine(keyId)}`]),
  ].join(' · ')
  const head = ok
    ? `${output.style('green', '✓ verifies')}  ${facts}`
    : `${output.style('red', '✗ does not verify')}  ${toLine(name)} · ${code}`
  const entry = (label: string, text: string): string => hang(`  ${label} `, text, output.columns)
  const lines = findings.flatMap(({ certainty, title, detail, fix }) => [
    entry(output.style('bold', certainty.padEnd(9)), detail === undefined ? title : `${title}: ${toLine(detail)}`),
    entry(''.padEnd(9), toVisible(fix)),
  ])
  return [head, ...lines, ...notes.map((note) => entry('note'.padEnd(9), toVisible(note)))].join('\n')
}
