import type { Redis } from 'ioredis'
import type { HistoryFields } from './history.ts'
import { beginReplay, countRetrying, failureField, noteFailure } from './failure-scripts.ts'
import { addDuplicates, duplicatesField, noteActive, seenField } from './history-scripts.ts'
import { addMinutes } from './minutes-script.ts'

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
    local job = redis.call('HMGET', ARGV[1] .. id,
      'data', 'name', 'timestamp', 'ats', 'finishedOn', 'failedReason', '${failureField}')
    local data = job[1]
    if not data then return false end
    if not hasBody then data = withoutBody(data) end
    local past = hasBody and
      redis.call('HMGET', ARGV[1] .. id, 'processedOn', 'pb', 'stacktrace', '${seenField}', '${duplicatesField}')
    return {id, stateOf(id), redis.call('ZSCORE', KEYS[3], id), data, job[2], job[3], job[4], job[5], job[6], past, job[7]}
  end
`

/** Jobs by id; a missing one is null. ARGV: prefix of jobs, whether with bodies and history, ids. */
const readJobs = `${describeJobs}
  local rows = {}
  for index = 3, #ARGV do rows[index - 2] = describe(ARGV[index], ARGV[2] == '1') end
  return rows
`

/**
 * The next jobs of a sorted set, behind a score and id. ARGV: prefix of jobs, score, id, how many, and which come first. Answers
 * with the score and id of the last one looked at, rows, each with its score, and how many it looked at.
 */
const readPage = `${describeJobs}
  -- By bytes, as Redis sorts: texts here compare by the language of the machine.
  local function isAtMost(one, other)
    for at = 1, math.min(#one, #other) do
      local left, right = string.byte(one, at), string.byte(other, at)
      if left ~= right then return left < right end
    end
    return #one <= #other
  end

  -- How many stand up to this place, where nothing is or no more.
  local function countUpTo(source, score, id)
    local low, high = redis.call('ZCOUNT', source, '-inf', '(' .. score), redis.call('ZCOUNT', source, '-inf', score)
    while low < high do
      local middle = math.floor((low + high) / 2)
      if isAtMost(redis.call('ZRANGE', source, middle, middle)[1], id) then low = middle + 1 else high = middle end
    end
    return low
  end

  local source, score, after, isNewest = KEYS[5], ARGV[2], ARGV[3], ARGV[5] == 'newest'
  local start = 0
  if after ~= '' then
    local rank = redis.call(isNewest and 'ZREVRANK' or 'ZRANK', source, after)
    if rank then start = rank + 1
    else
      start = countUpTo(source, score, after)
      if isNewest then start = redis.call('ZCARD', source) - start end
    end
  end
  local members = redis.call(isNewest and 'ZREVRANGE' or 'ZRANGE', source, start, start + ARGV[4] - 1, 'WITHSCORES')
  if #members == 0 then return {} end
  local rows = {}
  for index = 1, #members, 2 do
    local row = describe(members[index], false)
    if row then
      row[12] = members[index + 1]
      rows[#rows + 1] = row
    end
  end
  return {members[#members], members[#members - 1], rows, #members / 2}
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
 * Takes finished jobs out of the unfinished, or out of those that are retried. KEYS[5]: the sorted set. ARGV: ids. Asks again
 * whether they are finished: they may have been replayed meanwhile.
 */
const forgetFinished = `
  for _, id in ipairs(ARGV) do
    if redis.call('ZSCORE', KEYS[1], id) or redis.call('ZSCORE', KEYS[2], id) then redis.call('ZREM', KEYS[5], id) end
  end
`

/**
 * Takes jobs that are gone out of a sorted set. KEYS[5]: the sorted set. ARGV: prefix of jobs, ids. Asks again whether they
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

/** Which of some jobs exist, as 1 or 0. ARGV: prefix of jobs, ids. */
const findExisting = `
  local found = {}
  for index = 2, #ARGV do found[index - 1] = redis.call('EXISTS', ARGV[1] .. ARGV[index]) end
  return found
`

/** Writes a named text that is as it was. KEYS[5]: the notes. ARGV: name, text, 'new' or 'known', the text before. */
const writeNote = `
  local kept = redis.call('HGET', KEYS[5], ARGV[1])
  if ARGV[3] == 'new' then
    if kept then return 0 end
  elseif kept ~= ARGV[4] then return 0 end
  redis.call('HSET', KEYS[5], ARGV[1], ARGV[2])
  return 1
`

const scripts = {
  findExisting,
  readJobs,
  readPage,
  findOldest,
  forgetFinished,
  forgetGone,
  uncount,
  noteActive,
  addDuplicates,
  noteFailure,
  beginReplay,
  countRetrying,
  addMinutes,
  writeNote,
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
  failure: string | null,
  /** Of `readPage`. */
  score?: string,
]

/** Runs a script over the keys of a queue. */
export function runScript(redis: Redis, ...script: Parameters<typeof toScript>): Promise<unknown> {
  return redis.eval(...toScript(...script))
}

/** What EVAL gets. The text goes along: it works in a Redis that lost its scripts, too. */
export function toScript(
  toKey: (name: string) => string,
  name: keyof typeof scripts,
  source: string,
  ...values: readonly (string | number)[]
): [text: string, keys: number, ...values: (string | number)[]] {
  const keys = ['completed', 'failed', 'delayed', 'active', source].map(toKey)
  return [scripts[name], keys.length, ...keys, ...values]
}
