import { senders, type Sender } from './catalogue.ts'

/** What a choice is called, and the packages it brings. */
interface Choice {
  readonly title: string
  readonly hint?: string
  readonly dependencies: readonly string[]
  /** For TypeScript only. */
  readonly typings: readonly string[]
}

/** Web frameworks, by name. */
export const frameworks = {
  express: { title: 'Express', dependencies: ['express'], typings: ['@types/express'] },
  koa: { title: 'Koa', dependencies: ['@koa/router', 'koa'], typings: ['@types/koa'] },
  fastify: { title: 'Fastify', dependencies: ['fastify'], typings: [] },
  hono: { title: 'Hono', dependencies: ['@hono/node-server', 'hono'], typings: [] },
  node: { title: 'node:http', hint: 'no framework', dependencies: [], typings: [] },
} as const satisfies Record<string, Choice>

/** Stores of events, by name. */
export const stores = {
  none: { title: 'None', hint: 'handlers run before the answer', dependencies: [], typings: [] },
  sqlite: { title: 'SQLite', hint: 'a file, no server', dependencies: [], typings: [] },
  postgres: { title: 'PostgreSQL', hint: 'by pg-boss', dependencies: ['pg', 'pg-boss'], typings: [] },
  redis: { title: 'Redis', hint: 'by BullMQ', dependencies: ['bullmq', 'ioredis'], typings: [] },
} as const satisfies Record<string, Choice>

/** Languages, by name. */
export const languages = {
  typescript: {
    title: 'TypeScript',
    hint: 'run by Node itself, no build',
    dependencies: [],
    typings: ['@types/node', 'typescript'],
  },
  javascript: { title: 'JavaScript', dependencies: [], typings: [] },
} as const satisfies Record<string, Choice>

export type Framework = keyof typeof frameworks
export type Store = keyof typeof stores
export type Language = keyof typeof languages

/** What a project is made from. */
export interface Answers {
  /** As typed: relative to the current folder, or absolute. */
  readonly folder: string
  readonly framework: Framework
  readonly senders: readonly Sender[]
  readonly store: Store
  readonly language: Language
  readonly install: boolean
}

/** What `--yes` takes where no flag says otherwise. */
export const defaults = {
  folder: 'my-webhooks',
  framework: 'express',
  senders: senders.slice(0, 1),
  store: 'none',
  language: 'typescript',
  install: false,
} as const satisfies Answers

/** Packages whose versions `catalogue.ts` must have. */
export const knownPackages: readonly string[] = [
  ...[frameworks, stores, languages].flatMap((group) =>
    Object.values<Choice>(group).flatMap(({ dependencies, typings }) => [...dependencies, ...typings]),
  ),
  'zod',
]
