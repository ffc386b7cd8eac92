import { toVisible } from 'sallyport/provider'
import type { Output } from '../output.ts'
import { describeExchange, toRecord } from './describe-exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Recorder } from './record.ts'

const unread = 'the body could not be read'

/** Takes exchanges as they end. */
export interface ExchangeSink {
  readonly show: (exchange: Exchange) => void
  /** Resolves when every file is written. */
  readonly written: () => Promise<void>
}

/** How exchanges are shown. */
export interface PrinterOptions {
  readonly forwardTo: URL | undefined
  readonly nameWidth: number
  readonly recorder: Recorder | undefined
  /** Shows exchanges instead of printing them. */
  readonly view: () => { add(exchange: Exchange): void } | undefined
}

/** Prints a line per exchange, and keeps it in a file if it is recorded. */
export function createPrinter(output: Output, { forwardTo, nameWidth, recorder, view }: PrinterOptions): ExchangeSink {
  const saving = new Set<Promise<void>>()

  async function save(exchange: Exchange, { save: write }: Recorder): Promise<void> {
    try {
      const path = await write(exchange)
      if (path !== undefined)
        output.result({ ok: true, kind: 'recorded', path }, `          recorded in ${toVisible(path)}`)
      else output.result({ ok: false, kind: 'unrecorded', reason: unread }, `          not recorded: ${unread}`)
    } catch (error) {
      const { code = 'EIO' } = error as NodeJS.ErrnoException
      output.note(`--record: a delivery was not recorded (${code})`)
    }
  }

  return {
    show(exchange) {
      const shown = view()
      if (shown) shown.add(exchange)
      else {
        const text = describeExchange(output, exchange, { isForwarded: forwardTo !== undefined, nameWidth })
        output.result(toRecord(exchange, forwardTo), text)
      }
      if (recorder === undefined || exchange.isResent) return
      const work = save(exchange, recorder).finally(() => saving.delete(work))
      saving.add(work)
    },
    async written() {
      await Promise.all(saving)
    },
  }
}
