import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { CliError } from '../../cli-error.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { createStoreCommand } from '../../inbox/filter-options.ts'
import { findKey } from '../../inbox/find-key.ts'
import { withStore } from '../../inbox/open-store.ts'
import { toRecord } from '../../inbox/present-event.ts'
import { toHistoryLines, toHistoryRecord } from '../../inbox/present-history.ts'
import { indentMore, toLine } from '../../output.ts'
import { toAge } from '../../text/amounts.ts'
import { hang } from '../../text/wrap.ts'

/** `sallyport inbox show`. */
export function createShowCommand(): CommandUnknownOpts {
  const command = createStoreCommand('show')
    .summary('show one event')
    .description(
      'Shows everything about one event: its latest attempts and what they threw, duplicates, headers. The body may be ' +
        'confidential: it is shown only with --body.',
    )
    .argument('<event>', 'id as `inbox list` shows it, the beginning of it, or the key')
    .option('--body', 'also show the body')
    .action(
      action(async (context, name, options) => {
        const { output } = context
        const event = await withStore(context, options, { readOnly: true }, async (engine) =>
          engine.get(await findKey(engine, name)),
        )
        if (event === undefined)
          throw new CliError('no', 'EVENT_MISSING', 'the event has just been removed', {
            fix: 'Run `sallyport inbox list` to see what is there.',
          })
        const { method, url, headers, keyId, remoteAddress, body, history } = event
        const text = Buffer.from(body).toString()
        const record = {
          ...toRecord(event),
          method,
          url,
          headers,
          keyId,
          remoteAddress,
          bodyBytes: body.byteLength,
          body: options.body ? text : undefined,
        }
        const rows = Object.entries(record)
          .filter(([member, value]) => value !== undefined && member !== 'headers' && member !== 'body')
          .map(([member, value]) => hang(member.padEnd(14), `${toLine(value)}${ageOf(member, value)}`, output.columns))
        const lines = headers.map(([header, value]) => hang(`  ${toLine(header)}: `, toLine(value), output.columns, 4))
        const shown = options.body ? ['body', `  ${indentMore(text)}`] : []
        const past = history && toHistoryLines(output, history)
        output.result(
          { ok: true, ...record, history: history && toHistoryRecord(history) },
          [...rows, ...(past ?? []), 'headers', ...lines, ...shown].join('\n'),
        )
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [['inbox show 5f2cd1e7 --body', 'with its body']],
    exits: { no: 'there is no such event', unavailable: 'the store is missing or unreachable' },
  })
}

/** How long ago a time was, to read beside it. */
function ageOf(member: string, value: unknown): string {
  return member.endsWith('At') && typeof value === 'string' ? ` (${toAge(Date.parse(value))})` : ''
}
