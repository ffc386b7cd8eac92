import { flatten, type CompletionNode } from './tree.ts'

/** The completion script for fish. */
export function toFish(root: CompletionNode): string {
  const lines = flatten(root).flatMap((node) => toLines(node, root))
  return `# fish completion for sallyport
function __sallyport_at
  set -l words (commandline -opc)[2..]
  set -l path
  for word in $words
    string match -q -- '-*' $word; or set -a path $word
  end
  test "$argv" = "$path[1..(count $argv)]"
end
complete -c sallyport -f
${lines.join('\n')}
`
}

function toLines(node: CompletionNode, root: CompletionNode): string[] {
  const siblings = node.children.map(({ path }) => path.at(-1)).join(' ')
  const depth = node.path.length
  const at = depth === 0 ? '__fish_use_subcommand' : `__sallyport_at ${node.path.join(' ')}`
  const children = node.children.map(({ path, description }) => {
    const condition = depth === 0 ? at : `${at}; and not __fish_seen_subcommand_from ${siblings}`
    return `complete -c sallyport -n '${condition}' -a ${path.at(-1)} -d '${plain(description)}'`
  })
  const values = node.values.map((value) => `complete -c sallyport -n '${at}' -a ${value}`)
  const own = depth === 0 ? node.options : node.options.filter((option) => !isShared(option.names, root))
  const options = own.map(({ names, description, takesValue, values: choices }) => {
    const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
    const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r -F' : ''
    const condition = depth === 0 ? '' : ` -n '${at}'`
    return `complete -c sallyport${condition} ${flags}${value} -d '${plain(description)}'`
  })
  return [...children, ...values, ...options]
}

function isShared(names: readonly string[], root: CompletionNode): boolean {
  return root.options.some((option) => option.names.join() === names.join())
}

const plain = (text: string): string => text.replaceAll(/['"`$\\]/g, '')
