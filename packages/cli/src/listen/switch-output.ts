import type { Output } from '../output.ts'

/**
 * An output that writes nothing while a view has the terminal: the view gets the texts.
 *
 * @param view what has the terminal now
 */
export function switchOutput(output: Output, view: () => { note(text: string): void } | undefined): Output {
  return {
    ...output,
    result(record, text, reader) {
      const shown = view()
      if (shown === undefined) output.result(record, text, reader)
      // The data of events is in the detail.
      else if (record['kind'] !== 'event') shown.note(text)
    },
    note(text) {
      const shown = view()
      if (shown === undefined) output.note(text)
      else shown.note(text)
    },
  }
}
