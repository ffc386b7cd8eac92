// As in sallyport's `toVisible`: a whole emoji stays, controls, bidirectional, invisible and unassigned characters do not.
const emojiOrHidden =
  /((?=.(?:\u200d|\ufe0f|\p{Emoji_Modifier}|\u{e0067}))\p{RGI_Emoji})|[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800[\p{Zs}--[ \u3000]]]/gsv
const plain = /^[ -~\u00c0-\u024f\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff5e]*$/
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Makes every character visible, so that a text cannot disguise itself. `lines` keeps line ends. */
export function toVisible(text: string, form: 'line' | 'lines' = 'line'): string {
  if (plain.test(text)) return text
  return text.replaceAll(emojiOrHidden, (character: string, emoji: string | undefined) => {
    if (emoji !== undefined || (form === 'lines' && character === '\n')) return character
    return short[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
  })
}
