import { cutFirst } from './history-scripts.ts'

/** The field of a job with what its last attempt failed with; it counts while the job has a `failedReason`. */
export const failureField = 'sallyport:failure'

/**
 * Notes what an attempt failed with, before BullMQ writes the outcome. KEYS[5]: those that are retried. ARGV: key of the job and
 * of the stored, id, failure, whether it is retried.
 */
export const noteFailure = `
  if redis.call('EXISTS', ARGV[1]) == 0 then return end
  redis.call('HSET', ARGV[1], '${failureField}', ARGV[4])
  if ARGV[5] == '1' then
    local score = redis.call('ZSCORE', ARGV[2], ARGV[3]) or redis.call('HGET', ARGV[1], 'timestamp')
    redis.call('ZADD', KEYS[5], 'NX', score, ARGV[3])
  else redis.call('ZREM', KEYS[5], ARGV[3]) end
`

/**
 * Keeps the attempt that succeeded and forgets the failure, before a replay; BullMQ forgets the error of a dead job itself.
 * KEYS[5]: those that are retried. ARGV: key of the job, id.
 */
export const beginReplay = `
  local key, id = ARGV[1], ARGV[2]
  redis.call('ZREM', KEYS[5], id)
  redis.call('HDEL', key, '${failureField}')
  if not redis.call('ZSCORE', KEYS[1], id) then return end
  redis.call('HDEL', key, 'failedReason')
  local job = redis.call('HMGET', key, 'ats', 'processedOn', 'finishedOn', 'pb', 'stacktrace')
  if not job[2] or not job[3] then return end
  local begun, ended = tonumber(job[2]), tonumber(job[3])
  local attempt = {number = tonumber(job[1]), outcome = 'handled', begunAt = begun, endedAt = ended,
    durationMs = math.max(0, ended - begun), worker = job[4] or nil}
  local all = job[5] and cjson.decode(job[5]) or {}
  local text = cjson.encode(attempt)
  if all[#all] == text then return end
  table.insert(all, text)
  ${cutFirst('all')}
  redis.call('HSET', key, 'stacktrace', cjson.encode(all))
`

/**
 * Counts pending jobs whose last attempt failed. KEYS[5]: those that are retried. ARGV: prefix of jobs, how many to ask. Up to
 * that many, it takes out what has ended meanwhile; beyond, upkeep does.
 */
export const countRetrying = `
  local isActive, active = {}, 0
  for _, id in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
    isActive[id] = true
    if redis.call('ZSCORE', KEYS[5], id) then active = active + 1 end
  end
  local total = redis.call('ZCARD', KEYS[5])
  if total > tonumber(ARGV[2]) then return total - active end
  local count = 0
  for _, id in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
    local hasEnded = redis.call('ZSCORE', KEYS[1], id) or redis.call('ZSCORE', KEYS[2], id)
    if hasEnded or redis.call('EXISTS', ARGV[1] .. id) == 0 then redis.call('ZREM', KEYS[5], id)
    elseif not isActive[id] then count = count + 1 end
  end
  return count
`
