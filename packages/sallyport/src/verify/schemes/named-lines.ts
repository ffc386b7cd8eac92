import type { JsonObject } from '../decode.ts'

/**
 * The message of senders that sign members of a JSON body as lines, each name above its value, as Amazon SNS does:
 * `Message\nhello\nMessageId\n…\n`. A member that is missing is left out.
 *
 * Read from the end, the lines show where each value is, as long as only the first value may have line ends. So any other value
 * with one makes it `undefined`, as does a value that is no text: the message would have several readings.
 *
 * @param names in the order of signing; the first one's value may have line ends
 * @param optional those of `names` that may be missing
 * @returns UTF-8
 * @example
 * writeNamedLines(body, ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'], ['Subject'])
 */
export function writeNamedLines(
  body: JsonObject,
  names: readonly string[],
  optional: readonly string[] = [],
): Buffer | undefined {
  const lines: string[] = []
  for (const [index, name] of names.entries()) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined
    if ((value === undefined || value === null) && optional.includes(name)) continue
    if (typeof value !== 'string' || (index > 0 && value.includes('\n'))) return undefined
    lines.push(name, value)
  }
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}
