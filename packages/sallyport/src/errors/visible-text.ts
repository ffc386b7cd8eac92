// A whole emoji stays, with its joiners and selectors; one of a single character is not hidden anyway. Escaped are controls
// (ANSI sequences begin with one), invisible, bidirectional, unassigned and private characters, lone surrogates, and spaces
// that look like another character.
const emojiOrHidden =
  /((?=.(?:\u200d|\ufe0f|\p{Emoji_Modifier}|\u{e0067}))\p{RGI_Emoji})|[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800[\p{Zs}--[ \u3000]]]/gsv

// Most text needs no escapes, and this test is far faster.
const plain = /^[ -~\u00c0-\u024f\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff5e]*$/

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** What the visible text is for: one line, several lines, or JSON that was written already. */
export type VisibleForm = 'line' | 'lines' | 'json'

/**
 * Makes every character of a text visible, so that it can neither control a terminal nor disguise itself: control, invisible
 * and bidirectional characters become `\n` or `\u{202e}`.
 *
 * @param form `lines` keeps line ends; `json` writes `\u202e`, so that JSON is equal once it is parsed. @default 'line'
 * @example
 * toVisible('safe\u202etxt.exe') // 'safe\\u{202e}txt.exe'
 */
export function toVisible(text: string, form: VisibleForm = 'line'): string {
  if (plain.test(text)) return text
  return text.replaceAll(emojiOrHidden, (character: string, emoji: string | undefined) => {
    if (emoji !== undefined || (form !== 'line' && character === '\n')) return character
    return form === 'json' ? toJsonEscape(character) : (short[character] ?? `\\u{${toHex(character.codePointAt(0)!)}}`)
  })
}

// JSON has no form for a character of two units.
function toJsonEscape(character: string): string {
  return character.replaceAll(/[^]/g, (unit) => `\\u${toHex(unit.charCodeAt(0)).padStart(4, '0')}`)
}

const toHex = (point: number): string => point.toString(16)

/**
 * Cuts a text after `most` UTF-16 units, never within a character, and says how many are missing.
 *
 * @param missing characters that were left out before. @default 0
 * @example
 * clip('longer', 3) // 'lon… (3 more characters)'
 */
export function clip(text: string, most: number, missing = 0): string {
  return text.length <= most && missing === 0 ? text : shorten(text, most, missing)
}

/**
 * As `clip(toVisible(text), most)`, but fast for long text: making a megabyte visible may take seconds.
 *
 * @param missing characters that were left out before. @default 0
 * @example
 * clipVisible(name, 200)
 */
export function clipVisible(text: string, most: number, missing = 0): string {
  const end = endWithin(text, most)
  return clip(toVisible(text.slice(0, end)), most, text.length - end + missing)
}

function shorten(text: string, most: number, missing: number): string {
  const end = endWithin(text, most)
  return `${text.slice(0, end)}… (${text.length - end + missing} more characters)`
}

function endWithin(text: string, most: number): number {
  if (text.length <= most) return text.length
  return /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most
}
