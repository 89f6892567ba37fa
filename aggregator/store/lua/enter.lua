#!lua
-- A poll comes to a host that it was not claimed at: where a redirect leads, a learnt address, an older page. It is a
-- guest there, and waits for its turn and its place in flight as sources of the host do. Or it asks where it is already
-- once more: it has its place, and takes the next turn ahead of time, as nothing is won by giving it up in between.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', host, guest or '' (it has its place), until when it has it at most, seconds that it can wait
-- Returns: 'in' and the seconds until it may ask; or 'wait' and the seconds until it may come again; or 'back' and when
--          it may come again, as it would have to wait for longer: those that are put back come one after the other
local now, guest, till, patience = clock(ARGV[1]), ARGV[3], ARGV[4], tonumber(ARGV[5])
local TRY = 0.5    -- seconds until a guest looks again for a place in flight
local GRACE = 1.5  -- seconds that the host's own sources have to take the turn behind a guest's, if they wait
local APART = 0.2  -- seconds between two that are put back, where the host has no pace
local h = visited(ARGV[2], now, tonumber(till))

local function back()
  local last = tonumber(redis.call('HGET', h.key, 'd') or 0)
  local free = math.max(h.next, h.pause, now + APART)
  if last > free + 3600 then last = 0 end  -- of a pause that was ended
  local at = math.max(last + math.max(h.gap, APART), free)
  redis.call('HSET', h.key, 'd', text(at))
  return {'back', text(at)}
end

local resting = h.pause - now
if resting > 0 then
  if resting > patience then return back() end
  return {'wait', text(resting)}
end
if guest == '' then
  local turn = math.max(h.next, now)
  h.next = turn + h.gap
  keep()
  return {'in', text(math.min(turn - now, patience))}
end
local wait = h.next - now
if h.visited and h.gap > 0 then
  local first = redis.call('ZRANGE', h.queue, 0, 0, 'WITHSCORES')[2]
  if first and tonumber(first) <= now then wait = wait + GRACE end
end
if wait <= 0 and h.flying >= h.limit then wait = TRY end
if wait > patience then return back() end
if wait > 0 then return {'wait', text(wait)} end
h.next, h.flying = now + h.gap, h.flying + 1
redis.call('HSET', h.key, 'v', '1')
redis.call('ZADD', LEASES, till, guest)
redis.call('HSET', TOKENS, guest, guest .. '|' .. ARGV[2])
keep()
return {'in', '0'}
