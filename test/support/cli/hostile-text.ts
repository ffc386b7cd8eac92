/**
 * What steers a terminal or hides from a reader, then a line that imitates the command's own, then honest text.
 * There is no NUL and no slash in it: it can be an argument and a name of a file.
 */
export const hostile = [
  '\u001b[2J\u001b]0;title\u0007\u001b[31m', // clears the screen, sets the title, colours
  '\r\b\u007f\u009b31m\u0090\u0085', // goes back, deletes; C1: a sequence, a string, a new line
  '\u202e\u202a\u2066\u2069\u200e\u200f\u061c', // turns the direction
  '\u200b\u200c\u200d\ufeff\u2060\u00ad\u034f\u3164', // has no width
  '\u2028\u2029\u{e0041}\u{e007f}\ufe0f', // ends a line, tags, a selector
  '\nFORGED line é漢字👩‍🚀',
].join('')

/** The ranges, written down here and not taken from the code that is tested. A line end is none of them. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xe0000, 0xe0fff],
]

/** An emoji of several characters is shown whole: its joiner and its selector are part of it. */
const wholeEmoji = /\p{RGI_Emoji}/gv

/** The characters of a text that steer or hide, as `U+202E`, and the lines that only a text from outside can have begun. */
export function findSteering(text: string): string[] {
  const steering = Array.from(text.replaceAll(wholeEmoji, ''), (character) => character.codePointAt(0)!)
    .filter((point) => ranges.some(([first, last]) => first <= point && point <= last))
    .map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`)
  const forged = text.split('\n').filter((line) => line.startsWith('FORGED'))
  return [...new Set([...steering, ...forged])]
}
