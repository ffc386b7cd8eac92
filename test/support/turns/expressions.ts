import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript5'
import { secretRules } from '../../../packages/fleet/src/review/secrets/secret-rules.ts'
import { threadMs } from './longest-turn.ts'
import { pieces } from './pieces.ts'

/** A regular expression of the code. */
export interface Expression {
  readonly place: string
  readonly pattern: RegExp
}

/** Every regular expression in files, and those of the search for secrets, which are built at run time. */
export function expressionsOf(glob: string): Expression[] {
  const found: Expression[] = []
  for (const file of globSync(glob).filter((name) => !name.endsWith('.test.ts'))) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const [, pattern = '', flags = ''] = /^\/([^]*)\/([a-z]*)$/.exec(node.text) ?? []
        const { line } = source.getLineAndCharacterOfPosition(node.getStart())
        found.push({ place: `${file}:${line + 1} ${node.text.slice(0, 60)}`, pattern: new RegExp(pattern, flags) })
      }
      node.forEachChild(visit)
    }
    visit(source)
  }
  const ofSecrets = secretRules.map(({ kind, pattern }) => ({ place: `secret rule ${kind}`, pattern }))
  return [...found, ...ofSecrets]
}

/** A text that takes an expression more than in proportion to its length. */
export interface SlowText {
  readonly text: string
  readonly ratio: number
  readonly ms: number
}

/**
 * Looks for a text that makes an expression slow: a beginning, a piece many times, and an end that does not match. Pieces are
 * those of the search for bundles, and parts of the expression itself.
 *
 * @param longest characters that the code gives it at most
 */
export function findSlowText({ pattern }: Expression, longest: number): SlowText | undefined {
  let slowest: SlowText | undefined
  const own = partsOf(pattern.source)
  for (const start of ['', 'a: b', 'https://a', ...own])
    for (const piece of new Set([...pieces, ...own]))
      for (const end of ['\u0000', 'y\n']) {
        const make = (length: number): string => start + piece.repeat(Math.ceil(length / piece.length)) + end
        const quick = timeOf(pattern, make(longest / 8))
        // Below a millisecond at an eighth of the length even its square is short.
        if (quick < 0.3) continue
        const [half, whole] = [timeOf(pattern, make(longest / 2)), timeOf(pattern, make(longest))]
        if (whole > (slowest?.ms ?? 5) && whole / half > 3)
          slowest = { text: JSON.stringify([start, piece, end]), ratio: whole / half, ms: whole }
      }
  return slowest
}

/** Literal parts of a pattern, and single characters of its classes. */
function partsOf(source: string): string[] {
  const plain = source.replaceAll(/\\[nrt]/g, (escape) => JSON.parse(`"${escape}"`) as string)
  const words = plain.split(/[^\w\s:/@.,"'<>=&;!%~`-]+/).filter((part) => part.length > 0 && part.length < 24)
  return [...new Set([...words, ...words.map((word) => word[0]!), ' ', 'a'])].slice(0, 12)
}

function timeOf(pattern: RegExp, text: string): number {
  let least = Infinity
  for (let run = 0; run < 3; run++) {
    const copy = new RegExp(pattern.source, pattern.flags.replace('y', ''))
    const start = threadMs()
    if (copy.global) Array.from(text.matchAll(copy))
    else copy.test(text)
    least = Math.min(least, threadMs() - start)
  }
  return least
}
