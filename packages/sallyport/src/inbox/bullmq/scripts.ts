import type { Redis } from 'ioredis'
import type { HistoryFields } from './history.ts'
import { addDuplicates, duplicatesField, keepHandled, noteActive, seenField } from './history-scripts.ts'

// Scripts read what several keys say at one moment: between two commands an event can move from one to the other, and would
// be seen in both or in none.
//
// They know how BullMQ 6 lays a queue out: the sorted sets `completed`, `failed` and `delayed` (by 4096 times the millisecond
// that is due), the list `active`, and a hash per job.

const describeJobs = `
  local isActive = {}
  for _, id in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do isActive[id] = true end

  local function stateOf(id)
    if redis.call('ZSCORE', KEYS[1], id) then return 'done' end
    if redis.call('ZSCORE', KEYS[2], id) then return 'dead' end
    if isActive[id] then return 'active' end
    return 'pending'
  end

  -- The body is the first string of the data, in base64: the quote after it ends it. A listing leaves it out.
  local function withoutBody(data)
    local quote = string.find(data, '"', 10, true)
    if string.sub(data, 1, 9) ~= '{"body":"' or not quote then return data end
    return '{"body":"' .. string.sub(data, quote)
  end

  local function describe(id, hasBody)
    local job = redis.call('HMGET', ARGV[1] .. id, 'data', 'name', 'timestamp', 'ats', 'finishedOn', 'failedReason')
    local data = job[1]
    if not data then return false end
    if not hasBody then data = withoutBody(data) end
    local past = hasBody and
      redis.call('HMGET', ARGV[1] .. id, 'processedOn', 'pb', 'stacktrace', '${seenField}', '${duplicatesField}')
    return {id, stateOf(id), redis.call('ZSCORE', KEYS[3], id), data, job[2], job[3], job[4], job[5], job[6], past}
  end
`

/** Jobs by id; a missing one is null. ARGV: prefix of jobs, whether with bodies and history, ids. */
const readJobs = `${describeJobs}
  local rows = {}
  for index = 3, #ARGV do rows[index - 2] = describe(ARGV[index], ARGV[2] == '1') end
  return rows
`

/**
 * The next jobs of a sorted set, after a score and id, perhaps with some before it of the same score. ARGV: prefix of jobs,
 * score, id, how many, and which come first. Answers with the score and id of the last one looked at, and rows, each with its
 * score.
 */
const readPage = `${describeJobs}
  local source, score, after, isNewest = KEYS[5], ARGV[2], ARGV[3], ARGV[5] == 'newest'
  local start = 0
  if after ~= '' then
    local rank = redis.call(isNewest and 'ZREVRANK' or 'ZRANK', source, after)
    -- It has gone meanwhile: those of its very score come again.
    if rank then start = rank + 1
    elseif isNewest then start = redis.call('ZCOUNT', source, '(' .. score, '+inf')
    else start = redis.call('ZCOUNT', source, '-inf', '(' .. score) end
  end
  local members = redis.call(isNewest and 'ZREVRANGE' or 'ZRANGE', source, start, start + ARGV[4] - 1, 'WITHSCORES')
  if #members == 0 then return {} end
  local rows = {}
  for index = 1, #members, 2 do
    local row = describe(members[index], false)
    if row then
      row[11] = members[index + 1]
      rows[#rows + 1] = row
    end
  end
  return {members[#members], members[#members - 1], rows}
`

/**
 * When the oldest job that waits was stored. KEYS[5]: the unfinished. ARGV: prefix of jobs, how many to take out. Takes out
 * what is finished or gone on its way; answers 'more' when that was too much for once.
 */
const findOldest = `${describeJobs}
  local skipped, removed = 0, 0
  while removed < tonumber(ARGV[2]) do
    local id = redis.call('ZRANGE', KEYS[5], skipped, skipped)[1]
    if not id then return 'none' end
    local state = stateOf(id)
    local stored = redis.call('HGET', ARGV[1] .. id, 'timestamp')
    if state == 'active' then skipped = skipped + 1
    elseif state == 'pending' and stored then return stored
    else removed = removed + redis.call('ZREM', KEYS[5], id) end
  end
  return 'more'
`

/**
 * Takes finished jobs out of the unfinished. KEYS[5]: the unfinished. ARGV: ids. Asks again whether they are finished: they may
 * have been replayed meanwhile.
 */
const forgetFinished = `
  for _, id in ipairs(ARGV) do
    if redis.call('ZSCORE', KEYS[1], id) or redis.call('ZSCORE', KEYS[2], id) then redis.call('ZREM', KEYS[5], id) end
  end
`

/**
 * Takes jobs that are gone out of those that were stored. KEYS[5]: the stored. ARGV: prefix of jobs, ids. Asks again whether they
 * are gone: their keys may be stored again meanwhile.
 */
const forgetGone = `
  for index = 2, #ARGV do
    if redis.call('EXISTS', ARGV[1] .. ARGV[index]) == 0 then redis.call('ZREM', KEYS[5], ARGV[index]) end
  end
`

/** Takes back the attempt that claiming a job counted, unless it was claimed again. KEYS[5]: the job. ARGV: attempts so far. */
const uncount = `
  if redis.call('HGET', KEYS[5], 'ats') == ARGV[1] then redis.call('HSET', KEYS[5], 'ats', ARGV[1] - 1) end
`

const scripts = {
  readJobs,
  readPage,
  findOldest,
  forgetFinished,
  forgetGone,
  uncount,
  noteActive,
  keepHandled,
  addDuplicates,
}

/** What a script gives for one job. */
export type JobRow = readonly [
  id: string,
  state: 'pending' | 'active' | 'done' | 'dead',
  delayedScore: string | null,
  data: string,
  name: string,
  timestamp: string,
  attemptsStarted: string | null,
  finishedOn: string | null,
  failedReason: string | null,
  past: HistoryFields | null,
  /** Of `readPage`. */
  score?: string,
]

/** Runs a script over the keys of a queue. Its text goes along: it works in a Redis that lost its scripts, too. */
export function runScript(
  redis: Redis,
  toKey: (name: string) => string,
  name: keyof typeof scripts,
  source: string,
  ...values: readonly (string | number)[]
): Promise<unknown> {
  const keys = ['completed', 'failed', 'delayed', 'active', source].map(toKey)
  return redis.eval(scripts[name], keys.length, ...keys, ...values)
}
