#!lua
-- Ends a request to a hub.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', token, holder, '1' if the hub took it, seconds until it is asked again or '' (forget it), why not
-- Returns: 1, or 0 where another holds it
local now, token = clock(ARGV[1]), ARGV[2]
if redis.call('HGET', sub(token), 'holder') ~= ARGV[3] then return 0 end
redis.call('HDEL', sub(token), 'holder')
if ARGV[5] == '' then
  forget(token)
elseif ARGV[4] == '1' then
  redis.call('HDEL', sub(token), 'error')
  -- where the hub has verified it before it answered, the time of the renewal stands already
  if redis.call('HEXISTS', sub(token), 'asked') == 1 then redis.call('ZADD', DUE, text(now + tonumber(ARGV[5])), token) end
else
  redis.call('HDEL', sub(token), 'asked')
  redis.call('HSET', sub(token), 'error', ARGV[6])
  redis.call('ZADD', DUE, text(now + tonumber(ARGV[5])), token)
end
return 1
