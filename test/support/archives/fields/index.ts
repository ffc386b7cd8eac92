import type { FieldChange } from './change.ts'
import { changeEnds } from './ends.ts'
import { changeExtras } from './extras.ts'
import { changeHeaders, changeKinds } from './headers.ts'

/** Every change of one field, each time the same list. */
export function listFieldChanges(): FieldChange[] {
  return [...changeHeaders(), ...changeKinds(), ...changeExtras(), ...changeEnds()]
}
