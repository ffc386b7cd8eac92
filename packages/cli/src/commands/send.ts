import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { providerArgument } from '../choose-provider.ts'
import { addHelp } from '../help.ts'
import { action } from '../context.ts'
import { httpUrl, listenPort, secretOption, timeout, wholeNumber } from '../options.ts'
import { readSendFault, sendFaults } from '../send/faults.ts'
import { send } from '../send/send.ts'

/** `sallyport send`: signed deliveries. */
export function createSendCommand(): CommandUnknownOpts {
  const command = new Command('send')
    .summary('send signed deliveries, any number, with faults on demand')
    .description(
      'Sends deliveries signed as the provider signs them, from fixtures or from a file, and counts the answers. Genuine ones should be answered with 2xx, forged ones with 4xx. An endpoint that accepts a forged one is reported. On a terminal it asks for what you leave out.',
    )
    .addArgument(providerArgument('[provider]'))
    .argument('[event]', 'event type, such as on_wakeup_ready; for fleet the name of the webhook')
    .addOption(
      new Option(
        '--to <url>',
        `URL of the endpoint; without a path, /webhooks/<provider> is added (default: where \`sallyport listen\` listens, http://127.0.0.1:${listenPort})`,
      )
        .env('SALLYPORT_TO')
        .argParser(httpUrl),
    )
    .option('--data <file>', 'the body, sent byte for byte (default: a realistic fixture of the event)')
    .option('--replay <file...>', 'send recorded requests as they were; all words up to the next option are files')
    .option('--sign', 'with --replay: sign them again, with a new time and the same event id')
    .addOption(
      new Option('--times <number>', 'number of deliveries; with --replay, of each file')
        .argParser(wholeNumber(1, 1e7))
        .default(1),
    )
    .addOption(
      new Option('--concurrency <number>', 'deliveries in flight at once').argParser(wholeNumber(1, 1000)).default(1),
    )
    .addOption(new Option('--fault <name[:probability[:ms]]>', 'fault to inject; repeatable').argParser(readSendFault))
    .addOption(
      new Option('--seed <number>', 'random seed for faults').argParser(wholeNumber(0, 2 ** 32 - 1)).default(1),
    )
    .addOption(
      new Option('--timeout <time>', 'how long to wait for an answer: 5s, 2m')
        .argParser(timeout)
        .default(30_000, '30s'),
    )
    .addOption(secretOption())
    .action(action((context, name, event, options) => send(context, { name, event, ...options })))
  const known = Object.entries(sendFaults).map(
    ([kind, { what, answer }]) => `  ${kind.padEnd(16)} ${what}${answer === 'refuse' ? '; expects 4xx' : ''}`,
  )
  return addHelp(command, {
    examples: [
      ['send sonzai on_wakeup_ready', 'one delivery, to sallyport listen'],
      ['send sonzai', 'choose the event'],
      ['send sonzai on_wakeup_ready --to http://localhost:3000/hooks', 'to your app'],
      ['send --replay captures/*.http --to http://localhost:3000/hooks', 'what was recorded, as it was'],
      ['send --sign --replay old.http', 'signed again, so that its age does not matter'],
      ['send invoratec alert.triggered --times 1000 --concurrency 20', 'many deliveries'],
      ['send stripe invoice.paid --times 50 --fault corrupt:0.5', 'alter half of them'],
    ],
    exits: {
      no: 'a genuine delivery was rejected, a forged one accepted, a request file is invalid, or sending was stopped early',
      configuration: 'the secret is missing, or nothing can sign for the provider',
      unavailable: 'the endpoint is unreachable, or the file cannot be read',
    },
    notes: [
      `Faults:\n${known.join('\n')}`,
      'Ctrl-C stops sending, waits for open answers and prints the counts. A second Ctrl-C ends at once.',
    ],
  })
}
