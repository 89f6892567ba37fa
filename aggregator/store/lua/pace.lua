#!lua
-- Asks a host's pace before a redirect to it is followed, and takes the turn if it is free.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', host
-- Returns: '0' if the host may be asked now, else the seconds until it may
local now, h = clock(ARGV[1]), nil
if redis.call('EXISTS', P .. 'host:' .. ARGV[2]) == 0 then return '0' end
h = host(ARGV[2])
local wait = math.max(h.next, h.pause) - now
if wait > 0 then return text(wait) end
h.next = now + h.gap
keep()
return '0'
