#!lua
-- Keeps what a hub sent until a worker reads it.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', token, packed, most for one subscription, most bytes for all
-- Returns: 1, 0 where there is no room, or -1 where it is not wanted
local now, token, packed = clock(ARGV[1]), ARGV[2], ARGV[3]
if redis.call('HGET', sub(token), 'wish') ~= 'subscribe' then return -1 end
redis.call('HINCRBY', sub(token), 'pushes', 1)
if redis.call('LLEN', queue(token)) >= tonumber(ARGV[4]) then return 0 end
if tonumber(redis.call('GET', BYTES) or 0) + #packed > tonumber(ARGV[5]) then return 0 end
enqueue(token, packed, now)
return 1
