import type { IRedisClient } from 'bullmq'
import type { Redis } from 'ioredis'
import { InboxError } from '../inbox-error.ts'
import { storedKey, unfinishedKey } from './keys.ts'

/** What BullMQ's script that adds a job gets: its keys, and three values. */
type AddValues = readonly (string | Buffer)[]

/** A job to add, and where it stands among the stored. */
export interface Placed {
  readonly id: string
  readonly place: number
  /** Adds the job over a client, as `Job.addJob` does. */
  add(client: IRedisClient): Promise<unknown>
}

/** Adds jobs in one step; resolves to which of them are new. */
export type AddJobs = (jobs: readonly Placed[]) => Promise<readonly boolean[]>

const ownValues = 3

/**
 * Makes what adds jobs. BullMQ defines its scripts over the connection after this, and one of them adds a job; here it runs
 * inside a script that adds many. A command per job costs both sides more than what it does.
 */
export function createAddJobs(redis: Redis, toKey: (name: string) => string): AddJobs {
  const scripts = new Map<string, string>()
  const { defineCommand } = redis
  redis.defineCommand = (name, definition) => {
    scripts.set(name, definition.lua)
    defineCommand.call(redis, name, definition)
  }

  /** The name of a command that calls a script of BullMQ for many jobs. */
  function define(script: string, keys: number): string {
    const command = `sallyport:${script}`
    if (command in redis) return command
    const lua = scripts.get(script)
    if (lua === undefined) throw new InboxError('INBOX_UNSUPPORTED', 'this version of BullMQ adds jobs in another way')
    defineCommand.call(redis, command, { lua: toScript(lua, keys), numberOfKeys: keys + 2 })
    return command
  }

  return async (jobs) => {
    let script = ''
    let keys: AddValues = []
    let options: string | Buffer = ''
    const values = jobs.flatMap(({ id, place, add }) => {
      let call: AddValues = []
      // BullMQ runs its script over this at once; the answer is that of all jobs.
      const collector: Pick<IRedisClient, 'runCommand'> = {
        async runCommand(name, given) {
          script = name
          call = given as AddValues
        },
      }
      void add(collector as IRedisClient)
      keys = call.slice(0, -ownValues)
      const [packed = '', data = '', packedOptions = ''] = call.slice(-ownValues)
      options = packedOptions
      return [id, place, packed, data]
    })
    const command = define(script, keys.length)
    const own = [...keys, toKey(storedKey), toKey(unfinishedKey), toKey(''), options, ...values]
    const run = (redis as unknown as Record<string, (values: unknown[]) => Promise<number[]>>)[command]!
    return (await run.call(redis, own)).map((isNew) => isNew === 1)
  }
}

/**
 * KEYS: those of BullMQ's script, then the stored and the unfinished. ARGV: prefix of jobs, options of every job, and for each
 * job its id, its place, and the first two values of BullMQ's script.
 */
const toScript = (addOne: string, keys: number): string => `
  local function add(KEYS, ARGV)
    ${addOne}
  end

  local places = {}
  local function note()
    redis.call('ZADD', KEYS[${keys + 1}], 'NX', unpack(places))
    redis.call('ZADD', KEYS[${keys + 2}], 'NX', unpack(places))
    places = {}
  end
  -- Lua passes some thousand values at once.
  for index = 3, #ARGV, 4 do
    places[#places + 1], places[#places + 2] = ARGV[index + 1], ARGV[index]
    if #places == 1000 then note() end
  end
  if #places > 0 then note() end

  local isNew = {}
  for index = 3, #ARGV, 4 do
    isNew[#isNew + 1] = 1 - redis.call('EXISTS', ARGV[1] .. ARGV[index])
    local answer = add(KEYS, {ARGV[index + 2], ARGV[index + 3], ARGV[2]})
    if type(answer) == 'number' and answer < 0 then return redis.error_reply('ERR BullMQ answers ' .. answer) end
  end
  return isNew
`
