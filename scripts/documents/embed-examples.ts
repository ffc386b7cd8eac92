import { readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { root } from '../run-command.ts'

// A marker line, then the fenced block it owns (absent until the first run).
const embedded = /^<!-- example: ([^\s#]+)(?:#(\S+))? -->\n(?:\n*^```.*\n[^]*?^```\n)?/gm

/**
 * Fills the code blocks of a document from files in `examples/`:
 * `<!-- example: verify.ts -->` takes the whole file, `<!-- example: verify.ts#safe -->` one of its regions.
 *
 * @throws Error when a file or a region does not exist
 */
export function embedExamples(text: string): string {
  return text.replaceAll(embedded, (_all, file: string, region: string | undefined) => {
    const source = readFileSync(join(root, 'examples', file), 'utf8')
    const code = region === undefined ? withoutRegionMarks(source) : readRegion(source, region, file)
    const marker = `<!-- example: ${file}${region === undefined ? '' : `#${region}`} -->`
    return `${marker}\n\n\`\`\`${languageOf(file)}\n${code}\`\`\`\n`
  })
}

function languageOf(file: string): string {
  if (basename(file) === 'Dockerfile') return 'dockerfile'
  return extname(file) === '.service' ? 'ini' : extname(file).slice(1)
}

const regionMark = /^[ \t]*\/\/ #(?:end)?region\b.*\n/gm

function withoutRegionMarks(source: string): string {
  return source.replaceAll(regionMark, '')
}

/** The lines from `// #region name` to the next `// #endregion name`, with their common indentation removed. */
function readRegion(source: string, name: string, file: string): string {
  const begin = new RegExp(`^[ \\t]*// #region ${name}\\n`, 'm').exec(source)
  const end = new RegExp(`^[ \\t]*// #endregion ${name}\\n`, 'm').exec(source)
  if (begin === null || end === null) throw new Error(`examples/${file} has no region "${name}"`)
  const lines = withoutRegionMarks(source.slice(begin.index + begin[0].length, end.index))
    .trimEnd()
    .split('\n')
  const indents = lines.filter((line) => line !== '').map((line) => line.search(/\S/))
  const indent = Math.min(...indents)
  return `${lines.map((line) => line.slice(indent)).join('\n')}\n`
}
