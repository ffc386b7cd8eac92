import { CST, Lexer } from 'yaml'

// Parsing takes time that grows with the square of either. Honest front matter has some hundred tokens and four levels.
const mostTokens = 2_000
const mostLevels = 32

/**
 * Whether front matter can be parsed quickly: what is wrong with it, or `undefined`. Only splits it into tokens, and stops at the
 * limit.
 */
export function checkShape(yaml: string): string | undefined {
  let tokens = 0
  let open = 0
  let onLine = 0
  for (const token of new Lexer().lex(yaml)) {
    const type = CST.tokenType(token)
    if (type === 'flow-map-start' || type === 'flow-seq-start') open += 1
    else if (type === 'flow-map-end' || type === 'flow-seq-end') open -= 1
    else if (type === 'newline') onLine = 0
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') onLine += 1
    if (++tokens > mostTokens) return `it has more than ${mostTokens} YAML tokens`
    if (open > mostLevels || onLine > mostLevels) return `it is nested more than ${mostLevels} levels deep`
  }
  return undefined
}
