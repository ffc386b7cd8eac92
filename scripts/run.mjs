// Starts every task of this workspace. Plain JavaScript for Node 20, as a fresh machine may have nothing newer: installs the
// locked dependencies, among them a Node that runs TypeScript, and runs the task with it.
import { spawn, spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './install.mjs'

const tasks = {
  bench: ['test/bench/main.ts'],
  'bench:table': ['scripts/bench-table.ts'],
  build: ['scripts/build.ts'],
  check: ['scripts/check.ts'],
  'cli-help': ['scripts/cli-help.ts'],
  demo: ['examples/demo/main.ts'],
  embed: ['scripts/embed-examples.ts'],
  example: ['examples/run.ts'],
  format: ['node_modules/oxfmt/bin/oxfmt', '--write'],
  release: ['scripts/release.ts'],
  'release:prepare': ['scripts/prepare-release.ts'],
  sallyport: ['scripts/sallyport.ts'],
  test: ['scripts/test.ts'],
  'test:long': ['scripts/test.ts', '--long'],
  'test:packaging': ['scripts/test.ts', '--packaging'],
  'test:peers': ['scripts/test.ts', '--peers'],
  'test:quick': ['scripts/test.ts', '--quick'],
  'test:soak': ['test/soak/main.ts'],
}

const root = dirname(import.meta.dirname ?? dirname(fileURLToPath(import.meta.url)))

try {
  const [name = '', ...rest] = process.argv.slice(2)
  if (!Object.hasOwn(tasks, name)) throw new Error(`No task "${name}"; there are: ${Object.keys(tasks).join(', ')}`)
  ensureInstalled(root)
  hand(findNode(), [...tasks[name], ...rest])
} catch (error) {
  console.error(`sallyport: ${error.message}`)
  process.exitCode = 1
}

function findNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const locked = join(root, 'node_modules', `node-${system}-${process.arch}`, 'bin', file)
  // The locked Node may be missing for this platform, or not start (it needs glibc). CI sets `running` to test other versions.
  if (process.env.SALLYPORT_NODE !== 'running' && spawnSync(locked, ['--version']).status === 0) return locked

  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  throw new Error(`Node 22.18 or newer is needed; this is ${process.version}, and no Node is locked for this platform`)
}

function hand(node, args) {
  process.env.PATH = dirname(node) + delimiter + process.env.PATH
  const flags = ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning']
  const child = spawn(node, [...flags, ...args], { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group, so the child already got it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`sallyport: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) return (process.exitCode = code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
