import { parseArgs } from 'node:util'
import { inspectAll } from '../packages/cli/src/bundle/inspect-all.ts'

const usage = 'usage: npm run -s bundle -- inspect <file.zip|payload.json|folder>… [--json]'

const command = readCommand(process.argv.slice(2))
if (command === undefined) {
  console.error(usage)
  process.exitCode = 2
} else {
  // Whoever reads the output may have seen enough, as `head` does.
  process.stdout.on('error', () => process.exit(1))
  // npm starts scripts in the top folder, and says where it was called.
  const base = (process.env['npm_lifecycle_event'] === 'bundle' && process.env['INIT_CWD']) || process.cwd()
  const write = (text: string): void => void process.stdout.write(text)
  if (!(await inspectAll(command.files, { isJson: command.json, base, write }))) process.exitCode = 1
}

function readCommand(args: string[]): { files: string[]; json: boolean } | undefined {
  try {
    const { positionals, values } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true })
    const [name, ...files] = positionals
    return name === 'inspect' && files.length > 0 ? { files, json: values.json ?? false } : undefined
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return undefined
  }
}
