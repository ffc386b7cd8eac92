import type { Scheme } from '../verify/schemes/scheme.ts'

/** The schemes that do the work: a group's alternatives, or the scheme itself. */
export function leafSchemes(scheme: Scheme): readonly Scheme[] {
  return scheme.alternatives?.flatMap(leafSchemes) ?? [scheme]
}
