import { joinWords } from './known-events.ts'
import { flatten, type CompletionNode, type CompletionOption } from './tree.ts'

/** The completion script for zsh; one function per command. */
export function toZsh(root: CompletionNode): string {
  return `#compdef sallyport
${flatten(root).map(toFunction).join('\n')}
if [ "$funcstack[1]" = _sallyport ]; then _sallyport "$@"; else compdef _sallyport sallyport; fi
`
}

const nameOf = ({ path }: CompletionNode): string => ['_sallyport', ...path].join('_').replaceAll('-', '_')

function toFunction(node: CompletionNode): string {
  const specs = node.options.map(toSpec)
  if (node.children.length === 0) {
    const first = node.values.length > 0 ? [`'1:value:(${node.values.join(' ')})'`] : []
    const second = node.followUps.length > 0 ? [`'2:event:->event'`] : []
    const files = node.takesFiles ? [`'*: :_files'`] : []
    const events = node.followUps.map(([name, values]) => `    ${name}) compadd -- ${joinWords(values)} ;;`)
    const follow =
      second.length > 0 ? `\n  [[ $state != event ]] || case $line[1] in\n${events.join('\n')}\n  esac` : ''
    return `${nameOf(node)}() {
  ${second.length > 0 ? 'local curcontext="$curcontext" line state\n  _arguments -C -s' : '_arguments -s'} \\
    ${[...specs, ...first, ...second, ...files].join(' \\\n    ')}${follow}
}`
  }
  const commands = node.children.map(({ path, description }) => quote(`${path.at(-1)}:${escape(description)}`))
  const cases = node.children.map((child) => `        ${child.path.at(-1)}) ${nameOf(child)} ;;`)
  return `${nameOf(node)}() {
  local line state
  _arguments -C -s \\
    ${[...specs, `'(-)1: :->command'`, `'(-)*:: :->rest'`].join(' \\\n    ')}
  case $state in
    command) local -a commands=(${commands.join(' ')}); _describe command commands ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}`
}

function toSpec({ names, description, takesValue, values }: CompletionOption): string {
  const value = values.length > 0 ? `:value:(${values.join(' ')})` : takesValue ? ':value:_files' : ''
  const all = names.length > 1 ? `'(${names.join(' ')})'{${names.join(',')}}` : `'${names[0]}'`
  return `${all}${quote(`[${escape(description)}]${value}`)}`
}

/** Escapes brackets and colons, which have a meaning in a specification. */
const escape = (text: string): string => text.replaceAll(/[\\[\]:]/g, String.raw`\$&`)
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
