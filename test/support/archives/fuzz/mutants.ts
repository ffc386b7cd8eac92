import { buildZip } from '../zip-builder.ts'
import { makeCorpus, plans } from './corpus.ts'
import { byteMutators } from './mutate-bytes.ts'
import { mutatePlan } from './mutate-plan.ts'
import { createRandom } from '../../random.ts'
import { repair } from './repair.ts'

/** The mutants of one seed, by number: the same number always gives the same mutant. */
export type Mutants = (index: number) => Uint8Array

export async function createMutants(seed: number): Promise<Mutants> {
  const corpus = await makeCorpus()
  return (index) => {
    const random = createRandom(seed, index)
    // Half of them change one or two fields and fit otherwise; the other half is damaged bytes; some are both.
    const fromPlan = random.oneIn(2)
    let bytes = fromPlan ? buildZip(mutatePlan(random.pick(plans), random)) : random.pick(corpus)
    const damages = fromPlan ? random.pick([0, 0, 0, 1]) : 1 + random.integer(3)
    for (let count = 0; count < damages && bytes.length > 0; count++)
      bytes = random.pick(byteMutators)(bytes, random, random.pick(corpus))
    return damages > 0 && random.oneIn(3) ? repair(bytes) : bytes
  }
}
