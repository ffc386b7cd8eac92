/** Fixed words, and values from the bundle, which each output format escapes in its own way. */
export type Sentence = readonly (string | { readonly value: string })[]

/**
 * Builds a sentence. Literal text is fixed, interpolated texts are values; numbers and sentences are inserted as they are.
 *
 * @example
 * say`the tool ${name} was added`
 */
export function say(texts: TemplateStringsArray, ...inserted: readonly (string | number | Sentence)[]): Sentence {
  return texts.flatMap((text, index) => {
    const insertion = inserted[index]
    if (insertion === undefined) return [text]
    if (typeof insertion === 'string') return [text, { value: insertion }]
    return typeof insertion === 'number' ? [text, String(insertion)] : [text, ...insertion]
  })
}

/** Joins sentences, with commas by default. */
export function join(sentences: readonly Sentence[], separator = ', '): Sentence {
  return sentences.flatMap((sentence, index) => (index === 0 ? sentence : [separator, ...sentence]))
}

/** Lists values, at most `most` of them. */
export function list(values: readonly string[], most = 10): Sentence {
  const shown = values.slice(0, most).map((value) => say`${value}`)
  const rest = values.length - shown.length
  return rest > 0 ? say`${join(shown)} and ${rest} more` : join(shown)
}
