#!lua
-- Takes the turn of a host, if it is free, for a request that is no poll: of a hub, or to one.
-- A host that no source names is asked as its rule or the default says.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', host
-- Returns: '0' if the host may be asked now, else the seconds until it may
local now = clock(ARGV[1])
local h = visited(ARGV[2], now, now)
local wait = math.max(h.next, h.pause) - now
if wait > 0 then return text(wait) end
h.next = now + h.gap
keep()
return '0'
