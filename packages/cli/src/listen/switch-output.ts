import type { Output } from '../output.ts'

// Each delivery has them. The data of events is in the detail, and a result of the inbox that is not `ok` is worth a note.
const frequent: ReadonlySet<unknown> = new Set(['event', 'recorded', 'inbox'])

/**
 * An output that writes nothing while a view has the terminal: the view gets the texts.
 *
 * @param view what has the terminal now
 */
export function switchOutput(output: Output, view: () => { note(text: string): void } | undefined): Output {
  return {
    ...output,
    // The view styles its own lines, and takes plain texts.
    style: (style, text) => (view() === undefined ? output.style(style, text) : text),
    result(record, text, reader) {
      const shown = view()
      if (shown === undefined) output.result(record, text, reader)
      else if (record['ok'] !== true || !frequent.has(record['kind'])) shown.note(text)
    },
    note(text) {
      const shown = view()
      if (shown === undefined) output.note(text)
      else shown.note(text)
    },
  }
}
