import { faultKinds } from '../delivery/faults.ts'
import { selectField, type Html } from './layout.ts'

/** Asks what is to go wrong. */
export function faultField(): Html {
  return selectField('fault', 'What goes wrong', [['', 'nothing'], ...faultKinds.map((kind) => [kind, kind] as const)])
}
