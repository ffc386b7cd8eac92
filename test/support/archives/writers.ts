import { readBundle, writeBundle } from '@sallyport/fleet'
import { agentFiles } from './agent-folder.ts'
import { finderWriters } from './writers/finder.ts'
import { javaWriters } from './writers/java.ts'
import { libraryWriters } from './writers/libraries.ts'
import { programs } from './writers/programs.ts'
import { pythonWriters } from './writers/python.ts'
import { withAgent, type Writer } from './writers/writer.ts'
import { buildZip } from './zip-builder.ts'

const plain = () => buildZip({ entries: [...agentFiles].map(([name, content]) => ({ name, content })) })

/** Every available archive writer, in every way it is used. */
export const writers: readonly Writer[] = [
  { name: 'the builder of these tests', write: async () => plain() },
  { name: 'writeBundle of a folder', write: () => withAgent((agent) => writeBundle(agent)) },
  { name: 'writeBundle of a bundle', write: async () => writeBundle(await readBundle(plain())) },
  ...programs,
  ...pythonWriters,
  ...javaWriters,
  ...libraryWriters,
  ...finderWriters,
]
