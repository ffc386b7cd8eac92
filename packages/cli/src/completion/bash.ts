import { joinWords } from './known-events.ts'
import { flatten, type CompletionNode } from './tree.ts'

/** The completion script for bash; needs no bash-completion package. */
export function toBash(root: CompletionNode): string {
  const nodes = flatten(root)
  const words = nodes.map((node) => {
    const offered = [...node.children.map(({ path }) => path.at(-1)!), ...node.options.flatMap(({ names }) => names)]
    return `    '${node.path.join(' ')}') words='${offered.join(' ')}'${node.takesFiles ? ' files=yes' : ''} ;;`
  })
  const steps = nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `      '${path.join(' ')}') command='${path.join(' ')}' rest=(); continue ;;`)
  const taking = [
    ...new Set(
      nodes.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names)),
    ),
  ]
  const choices = [
    ...new Map(
      nodes.flatMap(({ options }) =>
        options.filter(({ values }) => values.length > 0).map((option) => [option.names.at(-1)!, option.values]),
      ),
    ),
  ]
  const known = nodes.flatMap(({ path, values, followUps }) => [
    ...(values.length > 0 ? [`    '0 ${path.join(' ')} ') words+=' ${joinWords(values)}' ;;`] : []),
    ...followUps.map(([first, more]) => `    '1 ${path.join(' ')} ${first}') words='${joinWords(more)}' ;;`),
  ])
  return `# bash completion for sallyport
_sallyport() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' files='' index word
  local -a rest=()
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${command:+$command }\${COMP_WORDS[index]}" in
${steps.join('\n')}
    esac
    case "\${COMP_WORDS[index-1]}" in
      =|${taking.join('|')}) continue ;;
    esac
    case "\${COMP_WORDS[index]}" in
      =|-*) ;;
      *) rest+=("\${COMP_WORDS[index]}") ;;
    esac
  done
  case "$previous" in
${choices.map(([name, values]) => `    ${name}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return ;;`).join('\n')}
    ${taking.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$command" in
${words.join('\n')}
  esac
  [[ "$current" == -* ]] || case "\${#rest[@]} $command \${rest[0]}" in
${known.join('\n')}
  esac
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
  [[ -z $files || "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _sallyport sallyport
`
}
