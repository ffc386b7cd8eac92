import { joinWords } from './known-events.ts'
import { flatten, type CompletionNode, type CompletionOption } from './tree.ts'

/** The completion script for fish. */
export function toFish(root: CompletionNode): string {
  const nodes = flatten(root)
  const commands = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quote(path.join(' ')))
  const taking = new Set(
    nodes.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names)),
  )
  return `# fish completion for sallyport
set -g __sallyport_commands ${commands.join(' ')}
set -g __sallyport_taking ${[...taking].join(' ')}
function __sallyport_at
  set -l at
  for word in (commandline -opc)[2..]
    contains -- (string join ' ' -- $at $word) $__sallyport_commands; and set -a at $word
  end
  test "$at" = "$argv"
end
function __sallyport_rest
  set -l at
  set -l rest
  set -l before ''
  for word in (commandline -opc)[2..]
    if contains -- (string join ' ' -- $at $word) $__sallyport_commands
      set -a at $word
      set rest
    else if not string match -q -- '-*' $word; and not contains -- $before $__sallyport_taking
      set -a rest $word
    end
    set before $word
  end
  test "$rest" = "$argv"
end
complete -c sallyport -f
${nodes.flatMap((node) => toLines(node, root)).join('\n')}
`
}

function toLines(node: CompletionNode, root: CompletionNode): string[] {
  const at = quote(['__sallyport_at', ...node.path].join(' '))
  const files = node.takesFiles ? [`complete -c sallyport -n ${at} -F`] : []
  const children = node.children.map(
    ({ path, description }) => `complete -c sallyport -n ${at} -a ${path.at(-1)} -d ${quote(description)}`,
  )
  const after = (rest: string): string =>
    quote(`${['__sallyport_at', ...node.path].join(' ')}; and __sallyport_rest${rest}`)
  const values = node.values.map((value) => `complete -c sallyport -n ${after('')} -a ${value}`)
  const followUps = node.followUps.map(
    ([first, known]) => `complete -c sallyport -n ${after(` ${first}`)} -a ${quote(joinWords(known))}`,
  )
  // Global options are listed once, for the program.
  const own = node === root ? node.options : node.options.filter((option) => !isShared(option, root))
  const condition = node === root ? '' : ` -n ${at}`
  const options = own.map((option) => `complete -c sallyport${condition} ${toFlags(option)}`)
  return [...files, ...children, ...values, ...followUps, ...options]
}

function toFlags({ names, description, takesValue, values }: CompletionOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
  const value = values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : takesValue ? ' -r -F' : ''
  return `${flags}${value} -d ${quote(description)}`
}

function isShared({ names }: CompletionOption, root: CompletionNode): boolean {
  return root.options.some((option) => option.names.join() === names.join())
}

const quote = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
