// A separate process, for tests that kill it or run several at once. Takes one command as JSON.
import { closeSync, openSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deployBundle, type DeployOptions } from '../../../packages/fleet/src/deploy/deploy-bundle.ts'
import { extractBundle } from '../../../packages/fleet/src/deploy/extract-bundle.ts'
import { Folder } from '../../../packages/fleet/src/disk/folder.ts'
import { acquireLock } from '../../../packages/fleet/src/deploy/lock.ts'
import { withPorts, type Ports, type StepName } from '../../../packages/fleet/src/disk/ports.ts'
import { rollback } from '../../../packages/fleet/src/deploy/rollback.ts'
import { makeVersion } from './bundles.ts'

export type Command = { readonly killAt?: { readonly step: StepName; readonly count: number } } & (
  | { readonly does: 'nothing' }
  | {
      readonly does: 'deploy'
      readonly root: string
      readonly versions: readonly number[]
      readonly options?: DeployOptions
    }
  | {
      readonly does: 'deploy forever'
      readonly root: string
      readonly versions: readonly number[]
      readonly keep: number
    }
  | { readonly does: 'extract'; readonly folder: string; readonly version: number; readonly umask?: number }
  | { readonly does: 'roll back'; readonly root: string }
  | { readonly does: 'run out of descriptors'; readonly root: string }
  | { readonly does: 'hold the lock'; readonly folder: string }
  | { readonly does: 'count'; readonly folder: string; readonly times: number }
)

const command = JSON.parse(process.argv[2]!) as Command
let left = command.killAt?.count ?? 0

const ports: Partial<Ports> = {
  step(name) {
    if (name !== command.killAt?.step) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  },
}

await withPorts(ports, run)

function takeDescriptors(): number[] {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    return taken
  }
}

async function run(): Promise<void> {
  switch (command.does) {
    case 'nothing':
      return
    case 'deploy':
      for (const version of command.versions) {
        const result = await deployBundle(makeVersion(version), command.root, command.options)
        console.log(JSON.stringify(result))
      }
      return
    case 'deploy forever': {
      const bundles = command.versions.map((version) => makeVersion(version))
      for (let turn = 0; ; turn += 1) {
        await deployBundle(bundles[turn % bundles.length]!, command.root, { keep: command.keep })
        console.log('deployed')
      }
    }
    case 'extract':
      if (command.umask !== undefined) process.umask(command.umask)
      console.log((await extractBundle(makeVersion(command.version), command.folder)).path)
      return
    case 'roll back':
      console.log(JSON.stringify(await rollback(command.root)))
      return
    case 'run out of descriptors': {
      const outcomes = new Set<string>()
      for (let spare = 0; spare < 40; spare += 2) {
        const taken = takeDescriptors()
        for (const descriptor of taken.splice(0, spare)) closeSync(descriptor)
        const outcome = await deployBundle(makeVersion(spare % 4), command.root).then(
          () => 'written',
          (error: { code: string; cause?: { code: string } }) => `${error.code} ${error.cause?.code}`,
        )
        outcomes.add(outcome)
        for (const descriptor of taken) closeSync(descriptor)
        await deployBundle(makeVersion(1 + (spare % 4)), command.root, { lockTimeoutMs: 300 })
      }
      console.log(JSON.stringify([...outcomes]))
      return
    }
    case 'hold the lock': {
      const folder = await Folder.openRoot(command.folder, { create: false })
      await acquireLock(folder, 5_000)
      console.log('held')
      setInterval(() => undefined, 1_000)
      return
    }
    case 'count': {
      const folder = await Folder.openRoot(command.folder, { create: false })
      const file = join(command.folder, 'count')
      for (let time = 0; time < command.times; time += 1) {
        const lock = await acquireLock(folder, 30_000)
        // Not atomic: two at once lose a count.
        const count = Number(await readFile(file, 'utf8'))
        await new Promise((proceed) => setTimeout(proceed, Math.random() * 2))
        // All use the same name, so that two at once would conflict here as well.
        await writeFile(`${file}.next`, String(count + 1))
        await rename(`${file}.next`, file)
        console.log(String(count))
        await lock.release()
      }
    }
  }
}
