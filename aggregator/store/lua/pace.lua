#!lua
-- Asks a host's pace before a redirect to it is followed, and takes the turn if it is free.
-- A host that no source names is asked as the default says ({h:NN}:host: without a name), and forgotten soon.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', host
-- Returns: '0' if the host may be asked now, else the seconds until it may
local now, h = clock(ARGV[1]), host(ARGV[2])
if redis.call('EXISTS', h.key) == 0 then
  h.gap = tonumber(redis.call('HGET', P .. 'host:', 'g') or 1)
  if h.gap > 0 then
    redis.call('HSET', h.key, 'g', text(h.gap), 'n', text(now + h.gap))
    redis.call('EXPIRE', h.key, math.ceil(h.gap) + 60)
  end
  return '0'
end
local wait = math.max(h.next, h.pause) - now
if wait > 0 then return text(wait) end
h.next = now + h.gap
keep()
return '0'
