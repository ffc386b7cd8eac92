import { join } from 'node:path'
import { administer, databaseUrl, hasDatabase, ownName } from '../inbox/pg-boss-database.ts'
import { durable, hasRedisServer, startRedisServer } from '../inbox/redis-server.ts'
import type { Store } from '../../../packages/create-sallyport/src/choices.ts'

/** Stores for projects, each with one of its own. */
export interface Stores {
  /** Variables for a project, or `undefined` where its store is not installed here. */
  open(store: Store, folder: string): Promise<Readonly<Record<string, string>> | undefined>
  remove(): Promise<void>
}

export async function createStores(): Promise<Stores> {
  const hasPostgres = await hasDatabase()
  const redis = hasRedisServer('projects with Redis')
    ? await startRedisServer([...durable, '--databases', '200'])
    : undefined
  const databases: string[] = []
  let lastNumber = 0
  return {
    async open(store, folder) {
      if (store === 'none') return {}
      if (store === 'sqlite') return { EVENTS_FILE: join(folder, 'events.db') }
      if (store === 'redis') return redis && { REDIS_URL: `${redis.url}/${lastNumber++}` }
      if (!hasPostgres) return undefined
      const name = ownName('create')
      await administer(`CREATE DATABASE ${name}`)
      databases.push(name)
      const url = new URL(databaseUrl)
      url.pathname = name
      return { DATABASE_URL: url.href }
    },
    async remove() {
      await redis?.remove()
      for (const name of databases) await administer(`DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}
