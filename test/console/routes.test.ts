import type { EventList, Overview, Session } from '@sallyport/console'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'

let opened: OpenedConsole
beforeAll(async () => {
  opened = await openConsole()
})
afterAll(() => opened?.close())

const get = async <Answer>(path: string): Promise<Answer> => {
  const response = await fetch(opened.url + path)
  expect({ path, status: response.status }).toEqual({ path, status: 200 })
  return (await response.json()) as Answer
}

describe('the pages', () => {
  it('load script and style from the console itself', async () => {
    const page = await (await fetch(`${opened.url}events`)).text()
    expect(page).toContain('<meta name="sallyport-base" content="/console/">')
    const paths = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path!)
    for (const path of paths) expect((await fetch(new URL(path, opened.url))).status).toBe(200)
    expect(paths).toHaveLength(3)
  })
})

describe('the routes', () => {
  it('say who visits and what is there', async () => {
    const session = await get<Session>('api/session')
    expect(session).toMatchObject({ store: 'SQLite, events.db', who: 'ada@example.com', bodies: 'show' })
    expect(session.actions).toEqual(['see', 'body', 'check', 'replay', 'discard', 'rollback'])
  })

  it('list events, newest first', async () => {
    const { events, next } = await get<EventList>('api/events?limit=20')
    expect(events).toHaveLength(20)
    expect(next).toBeDefined()
    const times = events.map(({ storedAt }) => storedAt)
    expect(times).toEqual(times.toSorted((one, other) => other - one))
  })

  it('sum up', async () => {
    const overview = await get<Overview>('api/overview?span=24h')
    expect(overview.steps).toHaveLength(96)
    expect(overview.dead).toBeGreaterThan(10)
    expect(overview.oldestWaitingMs).toBeGreaterThanOrEqual(0)
  })
})
