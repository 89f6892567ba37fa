#!lua
-- Ends the reading of what came: it is taken off, or read again after a while.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', token, taker, seconds until it is read again or '' (it was read)
-- Returns: 1, or 0 where another has taken it
local now, token = clock(ARGV[1]), ARGV[2]
if redis.call('HGET', sub(token), 'taker') ~= ARGV[3] then return 0 end
redis.call('HDEL', sub(token), 'taker')
if ARGV[4] ~= '' then
  redis.call('ZADD', READY, text(now + tonumber(ARGV[4])), token)
  return 1
end
local packed = redis.call('LPOP', queue(token))
if packed then
  redis.call('HINCRBY', sub(token), 'bytes', -#packed)
  redis.call('DECRBY', BYTES, #packed)
end
if redis.call('EXISTS', queue(token)) == 0 then
  redis.call('ZREM', READY, token)
else
  redis.call('ZADD', READY, text(now), token)
end
return 1
