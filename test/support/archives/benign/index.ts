import type { BenignArchive } from './fixture.ts'
import { extras, kinds } from './kinds.ts'
import { limits, names } from './names.ts'
import { structures } from './structure.ts'

/** Unusual archives that must be read, each at the edge of a rule. */
export const benignArchives: readonly BenignArchive[] = [...structures, ...kinds, ...extras, ...names, ...limits]
