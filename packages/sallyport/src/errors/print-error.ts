import { inspect } from 'node:util'
import { tryRead } from './sallyport-error.ts'
import { toVisible } from './visible-text.ts'

const colour = new RegExp(String.raw`(\u001b\[\d{1,2}m)`)

/**
 * Prints to stderr where no hook takes a report. Messages of errors are text from outside: they are made visible, and their
 * further lines are indented, so that none looks like a line of its own. Never throws, whatever an error does when it is read.
 *
 * @param label begins the line
 * @param error is printed after it, with its stack
 * @example
 * printError('sallyport: the hook failed:', error)
 */
export function printError(label: string, ...error: readonly [] | readonly [unknown]): void {
  const texts = error.map((one) => tryRead(() => inspect(one), 'an error that cannot be printed'))
  const text = toVisible([label, ...texts].join(' '), 'lines').replaceAll('\n', '\n  ')
  print(text)
}

/** Prints lines to stderr, where nothing but our own colours steers the terminal. Never throws. */
export function print(text: string): void {
  const parts = text.split(colour)
  // Every second part is a colour.
  const visible = parts.map((part, index) => (index % 2 === 1 ? part : toVisible(part, 'lines'))).join('')
  tryRead(() => console.error(visible), undefined)
}
