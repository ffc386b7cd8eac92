import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProjectFolder, nameOf, senderSets, type Combination } from './projects.ts'
import { expectationFor, runProject, type Script } from './run-project.ts'
import { createStores, type Stores } from './stores.ts'

/** Registers a test per combination: the project starts, handles what is genuine, refuses what is forged, and ends. */
export function describeProjects(combinations: readonly Combination[], script: Script = 'start'): void {
  const projects = createProjectFolder()
  let stores: Stores
  beforeAll(async () => {
    stores = await createStores()
  })
  afterAll(async () => {
    projects.remove()
    await stores.remove()
  })

  describe(`a new project, npm run ${script}`, () => {
    it.concurrent.for(combinations.map((combination) => [nameOf(combination), combination] as const))(
      'receives and stops: %s',
      async ([, combination], { skip }) => {
        const folder = projects.create(combination)
        const env = await stores.open(combination.store, folder)
        if (env === undefined) return skip('its store is not installed here')
        const senders = senderSets[combination.chosen]
        const observed = await runProject(folder, senders, env, script)
        expect(observed).toEqual(await expectationFor(senders, combination.store !== 'none'))
      },
    )
  })
}
