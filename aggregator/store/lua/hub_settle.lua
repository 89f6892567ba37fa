#!lua
-- Writes what the holder of a subscription's lease did; nothing where the lease is not its any more.
-- Keys: see hub.lua, which stands in front of this.
-- ARGV: now or '', id, holder, position or '' (drop it), seconds that it rests, tries, how many were delivered, why not
-- Returns: 1, or 0 where the lease was lost
local now, id = clock(ARGV[1]), ARGV[2]
if redis.call('HGET', sub(id), 'holder') ~= ARGV[3] then return 0 end
redis.call('HDEL', sub(id), 'holder', 'error')
if ARGV[4] == '' then
  drop(id)
  return 1
end
redis.call('HSET', sub(id), 'position', ARGV[4], 'tries', ARGV[6])
redis.call('HINCRBY', sub(id), 'delivered', ARGV[7])
if ARGV[8] ~= '' then redis.call('HSET', sub(id), 'error', ARGV[8]) end
if tonumber(ARGV[5]) > 0 then
  redis.call('ZADD', LATER, text(now + tonumber(ARGV[5])), id)
else
  redis.call('ZREM', LATER, id)
  redis.call('ZADD', PLACE, ARGV[4], id)
end
return 1
