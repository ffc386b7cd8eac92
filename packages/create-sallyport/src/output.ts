import { toVisible } from 'sallyport/provider'

/**
 * Writes text to a terminal or pipe; beside the questions nothing else does. Whatever in it could steer a terminal is made
 * visible: it may hold a folder's name or a word of the command line.
 */
export function print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(toVisible(text, 'lines'))
}

/** Writes an error to stderr, on one line. */
export function printError(message: string): void {
  print(`create-sallyport: ${toVisible(message)}\n`, process.stderr)
}
