import type { Combination } from '../support/create/projects.ts'
import { describeProjects } from '../support/create/receive-matrix.ts'

// Every framework, store, language and set of senders at least once; test/long has all combinations.
const combinations: readonly Combination[] = [
  { framework: 'express', store: 'none', language: 'typescript', chosen: 'all' },
  { framework: 'koa', store: 'sqlite', language: 'javascript', chosen: 'several' },
  { framework: 'fastify', store: 'postgres', language: 'typescript', chosen: 'one' },
  { framework: 'hono', store: 'redis', language: 'javascript', chosen: 'all' },
  { framework: 'node', store: 'sqlite', language: 'typescript', chosen: 'one' },
]

describeProjects(combinations)

// `node --watch` posts messages of its own between threads.
describeProjects(
  [
    { framework: 'express', store: 'sqlite', language: 'typescript', chosen: 'one' },
    { framework: 'hono', store: 'none', language: 'javascript', chosen: 'one' },
  ],
  'dev',
)
