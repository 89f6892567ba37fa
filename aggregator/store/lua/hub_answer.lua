#!lua
-- Ends the asking of a callback. A new subscription begins at the newest change.
-- Keys: see hub.lua, which stands in front of this.
-- ARGV: now or '', id, holder, 'yes', 'no' or seconds until it is asked again
-- Returns: 1, or 0 where another holds it
local now, id = clock(ARGV[1]), ARGV[2]
if redis.call('HGET', ask(id), 'holder') ~= ARGV[3] then return 0 end
if ARGV[4] ~= 'yes' and ARGV[4] ~= 'no' then
  redis.call('HDEL', ask(id), 'holder')
  redis.call('ZADD', ASKS, text(now + tonumber(ARGV[4])), id)
  return 1
end
local v = redis.call('HMGET', ask(id), 'mode', 'callback', 'topic', 'lease', 'secret', 'token', 'client')
redis.call('DEL', ask(id))
redis.call('ZREM', ASKS, id)
if ARGV[4] == 'yes' and v[1] == 'subscribe' then
  local before = redis.call('HGET', sub(id), 'client')
  if not before then
    redis.call('HSET', sub(id), 'position', last())
    redis.call('ZADD', PLACE, last(), id)
  end
  redis.call('HSET', sub(id), 'callback', v[2], 'topic', v[3], 'secret', v[5], 'token', v[6], 'client', v[7])
  redis.call('ZADD', UNTIL, text(now + tonumber(v[4])), id)
  discount(id, before)
elseif ARGV[4] == 'yes' then
  drop(id)
end
discount(id, v[7])
return 1
