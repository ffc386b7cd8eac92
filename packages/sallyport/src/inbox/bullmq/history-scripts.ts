import { mostAttempts, mostDuplicates } from '../history.ts'

// What is kept of an event's past is in its job, so that it goes with it: BullMQ's own `stacktrace` has the attempts that
// ended, each as JSON, because BullMQ writes it together with an outcome; `processedOn` and `pb` are of the last attempt.
// Sallyport adds these fields.
export const seenField = 'sallyport:seen'
export const duplicatesField = 'sallyport:duplicates'

export const cutFirst = (list: string): string => `while #${list} > ${mostAttempts} do table.remove(${list}, 1) end`

/**
 * Notes attempts that are under way: a claim after the loss of its process overwrites when it began. ARGV: prefix of jobs,
 * latest beginning, ids; every active job without ids.
 */
export const noteActive = `
  local ids = redis.call('LRANGE', KEYS[4], 0, -1)
  if #ARGV > 2 then
    ids = {}
    for index = 3, #ARGV do ids[index - 2] = ARGV[index] end
  end
  for _, id in ipairs(ids) do
    local key = ARGV[1] .. id
    local job = redis.call('HMGET', key, 'ats', 'processedOn', 'pb', '${seenField}')
    if job[1] and job[2] and tonumber(job[2]) <= tonumber(ARGV[2]) then
      local seen = job[4] and cjson.decode(job[4]) or {}
      local begun = tonumber(job[2])
      if #seen == 0 or seen[#seen].begunAt ~= begun then
        table.insert(seen, {number = tonumber(job[1]), begunAt = begun, worker = job[3] or nil})
        ${cutFirst('seen')}
        redis.call('HSET', key, '${seenField}', cjson.encode(seen))
      end
    end
  end
`

/** Counts duplicates. ARGV: prefix of jobs, then for each job its id, how many, and the latest as JSON. */
export const addDuplicates = `
  for index = 2, #ARGV, 3 do
    local key = ARGV[1] .. ARGV[index]
    if redis.call('EXISTS', key) == 1 then
      local kept = redis.call('HGET', key, '${duplicatesField}')
      local sum = kept and cjson.decode(kept) or {count = 0, latest = {}}
      local latest = cjson.decode(ARGV[index + 2])
      for _, one in ipairs(sum.latest) do
        if #latest < ${mostDuplicates} then table.insert(latest, one) end
      end
      redis.call('HSET', key, '${duplicatesField}', cjson.encode({count = sum.count + ARGV[index + 1], latest = latest}))
    end
  end
`
