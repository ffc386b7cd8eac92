import { join, relative } from 'node:path'
import { createReceiver, createReply, RejectError, type Receiver, type Reply, type SecretSource } from 'sallyport'
import {
  deployBundle,
  fleet,
  FleetError,
  rollback,
  toToolNameInterrupts,
  toDeploymentName,
  type AvailableAuth,
  type FleetEvents,
  type RolledBack,
} from '@sallyport/fleet'
import { readDeployed, readPrevious } from './deployed.ts'
import { DeployInput, RollbackInput } from './forms.ts'
import { review } from './review.ts'

/** Settings of the receiver. */
export interface DeploySettings {
  readonly secret: SecretSource | undefined
  /** Where agents go: `<directory>/<environment>/<agent>`. */
  readonly directory: string
  /** Credentials of the deployed agents. */
  readonly auth: AvailableAuth
  /** Called with one text per verified publish. */
  readonly print: (text: string) => void
}

// A webhook of any name deploys, except this one.
const actions = { '*': DeployInput, 'Roll back': RollbackInput }

/** Creates a receiver that reviews published agents, and deploys those that pass. */
export function createDeployReceiver({
  secret,
  directory,
  auth,
  print,
}: DeploySettings): Receiver<FleetEvents<typeof actions>> {
  // The publisher must not see where the directory is.
  const inside = (path: string): string => relative(directory, path)

  return createReceiver(fleet({ header: 'authorization', actions }), { secret })
    .on('*', async ({ data }) => {
      const { action, input, publisher } = data
      // As it will run: Fleet's own form of an approval has no effect in the runtime.
      const { bundle } = await toToolNameInterrupts(data.bundle)
      const root = join(directory, input.environment)
      const name = toDeploymentName(undefined, bundle.config.name)
      const { text, refusal } = await review({ ...data, bundle }, await readDeployed(root, name), auth)
      if (refusal !== undefined) {
        print(`${text}\n\nrefused: ${refusal}\n`)
        throw new RejectError(refusal)
      }
      if (input.dry_run) {
        print(`${text}\n\ndry run: nothing was deployed\n`)
        return answer('checked', bundle.digest, { deployed: false })
      }
      const { path, changed } = await deployBundle(data.bundle, root, {
        action,
        publisher,
        name,
        interrupts: 'tool-names',
      })
      print(`${text}\n\n${changed ? 'deployed to' : 'was deployed already:'} ${path}\n`)
      return answer(changed ? 'deployed' : 'unchanged', bundle.digest, { deployed: true, changed, path: inside(path) })
    })
    .on('Roll back', async ({ data }) => {
      const { bundle, input } = data
      const name = toDeploymentName(undefined, bundle.config.name)
      const root = join(directory, input.environment)
      if (input.dry_run) {
        const previous = await readPrevious(root, name)
        print(`roll back ${name}: dry run, nothing was changed\n`)
        return answer('checked', previous ?? noPrevious(), { deployed: false })
      }
      const release = await rollBack(root, name)
      print(`roll back ${name}: ${release ? `from ${release.from} to ${release.path}` : 'no previous release'}\n`)
      if (!release) return noPrevious()
      return answer('rolled back', release.digest, { deployed: true, changed: true, path: inside(release.path) })
    })
}

function noPrevious(): never {
  throw new RejectError('NO_RELEASE: there is no previous release')
}

/** Switches to the previous release; `undefined` if there is none. */
async function rollBack(root: string, name: string): Promise<RolledBack | undefined> {
  try {
    return await rollback(root, { name })
  } catch (error) {
    if (FleetError.is(error) && error.code === 'NO_RELEASE') return undefined
    throw error
  }
}

function answer(outcome: string, digest: string, more: { deployed: boolean; changed?: boolean; path?: string }): Reply {
  return createReply({ body: { outcome, digest, ...more } })
}
