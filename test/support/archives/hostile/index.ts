import { bundleLayer } from './bundle-layer.ts'
import { data } from './data.ts'
import { dataDescriptors } from './descriptor.ts'
import { directoryPlaces } from './directory-place.ts'
import { directoryRecords } from './directory-records.ts'
import { duplicates } from './duplicates.ts'
import { endRecords } from './end-record.ts'
import { extraFields } from './extra.ts'
import type { HostileArchive } from './fixture.ts'
import { kinds } from './kind.ts'
import { limits } from './limits.ts'
import { localHeaders } from './local-header.ts'
import { methodsAndFlags } from './method.ts'
import { nameBytes } from './name-bytes.ts'
import { unsafePaths } from './paths.ts'
import { sizes } from './size.ts'
import { tilings } from './tiling.ts'
import { zip64Places } from './zip64-place.ts'
import { zip64Values } from './zip64-values.ts'

/** Every archive that must be rejected, by rule. */
export const hostileArchives: readonly HostileArchive[] = [
  ...sizes,
  ...endRecords,
  ...directoryPlaces,
  ...zip64Places,
  ...zip64Values,
  ...directoryRecords,
  ...methodsAndFlags,
  ...kinds,
  ...extraFields,
  ...nameBytes,
  ...unsafePaths,
  ...duplicates,
  ...tilings,
  ...localHeaders,
  ...dataDescriptors,
  ...data,
  ...limits,
  ...bundleLayer,
].toSorted((one, other) => one.rule - other.rule)
