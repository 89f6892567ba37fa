#!lua
-- A poll comes to a host that it was not claimed at: where a redirect leads, a learnt address, an older page. It is a
-- guest there, and waits for its turn and its place in flight as sources of the host do. Or it asks where it is already
-- once more: it has its place, and takes the next turn ahead of time, as nothing is won by giving it up in between.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', host, guest or '' (it has its place), until when it has it at most, seconds that it can wait, source
-- Returns: 'in' and the seconds until it may ask; or 'wait' and the seconds until it may come again; or 'back' and when
--          it may come again, as it would have to wait for longer. Both keep the place in the line that it has then.
local now, guest, till, patience, source = clock(ARGV[1]), ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
local TRY = 0.5    -- seconds until a guest looks again for a place in flight
local GRACE = 1.5  -- seconds that the host's own sources have to take the turn behind a guest's, if they wait
local APART = 0.2  -- seconds between two in the line, where the host has no pace
local LATE = 60    -- seconds after which a place in the line is lost to whom it was kept for
local h, line = visited(ARGV[2], now, tonumber(till)), P .. 'line:' .. ARGV[2]

-- When it is the turn of the source by the line of those who wait: behind the last of them, if it is not among them.
local function turn_of()
  redis.call('ZREMRANGEBYSCORE', line, '-inf', text(now - LATE))
  local mine = tonumber(redis.call('ZSCORE', line, source) or nil)
  if mine and mine >= h.pause then
    return math.max(mine, h.next + redis.call('ZRANK', line, source) * h.gap)  -- behind those who are late as well
  end
  local last = tonumber(redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')[2])
  return math.max(last and last + math.max(h.gap, APART) or 0, h.pause)
end

local function come(at)
  redis.call('ZADD', line, text(at), source)
  redis.call('EXPIRE', line, math.ceil(math.max(at - now, 0)) + 3600)
  if at - now > patience then return {'back', text(at)} end
  return {'wait', text(at - now)}
end

if guest == '' then
  if h.pause - now > patience then return come(math.max(turn_of(), h.next)) end
  if h.pause > now then return {'wait', text(h.pause - now)} end
  local turn = math.max(h.next, now)
  h.next = turn + h.gap
  keep()
  return {'in', text(math.min(turn - now, patience))}
end
local turn = math.max(turn_of(), h.next)
if h.visited and h.gap > 0 and turn < h.next + GRACE then
  local first = redis.call('ZRANGE', h.queue, 0, 0, 'WITHSCORES')[2]
  if first and tonumber(first) <= now then turn = h.next + GRACE end
end
if turn <= now and h.flying >= h.limit then turn = now + TRY end
if turn > now then return come(turn) end
redis.call('ZREM', line, source)
h.next, h.flying = now + h.gap, h.flying + 1
redis.call('HSET', h.key, 'v', '1')
redis.call('ZADD', LEASES, till, guest)
redis.call('HSET', TOKENS, guest, guest .. '|' .. ARGV[2])
keep()
return {'in', '0'}
