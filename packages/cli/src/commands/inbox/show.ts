import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { action, type Context } from '../../context.ts'
import { addStoreOptions, type InboxOptions } from '../../inbox/filter-options.ts'
import { toRecord } from '../../inbox/present-event.ts'
import { findKey } from '../../inbox/find-key.ts'
import { withStore } from '../../inbox/with-store.ts'
import { toLine } from '../../output.ts'
import { teach } from '../../teach.ts'

interface ShowOptions extends InboxOptions {
  readonly body?: true
}

/** `sallyport inbox show`. */
export function createShowCommand(): Command {
  const command = addStoreOptions(new Command('show'))
    .summary('show one event')
    .description(
      'Shows everything about one event. Its body only when asked for: it is what the sender meant for your handlers.',
    )
    .argument('<event>', 'id of the event as `inbox list` shows it, the beginning of it, or its key')
    .option('--body', 'show the body, too')
    .action(action(show))
  return teach(command, {
    examples: [['inbox show 5f2cd1e7 --body', 'with its body']],
    exits: { no: 'there is no such event', unavailable: 'the store is not there or cannot be reached' },
  })
}

async function show(context: Context, options: ShowOptions, name: string): Promise<undefined> {
  const { output } = context
  const event = await withStore(context, options, true, async (engine) => engine.get(await findKey(engine, name)))
  if (event === undefined) throw new CliError('no', 'EVENT_MISSING', 'the event was removed just now')
  const { method, url, headers, keyId, remoteAddress, body } = event
  const text = Buffer.from(body).toString()
  const record = {
    ...toRecord(event),
    method,
    url,
    headers,
    keyId,
    remoteAddress,
    bodyBytes: body.byteLength,
    ...(options.body ? { body: text } : undefined),
  }
  const rows = Object.entries(record)
    .filter(([member, value]) => value !== undefined && member !== 'headers' && member !== 'body')
    .map(([member, value]) => `${member.padEnd(13)} ${toLine(value)}`)
  const lines = headers.map(([header, value]) => `  ${toLine(header)}: ${toLine(value)}`)
  const shown = options.body ? ['', output.isJson ? text : visible(text)] : []
  output.result({ ok: true, ...record }, [...rows, 'headers', ...lines, ...shown].join('\n'))
  return undefined
}

// Lines stay lines; nothing else may steer the terminal.
function visible(text: string): string {
  return text.replaceAll(/[^\P{C}\n]/gu, ' ')
}
