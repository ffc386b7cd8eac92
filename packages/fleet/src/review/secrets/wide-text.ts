import { rewrite, type Rewritten } from './rewritten.ts'

// Text in ASCII, tabs and line ends; characters that are not shown are let through and dropped. Two more NUL: UTF-32.
const shown = String.raw`[\t\n\r -~]`
const littleEndian = new RegExp(
  String.raw`(?:${shown}\0(?:\0\0)?|[\x0b-\x0f\x2a-\x2e\x60-\x6f]\x20|\xff\xfe|\xad\0){12,}`,
  'g',
)
const bigEndian = new RegExp(
  String.raw`(?:(?:\0\0)?\0${shown}|\x20[\x0b-\x0f\x2a-\x2e\x60-\x6f]|\xfe\xff|\0\xad){12,}`,
  'g',
)
const dropped = { little: /\0|[^\0]\x20(?!\0)|\xff\xfe|\xad/g, big: /\0|(?<!\0)\x20[^\0]|\xfe\xff|\xad/g }

/** Finds the parts of a text of bytes that are ASCII in UTF-16 or UTF-32, of either byte order, with or without a mark. */
export function* findWideText(bytes: string): Generator<Rewritten, void> {
  if (!bytes.includes('\0')) return
  for (const [pattern, drop] of [
    [littleEndian, dropped.little],
    [bigEndian, dropped.big],
  ] as const) {
    for (const { 0: run, index } of bytes.matchAll(pattern)) {
      const narrow = rewrite(run, drop, () => '')!
      yield { text: narrow.text, origin: (at) => index + narrow.origin(at) }
    }
  }
}
