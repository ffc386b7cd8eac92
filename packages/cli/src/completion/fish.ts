import { flatten, type CompletionNode, type CompletionOption } from './tree.ts'

/** The completion script for fish. */
export function toFish(root: CompletionNode): string {
  const nodes = flatten(root)
  const commands = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quote(path.join(' ')))
  return `# fish completion for sallyport
set -g __sallyport_commands ${commands.join(' ')}
function __sallyport_at
  set -l at
  for word in (commandline -opc)[2..]
    contains -- (string join ' ' -- $at $word) $__sallyport_commands; and set -a at $word
  end
  test "$at" = "$argv"
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
  const values = node.values.map((value) => `complete -c sallyport -n ${at} -a ${value}`)
  // Global options are listed once, for the program.
  const own = node === root ? node.options : node.options.filter((option) => !isShared(option, root))
  const condition = node === root ? '' : ` -n ${at}`
  const options = own.map((option) => `complete -c sallyport${condition} ${toFlags(option)}`)
  return [...files, ...children, ...values, ...options]
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
